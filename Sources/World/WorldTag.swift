internal import OpenSSLBridge

/// Four bytes that stand for the name of a world, in what the world makes.
///
/// They are the first of the name's SHA-256. Token texts and the serial numbers of certificates
/// carry them, so that a credential leads to its world on an address that all worlds share. They
/// are a hint where to look, never a proof: whoever presents the credential is still looked up.
package struct WorldTag: Sendable, Hashable {
    /// How many bytes a tag has.
    package static let byteCount = 4

    /// The four bytes, most significant first.
    private let number: UInt32

    /// The tag of a world.
    ///
    /// - Parameter name: The world's name.
    package init(name: String) {
        number = Digest.sha256(Array(name.utf8)).prefix(Self.byteCount)
            .reduce(0) { $0 << 8 | UInt32($1) }
    }

    private init?(digits: Substring.UTF8View) {
        guard let number = UInt32(Substring(digits), radix: 16) else { return nil }
        self.number = number
    }

    /// The tag as it stands in a serial number.
    package var bytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// The tag that a token carries.
    ///
    /// - Parameter text: What a client presents as a token.
    /// - Returns: The tag; nil where the text is not in the form of
    ///   ``World/makeTokenText()``, as the public tokens of a seed.
    package static func ofToken(_ text: String) -> WorldTag? {
        let bytes = text.utf8
        guard bytes.count == 91, bytes.starts(with: "01".utf8) else { return nil }
        let underscore = bytes.index(bytes.startIndex, offsetBy: 26)
        guard bytes[underscore] == UInt8(ascii: "_"),
            bytes[..<underscore].allSatisfy(isDigit),
            bytes[underscore...].dropFirst().allSatisfy(isDigit)
        else { return nil }
        return WorldTag(digits: bytes.dropFirst(2).prefix(2 * byteCount))
    }

    /// The tag that a certificate's serial number carries.
    ///
    /// - Parameter hex: The serial number in hex digits of either case.
    /// - Returns: The tag; nil where the number is not in the form that worlds issue: 32 digits of
    ///   which the first is 4, 5, 6 or 7.
    package static func ofSerial(_ hex: String) -> WorldTag? {
        let bytes = hex.utf8
        guard bytes.count == 32, let first = bytes.first, bytes.allSatisfy(isDigit) else {
            return nil
        }
        guard (UInt8(ascii: "4")...UInt8(ascii: "7")).contains(first) else { return nil }
        return WorldTag(digits: bytes.dropFirst(2).prefix(2 * byteCount))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        Unicode.Scalar(byte).properties.isASCIIHexDigit
    }
}
