/// Frames written by hand (RFC 9113 §4.1), for what the library would refuse to send.
enum RawFrame {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    static let settings = frame(type: 4)

    /// The pseudo-header fields of a small request.
    static let get = [
        (":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/"),
    ]

    /// The flags END_STREAM and END_HEADERS.
    static let endStream: UInt8 = 1
    static let endHeaders: UInt8 = 4

    static func frame(
        type: UInt8,
        flags: UInt8 = 0,
        stream: UInt32 = 0,
        payload: [UInt8] = []
    ) -> [UInt8] {
        bytes(UInt32(payload.count)).dropFirst() + [type, flags] + bytes(stream) + payload
    }

    /// HEADERS, each field a literal without indexing (RFC 7541 §6.2.2).
    static func headers(
        stream: UInt32,
        _ fields: [(String, String)] = get,
        flags: UInt8 = endStream | endHeaders
    ) -> [UInt8] {
        frame(type: 1, flags: flags, stream: stream, payload: block(fields))
    }

    static func data(stream: UInt32, _ bytes: [UInt8], flags: UInt8 = 0) -> [UInt8] {
        frame(type: 0, flags: flags, stream: stream, payload: bytes)
    }

    static func reset(stream: UInt32) -> [UInt8] {
        frame(type: 3, stream: stream, payload: bytes(8))
    }

    static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { name, value in
            [0] + string(name) + string(value)
        }
    }

    /// A string of at most 16,510 bytes, not Huffman-coded (RFC 7541 §5.2).
    private static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        let rest = bytes.count - 127
        let length =
            rest < 128 ? [127, UInt8(rest)] : [127, UInt8(rest & 127 | 128), UInt8(rest >> 7)]
        return length + bytes
    }

    static func bytes(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(number >> $0 & 255) }
    }

    /// The frames in bytes that a server sent: type, flags, stream and payload of each.
    static func parse(
        _ bytes: [UInt8]
    ) -> [(type: UInt8, flags: UInt8, stream: UInt32, payload: [UInt8])] {
        var frames: [(type: UInt8, flags: UInt8, stream: UInt32, payload: [UInt8])] = []
        var rest = bytes[...]
        while rest.count >= 9 {
            let header = Array(rest.prefix(9))
            let count = header[..<3].reduce(0) { $0 << 8 | Int($1) }
            let stream = header[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            rest = rest.dropFirst(9)
            frames.append((header[3], header[4], stream, Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return frames
    }
}
