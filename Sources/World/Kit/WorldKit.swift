package import AccountModel
internal import OpenSSLBridge

/// What a client of a world needs: addresses, credentials, and what it must trust.
package struct WorldKit: Sendable {
    /// Where the client reaches the world, without trailing slashes.
    package struct Addresses: Sendable, Hashable {
        /// The API.
        package let api: String
        /// The API where client certificates are asked for.
        package let clientauth: String
        /// The control listener.
        package let control: String

        /// Takes three addresses.
        ///
        /// - Parameters:
        ///   - api: The API.
        ///   - clientauth: The API where client certificates are asked for.
        ///   - control: The control listener.
        package init(api: String, clientauth: String, control: String) {
            self.api = api
            self.clientauth = clientauth
            self.control = control
        }
    }

    /// What surrounds a world: the same for all worlds of a process.
    package struct Surroundings: Sendable {
        /// The content of `ca.pem`.
        package let trusted: String

        /// What the machine trusts anyway, PEM; nil where nobody knows.
        package let systemRoots: String?

        /// The vendor's host names without their `clientauth.` forms.
        package let vendorHosts: [String]

        /// What the server is called besides, for `NO_PROXY`.
        package let names: [String]

        /// Describes the surroundings.
        ///
        /// - Parameters:
        ///   - trusted: The content of `ca.pem`.
        ///   - systemRoots: What the machine trusts anyway, PEM.
        ///   - vendorHosts: The vendor's host names without their `clientauth.` forms.
        ///   - names: What the server is called besides.
        package init(
            trusted: String,
            systemRoots: String?,
            vendorHosts: [String],
            names: [String]
        ) {
            self.trusted = trusted
            self.systemRoots = systemRoots
            self.vendorHosts = vendorHosts
            self.names = names
        }
    }

    /// What the names of all our variables begin with.
    ///
    /// Not `MOCK_DIGICERT_ONE_`: those are settings, and the program refuses one that it does not
    /// know, so that a server started by a client of another would not start.
    package static let prefix = "MOCK_WORLD_"

    /// What opens the Java trust store: Java's own custom, as nothing in it is secret.
    package static let trustStorePassword = "changeit"

    /// The world's name.
    package let world: String

    /// Where it is.
    package let addresses: Addresses

    /// Who the client is there.
    package let credentials: KitCredentials

    /// What surrounds the world.
    package let surroundings: Surroundings

    /// The world's time when the kit was put together.
    package let time: Timestamp

    private let publicTokens: [String]

    /// What is appended to public tokens, so that they lead to this world; empty where they do.
    private let tokenSuffix: String

    /// Fits a client out; the first time for a user this issues a certificate.
    ///
    /// - Parameters:
    ///   - world: The world.
    ///   - userName: Whose credentials: an id, a name or an email address; nil takes the
    ///     tutorial's service user, or the first there is.
    ///   - isReachedByDefault: Whether public tokens lead to this world as they are.
    ///   - addresses: How the client reaches it.
    ///   - surroundings: What is the same for all worlds.
    /// - Returns: The kit.
    /// - Throws: ``KitError``.
    package static func make(
        for world: World,
        user userName: String?,
        isReachedByDefault: Bool,
        at addresses: Addresses,
        in surroundings: Surroundings
    ) throws(KitError) -> WorldKit {
        WorldKit(
            world: world.name,
            addresses: addresses,
            credentials: try world.kitCredentials(of: userName),
            surroundings: surroundings,
            time: world.clock.now,
            publicTokens: world.workingPublicTokens(),
            tokenSuffix: isReachedByDefault ? "" : "." + world.name
        )
    }

    /// The token by which a client shows who it is.
    package var token: String {
        credentials.isTokenPublic ? credentials.token + tokenSuffix : credentials.token
    }
}

// The one table of variables.
extension WorldKit {
    /// The variables that say where the world is and who the client is there.
    ///
    /// - Parameter folder: The folder of the kit's files, to which variables then lead; nil puts
    ///   the files themselves into variables.
    /// - Returns: The variables, ours first, then the vendor's own.
    package func variables(folder: String?) -> [EnvironmentVariable] {
        var rows: [(String, String)] = [
            ("NAME", world),
            ("API_URL", addresses.api),
            ("CLIENTAUTH_URL", addresses.clientauth),
            ("CONTROL_URL", addresses.control),
            ("USER_ID", credentials.userID),
            ("TOKEN", token),
        ]
        rows += publicTokens.map { (Self.row(ofPublicToken: $0), $0 + tokenSuffix) }
        if let folder { rows.append(("KIT", folder)) }
        for file in KitFile.forVariables {
            rows.append(row(of: file, folder: folder))
            if file == .keyStore { rows.append(("CLIENT_P12_PASSWORD", credentials.password)) }
            if file == .trustStore {
                rows.append(("TRUSTSTORE_PASSWORD", Self.trustStorePassword))
            }
        }
        let ours = rows.map { EnvironmentVariable(Self.prefix + $0.0, $0.1) }
        return ours + vendorVariables(folder: folder)
    }

    private static func row(ofPublicToken text: String) -> String {
        switch text {
        case "ADMIN_API_TOKEN": "ADMIN_TOKEN"
        case "VIEW_ONLY_API_TOKEN": "VIEW_ONLY_TOKEN"
        default: "SERVICE_USER_TOKEN"
        }
    }

    private func row(of file: KitFile, folder: String?) -> (String, String) {
        if let folder { return ("\(file.variable)_FILE", "\(folder)/\(file.rawValue)") }
        let bytes = content(of: file)
        return file.isText
            ? ("\(file.variable)_PEM", String(decoding: bytes, as: UTF8.self))
            : ("\(file.variable)_BASE64", Base64.encode(bytes))
    }

    /// What the vendor's own client tools read.
    ///
    /// Their host is the one that asks for a certificate (docs.digicert.com, Software Trust
    /// Manager, "Set up secure credentials").
    private func vendorVariables(folder: String?) -> [EnvironmentVariable] {
        var variables = [
            EnvironmentVariable("SM_HOST", addresses.clientauth),
            EnvironmentVariable("SM_API_KEY", token),
        ]
        if let folder {
            let path = "\(folder)/\(KitFile.keyStore.rawValue)"
            variables.append(EnvironmentVariable("SM_CLIENT_CERT_FILE", path))
        }
        variables.append(EnvironmentVariable("SM_CLIENT_CERT_PASSWORD", credentials.password))
        return variables
    }
}
