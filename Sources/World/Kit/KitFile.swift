internal import AccountModel
internal import OpenSSLBridge

/// The files of a kit, by their names.
package enum KitFile: String, CaseIterable, Sendable {
    case authority = "ca.pem"
    case bundle = "ca-bundle.pem"
    case certificate = "client.crt"
    case key = "client.key"
    case keyStore = "client.p12"
    case trustStore = "truststore.jks"
    case curl = ".curlrc"
    case shell = "env.sh"
    case json = "env.json"
    case manual = "README.txt"

    /// Those that have a variable of their own, in the order of the table.
    static let forVariables: [KitFile] = [.authority, .certificate, .key, .keyStore, .trustStore]

    /// Those that say the same whoever gets them; the others depend on who that is.
    package static let forExec: [KitFile] = [.authority, .certificate, .key, .keyStore]

    /// The middle of that variable's name.
    var variable: String {
        switch self {
        case .authority: "CA"
        case .certificate: "CLIENT_CERT"
        case .key: "CLIENT_KEY"
        case .keyStore: "CLIENT_P12"
        case .trustStore: "TRUSTSTORE"
        case .bundle, .curl, .shell, .json, .manual: ""
        }
    }

    /// Whether it is text.
    var isText: Bool { self != .keyStore && self != .trustStore }

    /// Whether only its owner may read it.
    package var isSecret: Bool {
        switch self {
        case .key, .keyStore, .shell, .json: true
        case .authority, .bundle, .certificate, .trustStore, .curl, .manual: false
        }
    }
}

// What is in them.
extension WorldKit {
    /// Where `env.sh` puts the folder that it lies in, which only the shell knows.
    private static let shellFolder = "@KIT@"

    /// A file that says the same wherever it lies.
    ///
    /// - Parameter file: The file; one that names others has no such content.
    /// - Returns: Its bytes.
    package func content(of file: KitFile) -> [UInt8] {
        switch file {
        case .authority: Array(surroundings.trusted.utf8)
        case .bundle: Array(bundle(over: surroundings.systemRoots ?? "").utf8)
        case .certificate: Array(credentials.certificate.utf8)
        case .key: Array(credentials.key.utf8)
        case .keyStore: credentials.keyStore
        // A variable holds 128 KiB at most, so the system's roots are in the file alone.
        case .trustStore: trustStore(over: "")
        case .curl, .shell, .json, .manual: []
        }
    }

    /// Roots and ours in one PEM file.
    ///
    /// - Parameter roots: What is trusted anyway, PEM.
    /// - Returns: Both.
    package func bundle(over roots: String) -> String {
        roots + (roots.isEmpty || roots.hasSuffix("\n") ? "" : "\n") + surroundings.trusted
    }

    /// Roots and ours in one Java trust store.
    ///
    /// - Parameter roots: What is trusted anyway, PEM; what is no certificate is passed over.
    /// - Returns: The JKS file.
    package func trustStore(over roots: String) -> [UInt8] {
        let ours = Self.entries(of: surroundings.trusted, named: "mock-digicert-one")
        let others = Self.entries(of: roots, named: "system")
        return JavaKeyStore.make(
            trusting: ours + others,
            password: Self.trustStorePassword,
            secondsSince1970: time.secondsSince1970
        )
    }

    private static func entries(of pem: String, named name: String) -> [JavaKeyStore.Entry] {
        let labels: Set<String> = ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"]
        let blocks = ((try? PEM.blocks(of: pem)) ?? []).filter { labels.contains($0.label) }
        return blocks.enumerated().map { index, block in
            let alias = index == 0 ? name : "\(name)-\(index + 1)"
            return JavaKeyStore.Entry(alias: alias, certificate: block.der)
        }
    }

    /// All variables that `exec` would export, where the kit's files lie in a folder.
    ///
    /// - Parameter folder: That folder.
    /// - Returns: The variables. Those that replace a tool's own store are left out where the
    ///   system's roots are not known: the tool would trust nobody else any more.
    package func allVariables(folder: String) -> [EnvironmentVariable] {
        var all = variables(folder: folder)
        if surroundings.systemRoots != nil {
            let path = "\(folder)/\(KitFile.bundle.rawValue)"
            all += TrustVariables.replacing.map { EnvironmentVariable($0, path) }
        }
        let ours = "\(folder)/\(KitFile.authority.rawValue)"
        all += TrustVariables.adding.map { EnvironmentVariable($0, ours) }
        if surroundings.systemRoots != nil {
            let store = "\(folder)/\(KitFile.trustStore.rawValue)"
            all.append(TrustVariables.java(trustStore: store))
        }
        all.append(EnvironmentVariable("CURL_HOME", folder))
        return all + TrustVariables.noProxy(surroundings)
    }

    /// The kit in one zip file.
    ///
    /// - Parameter folder: Where it will be unpacked; nil leaves that to whoever does. Then
    ///   `env.sh` finds out, `env.json` names files without a folder, and `.curlrc` trusts what
    ///   the environment says.
    /// - Returns: The bytes.
    package func zip(folder: String?) -> [UInt8] {
        var archive = ZipArchive(time: time)
        for file in KitFile.allCases {
            let bytes: [UInt8]
            switch file {
            case .curl:
                let curl = CurlConfiguration(addresses, vendorHosts: surroundings.vendorHosts)
                let path = folder.map { "\($0)/\(KitFile.bundle.rawValue)" }
                bytes = Array(curl.text(trusting: path).utf8)
            case .shell: bytes = Array(shellText(folder: folder).utf8)
            case .json:
                let variables =
                    folder.map(allVariables) ?? variables(folder: "").map { $0.withoutFolder }
                bytes = Array(EnvironmentFormat.json.text(variables).utf8)
            case .trustStore: bytes = trustStore(over: surroundings.systemRoots ?? "")
            case .manual: bytes = Array(manual.utf8)
            case .authority, .bundle, .certificate, .key, .keyStore: bytes = content(of: file)
            }
            archive.add(file.rawValue, bytes, for: file.isSecret ? .owner : .all)
        }
        return archive.file
    }

    private func shellText(folder: String?) -> String {
        if let folder { return EnvironmentFormat.sh.text(allVariables(folder: folder)) }
        let lines = EnvironmentFormat.sh.text(
            allVariables(folder: Self.shellFolder).filter { $0.name != Self.prefix + "KIT" }
        )
        return """
            # . ./env.sh in the folder of this file; from elsewhere bash finds the folder itself,
            # and other shells are told: MOCK_WORLD_KIT=/path/to/kit . /path/to/kit/env.sh
            if [ -z "${MOCK_WORLD_KIT:-}" ]; then
                if [ -n "${BASH_SOURCE:-}" ]; then
                    MOCK_WORLD_KIT=$(CDPATH= cd -- "$(dirname -- "$BASH_SOURCE")" && pwd)
                else
                    MOCK_WORLD_KIT=$(pwd)
                fi
            fi
            export MOCK_WORLD_KIT

            """ + lines.replacing(Self.shellFolder, with: #"'"$MOCK_WORLD_KIT"'"#)
    }
}

extension EnvironmentVariable {
    /// The variable with a file's name in place of its path.
    fileprivate var withoutFolder: EnvironmentVariable {
        EnvironmentVariable(name, value.hasPrefix("/") ? String(value.dropFirst()) : value)
    }
}
