import COpenSSL

/// Base64 (RFC 4648 §4) without line breaks.
package enum Base64 {
    /// Encodes bytes on a single line, with padding.
    ///
    /// - Parameter bytes: The bytes.
    /// - Returns: The text.
    package static func encode(_ bytes: [UInt8]) -> String {
        let capacity = (bytes.count + 2) / 3 * 4 + 1  // EVP_EncodeBlock adds a NUL.
        return unsafe String(unsafeUninitializedCapacity: capacity) { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            return Int(unsafe EVP_EncodeBlock(start, bytes, Int32(clamping: bytes.count)))
        }
    }

    /// Decodes text that holds nothing but base64 characters and correct padding.
    ///
    /// - Parameter characters: The ASCII characters, without white space.
    /// - Returns: The bytes; `nil` when a character or the padding is wrong.
    package static func decode(_ characters: [UInt8]) -> [UInt8]? {
        guard characters.count.isMultiple(of: 4) else { return nil }
        let paddingCount = characters.suffix(2).count { $0 == UInt8(ascii: "=") }
        guard characters.dropLast(paddingCount).allSatisfy(isInAlphabet) else { return nil }

        let capacity = characters.count / 4 * 3
        var isValid = true
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            guard let start = buffer.baseAddress, capacity > 0 else { return }
            let length = Int32(clamping: characters.count)
            let written = Int(unsafe EVP_DecodeBlock(start, characters, length))
            isValid = written == capacity
            // EVP_DecodeBlock counts the padding as zero bytes.
            count = isValid ? written - paddingCount : 0
        }
        return isValid ? bytes : nil
    }

    private static func isInAlphabet(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default:
            false
        }
    }
}
