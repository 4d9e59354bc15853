/// A secret that opens the control listener; it shows in no text and no dump.
package struct BearerToken: Sendable, Hashable {
    private let bytes: [UInt8]

    /// The longest token in bytes.
    package static let bytesMax = 512

    /// Takes a token, if it is one that a header field can carry.
    ///
    /// - Parameter text: Printable ASCII without spaces, of 1 to 512 bytes.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (1...Self.bytesMax).contains(bytes.count),
            bytes.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.bytes = bytes
    }

    /// What a client sends in `Authorization`; the one text that shows the token.
    package var authorization: String { "Bearer " + String(decoding: bytes, as: UTF8.self) }

    /// Compares without telling by the time it takes how much was right.
    ///
    /// - Parameter presented: What a client sent.
    /// - Returns: Whether it is this token.
    func matches(_ presented: some Sequence<UInt8>) -> Bool {
        let presented = Array(presented)
        // As many steps as the client sent bytes: the time says nothing that it does not know.
        var difference = presented.count ^ bytes.count
        for (index, byte) in presented.enumerated() {
            difference |= Int(byte ^ bytes[index % bytes.count])
        }
        return difference == 0
    }
}

extension BearerToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }

    package var debugDescription: String { description }

    /// Nothing, so that no dump shows the token.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
