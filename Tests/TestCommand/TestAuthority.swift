/// An authority of somebody's own, made by `openssl` and not by us: what a person would bring.
package final class TestAuthority: Sendable {
    /// The extensions of an ordinary root.
    package static let rootExtensions = [
        "basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign",
        "subjectKeyIdentifier=hash",
    ]

    /// A key that is quickly made, in the words of `openssl req`.
    package static let quickKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]

    /// A key with the certificate that belongs to it, both PEM.
    package struct Pair: Sendable {
        /// The certificate.
        package let certificate: String

        /// The key, PKCS#8.
        package let key: String

        /// Puts a pair together.
        ///
        /// - Parameters:
        ///   - certificate: The certificate, others of its chain around it.
        ///   - key: Its key.
        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// The authority's own certificate and key.
    package let own: Pair

    private let directory: TemporaryDirectory

    /// Makes an authority.
    ///
    /// - Parameters:
    ///   - subject: Its name as `openssl` takes one.
    ///   - key: How its key is made.
    ///   - extensions: Its extensions, as in OpenSSL's configuration files.
    ///   - stringMask: How its name is encoded: `utf8only`, `nombstr`.
    ///   - issuer: Who signs it; `nil` lets it sign itself.
    /// - Throws: ``TestCommandError`` when `openssl` refuses.
    package init(
        subject: String = "/O=Somebody/OU=Tests/CN=Somebody's own CA",
        key: [String] = quickKey,
        extensions: [String] = rootExtensions,
        stringMask: String = "utf8only",
        issuedBy issuer: TestAuthority? = nil
    ) throws {
        directory = try TemporaryDirectory()
        let made = try Self.make(
            in: directory,
            subject: subject,
            key: key,
            extensions: extensions,
            stringMask: stringMask,
            issuer: issuer
        )
        own = made
        _ = try directory.write("own.pem", made.certificate)
        _ = try directory.write("own.key", made.key)
    }

    /// Issues a certificate with a new key.
    ///
    /// - Parameters:
    ///   - subject: Whom it names.
    ///   - key: How its key is made.
    ///   - extensions: Its extensions.
    /// - Returns: The certificate and its key.
    /// - Throws: ``TestCommandError`` when `openssl` refuses.
    package func issue(
        subject: String = "/CN=Somebody's server",
        key: [String] = quickKey,
        extensions: [String] = ["subjectAltName=DNS:localhost,DNS:*.example.test,IP:127.0.0.1"]
    ) throws -> Pair {
        try Self.make(
            in: TemporaryDirectory(),
            subject: subject,
            key: key,
            extensions: extensions,
            stringMask: "utf8only",
            issuer: self
        )
    }

    private static func make(
        in directory: TemporaryDirectory,
        subject: String,
        key: [String],
        extensions: [String],
        stringMask: String,
        issuer: TestAuthority?
    ) throws -> Pair {
        let configuration = try directory.write(
            "openssl.cnf",
            """
            [req]
            distinguished_name = name
            string_mask = \(stringMask)
            x509_extensions = extensions
            [name]
            [extensions]

            """ + extensions.joined(separator: "\n") + "\n"
        )
        let keyFile = directory.path + "/made.key"
        let common = ["-config", configuration, "-subj", subject, "-nodes", "-keyout", keyFile]
        let certificate: String
        if let issuer {
            let request = try text(["openssl", "req", "-new"] + key + common)
            certificate = try text(
                [
                    "openssl", "x509", "-req", "-days", "365", "-extfile", configuration,
                    "-extensions", "extensions", "-CA", issuer.directory.path + "/own.pem",
                    "-CAkey", issuer.directory.path + "/own.key", "-CAcreateserial",
                ],
                input: request
            )
        } else {
            certificate = try text(["openssl", "req", "-x509", "-days", "365"] + key + common)
        }
        return Pair(certificate: certificate, key: try text(["cat", keyFile]))
    }

    private static func text(_ arguments: [String], input: String = "") throws -> String {
        let command = try TestCommand.run(arguments, input: Array(input.utf8))
        guard command.status == 0 else {
            throw TestCommandError(operation: command.errors, code: Int32(command.status))
        }
        return command.text
    }
}
