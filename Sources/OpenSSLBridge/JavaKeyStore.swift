/// A Java trust store: the JKS format, whose only specification is the source of
/// `sun.security.provider.JavaKeyStore`.
///
/// OpenSSL 3.0 cannot mark certificates in a PKCS#12 file as trusted the way Java demands: Java
/// opens such a file and sees no entry. JKS needs no marking, and every Java since 1.2 reads it.
package enum JavaKeyStore {
    /// One certificate that is trusted, and the name that `keytool -list` shows for it.
    package struct Entry: Sendable, Hashable {
        /// The name, in lower-case ASCII: Java looks it up so.
        package let alias: String

        /// The certificate, DER.
        package let certificate: [UInt8]

        /// Names a certificate.
        ///
        /// - Parameters:
        ///   - alias: The name, in lower-case ASCII.
        ///   - certificate: The certificate, DER.
        package init(alias: String, certificate: [UInt8]) {
            self.alias = alias
            self.certificate = certificate
        }
    }

    private static let magic: UInt32 = 0xFEED_FEED
    private static let version: UInt32 = 2

    /// The tag of an entry that is a certificate, not a key.
    private static let trustedCertificate: UInt32 = 2

    /// Makes a store.
    ///
    /// - Parameters:
    ///   - entries: What is trusted; aliases that differ from each other.
    ///   - password: What seals the store; Java checks the seal when it is given a password.
    ///   - secondsSince1970: The creation time that Java shows for every entry.
    /// - Returns: The file.
    package static func make(
        trusting entries: [Entry],
        password: String,
        secondsSince1970: Int64
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.reduce(64) { $0 + $1.certificate.count + 64 })
        append(magic, to: &bytes)
        append(version, to: &bytes)
        append(UInt32(truncatingIfNeeded: entries.count), to: &bytes)
        for entry in entries {
            append(trustedCertificate, to: &bytes)
            append(text: entry.alias, to: &bytes)
            append(UInt64(bitPattern: secondsSince1970 &* 1000), to: &bytes)
            append(text: "X.509", to: &bytes)
            append(UInt32(truncatingIfNeeded: entry.certificate.count), to: &bytes)
            bytes += entry.certificate
        }
        var sealed: [UInt8] = []
        for unit in password.utf16 { append(unit, to: &sealed) }
        // What the authors of the format put between password and content against comparisons.
        sealed += Array("Mighty Aphrodite".utf8) + bytes
        return bytes + Digest.sha1(sealed)
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// As `DataOutput.writeUTF` does: two bytes of length, then the text.
    private static func append(text: String, to bytes: inout [UInt8]) {
        append(UInt16(truncatingIfNeeded: text.utf8.count), to: &bytes)
        bytes += Array(text.utf8)
    }
}
