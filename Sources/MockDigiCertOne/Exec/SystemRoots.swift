/// The certificates that this machine trusts anyway, in one PEM file.
package enum SystemRoots {
    /// Where distributions keep that file.
    package static let paths = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Alpine, Arch
        "/etc/pki/tls/certs/ca-bundle.crt",  // Fedora, RHEL
        "/etc/ssl/ca-bundle.pem",  // openSUSE
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL
        "/etc/ssl/cert.pem",  // Alpine, the BSDs
    ]

    /// The largest file that is read, in bytes: Debian's has 220,000.
    package static let bytesMax = 8 * 1024 * 1024

    /// Reads them.
    ///
    /// - Parameter chosen: The file that `SSL_CERT_FILE` names, which comes first; nil without.
    /// - Returns: The text; nil where there is none.
    package static func read(chosen: String?) -> String? {
        ([chosen].compactMap(\.self) + paths).lazy.compactMap(text).first
    }

    /// The text of a file of certificates.
    ///
    /// - Parameter path: The file.
    /// - Returns: The text; nil where it cannot be read or is empty.
    static func text(of path: String) -> String? {
        guard let bytes = try? FileBytes.read(path: path, bytesMax: bytesMax), !bytes.isEmpty else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
