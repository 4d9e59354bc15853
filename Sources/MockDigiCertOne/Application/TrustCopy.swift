import OpenSSLBridge

// The copy of what clients must trust, where others can read it.
extension Configuration {
    /// Writes what clients must trust where somebody wants a copy, for all to read.
    ///
    /// Only certificates make room for it: a wrong path may lead to the only copy of a key.
    ///
    /// - Parameter trusted: The content of `ca.pem`.
    /// - Throws: ``ConfigurationError`` when it cannot be written, or something else is there.
    func copyTrustFile(_ trusted: [UInt8]) throws(ConfigurationError) {
        guard let caCopy else { return }
        let subject = "\(Setting.caCopy.flag) \(caCopy)"
        do throws(SystemError) {
            let occupant = try FileBytes.occupant(of: caCopy, bytesMax: PEMFile.bytesMax)
            if occupant.map(Self.isReplaceable) ?? true {
                return try FileBytes.replace(path: caCopy, with: trusted, mode: 0o644)
            }
        } catch {
            throw ConfigurationError(
                subject: subject,
                problem: "cannot be written: \(error)",
                remedy: "give a path in a directory that this user may write; it must not be "
                    + "a mounted file itself"
            )
        }
        throw ConfigurationError(
            subject: subject,
            problem: "holds something else than certificates, and was left as it is",
            remedy: "name a file that does not exist yet, or an earlier copy"
        )
    }

    /// Whether bytes are certificates in PEM, or none at all, as `mktemp` leaves a file.
    private static func isReplaceable(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return true }
        let blocks = (try? PEM.blocks(of: String(decoding: bytes, as: UTF8.self))) ?? []
        return !blocks.isEmpty && blocks.allSatisfy { $0.label == "CERTIFICATE" }
    }
}
