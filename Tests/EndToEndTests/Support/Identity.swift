import FoundationEssentials

/// The kinds of key that a client certificate is made for.
enum KeyKind: String, CaseIterable, Sendable {
    case rsa2048 = "rsa:2048"
    case rsa4096 = "rsa:4096"
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"
    case ed25519

    /// The options of `openssl req` that make such a key.
    var options: [String] {
        switch self {
        case .rsa2048, .rsa4096: ["-newkey", rawValue]
        case .p256, .p384, .p521: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:" + rawValue]
        case .ed25519: ["-newkey", "ed25519"]
        }
    }
}

/// A certificate of the service user with its key, made the way the tutorial makes it.
final class Identity: Sendable {
    /// What of the 201 answer the tests look at.
    struct Enrolled: Decodable {
        let id: String
        let x509Cert: String
        let caCert: String
    }

    static let password = "correct horse battery"

    let folder: TemporaryFolder
    let enrolled: Enrolled

    /// The files of the folder.
    var p12: String { folder.file("client.p12") }
    var certificate: String { folder.file("client.crt") }
    var key: String { folder.file("client.key") }
    var request: String { folder.file("client.csr") }
    var issuer: String { folder.file("issuer.crt") }

    private init(folder: TemporaryFolder, enrolled: Enrolled) {
        self.folder = folder
        self.enrolled = enrolled
    }

    /// Makes a key and a request, has it signed, and packs both into a PKCS#12 file.
    ///
    /// - Parameters:
    ///   - kind: The key's kind.
    ///   - server: Who signs.
    /// - Returns: The identity with its files.
    /// - Throws: ``Program/Failure`` when a step fails.
    static func enroll(_ kind: KeyKind, at server: MockServer) async throws -> Identity {
        let folder = try TemporaryFolder()
        try await request(kind, in: folder)
        let csr = try folder.read("client.csr")
        let body = try JSONEncoder().encode(["csr": csr, "name": "Key \(kind)"])
        try folder.write(String(decoding: body, as: UTF8.self), to: "body.json")
        let answer = try await Client.curl.send(
            Call(
                url: server.ready.apiUrl + "/account/api/v1/client-auth-certificate",
                authority: server.ready.caFile,
                method: "POST",
                key: "SERVICE_USER_TOKEN",
                body: folder.file("body.json")
            )
        )
        guard answer.status == 201,
            let enrolled = try? JSON.decode(Enrolled.self, from: answer.body)
        else { throw Program.Failure(description: "not enrolled: \(answer)") }

        try folder.write(enrolled.x509Cert, to: "client.crt")
        try folder.write(enrolled.caCert, to: "issuer.crt")
        let identity = Identity(folder: folder, enrolled: enrolled)
        try await Toolbox.openssl([
            "pkcs12", "-export", "-out", identity.p12, "-inkey", identity.key, "-in",
            identity.certificate, "-name", "client", "-passout", "pass:" + password,
        ])
        return identity
    }

    /// Makes `client.key` and `client.csr`.
    ///
    /// - Parameters:
    ///   - kind: The key's kind.
    ///   - folder: Where the files go.
    /// - Throws: ``Program/Failure`` when `openssl` fails.
    static func request(_ kind: KeyKind, in folder: TemporaryFolder) async throws {
        try await Toolbox.openssl(
            ["req", "-new", "-nodes", "-subj", "/CN=End to end/O=Example/C=US"] + kind.options
                + ["-keyout", folder.file("client.key"), "-out", folder.file("client.csr")]
        )
    }
}
