/// A host and an optional port, as in `Host`, `:authority` and absolute targets
/// (RFC 3986 §3.2, without user information, which RFC 9110 §4.2.4 forbids).
package struct Authority: Sendable, Hashable {
    /// The host in lower case; an IPv6 address stands without its brackets.
    package let host: String

    /// The port; nil when none is written.
    package let port: Int?

    /// Reads an authority.
    ///
    /// - Parameter text: `host`, `host:port` or `[address]:port`.
    /// - Returns: The authority, or nil when the text is none.
    package static func parse(_ text: String) -> Authority? {
        let bytes = Array(text.utf8)
        guard let layout = layout(of: bytes.span) else { return nil }
        return Authority(host: bytes.span.lowercasedText(layout.host), port: layout.port)
    }

    /// Whether bytes are an authority; costs no allocation.
    static func isValid(_ bytes: Span<UInt8>) -> Bool {
        layout(of: bytes) != nil
    }

    /// Finds host and port, or nil where the grammar of RFC 3986 §3.2 is broken.
    private static func layout(of bytes: Span<UInt8>) -> (host: Range<Int>, port: Int?)? {
        guard bytes.count > 0 else { return nil }
        let host: Range<Int>
        var index = 0
        if bytes[0] == UInt8(ascii: "[") {
            guard let end = endOfAddress(bytes) else { return nil }
            host = 1..<end
            index = end + 1
        } else {
            while index < bytes.count, bytes[index] != UInt8(ascii: ":") {
                guard isName(bytes, at: index) else { return nil }
                index += 1
            }
            host = 0..<index
        }
        guard !host.isEmpty else { return nil }
        guard index < bytes.count else { return (host, nil) }
        guard bytes[index] == UInt8(ascii: ":") else { return nil }
        // RFC 3986 §3.2.3: the port may be empty after its colon.
        guard index + 1 < bytes.count else { return (host, nil) }
        guard let port = port(bytes, from: index + 1) else { return nil }
        return (host, port)
    }

    /// Finds the bracket that closes an IPv6 address, or nil when this cannot be one.
    private static func endOfAddress(_ bytes: Span<UInt8>) -> Int? {
        var colons = 0
        for index in 1..<bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "]"): return colons >= 2 ? index : nil
            case UInt8(ascii: ":"): colons += 1
            case UInt8(ascii: "."): break
            case let byte: guard ByteClass.hexadecimal(byte) != nil else { return nil }
            }
        }
        return nil
    }

    /// Whether a byte may stand in a registered name: unreserved, sub-delims, pct-encoded.
    private static func isName(_ bytes: Span<UInt8>, at index: Int) -> Bool {
        switch bytes[index] {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"): true
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"): true
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="): true
        case UInt8(ascii: "%"):
            index + 2 < bytes.count && ByteClass.hexadecimal(bytes[index + 1]) != nil
                && ByteClass.hexadecimal(bytes[index + 2]) != nil
        default: false
        }
    }

    private static func port(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        guard bytes.count - start <= 5 else { return nil }
        var port = 0
        for index in start..<bytes.count {
            guard let digit = ByteClass.decimal(bytes[index]) else { return nil }
            port = port * 10 + digit
        }
        return port <= 65535 ? port : nil
    }
}
