/// What an HTTP/2 client sends, byte by byte (RFC 9113).
enum HTTP2Bytes {
    /// The connection preface and empty SETTINGS.
    static let preface =
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]

    /// A HEADERS frame without END_STREAM: POST, https, `/`, `a`.
    static func headers(stream: Int) -> [UInt8] {
        [0, 0, 6, 1, 4] + number(stream) + [0x83, 0x87, 0x84, 0x41, 0x01, 0x61]
    }

    /// An empty DATA frame with END_STREAM.
    static func endOfBody(stream: Int) -> [UInt8] {
        [0, 0, 0, 0, 1] + number(stream)
    }

    private static func number(_ stream: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(stream >> $0 & 0xFF) }
    }
}
