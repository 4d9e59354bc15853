import FoundationEssentials

/// pkilint, where `scripts/lint-certificates` has made it ready.
package enum CertificateLint {
    /// Whether it is there; tests of it are left out otherwise, and `.ci/run` makes it ready.
    package static let isReady = FileManager.default.isExecutableFile(
        atPath: root + "/.build-pkilint/bin/lint_pkix_cert"
    )

    /// Checks one certificate against RFC 5280.
    ///
    /// - Parameter pem: The certificate.
    /// - Returns: The errors and warnings found, one to the line; empty when all is well.
    /// - Throws: What running it throws.
    package static func findings(in pem: String) throws -> String {
        let directory = try TemporaryDirectory()
        let result = try TestCommand.run([
            root + "/.build-pkilint/bin/lint_pkix_cert", "lint", "--severity", "WARNING",
            try directory.write("certificate.pem", pem),
        ])
        return (result.text + result.errors).split(separator: "\n").joined(separator: "\n")
    }

    /// The repository's own directory.
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") {
        $0 + "/" + $1
    }
}
