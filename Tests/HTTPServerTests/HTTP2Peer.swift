import TestClient

/// An HTTP/2 client that knows frames and nothing of header compression.
final class HTTP2Peer {
    /// One frame (RFC 9113 §4.1).
    struct Frame {
        let type: UInt8
        let flags: UInt8
        let stream: Int
        let payload: [UInt8]

        var endsStream: Bool { flags & 1 != 0 }

        /// The first four bytes as a number: the code of RST_STREAM.
        var number: Int { Frame.number(payload.prefix(4)) }

        static func number(_ bytes: some Sequence<UInt8>) -> Int {
            bytes.reduce(0) { $0 << 8 | Int($1) }
        }
    }

    /// The types of frames that tests look for (RFC 9113 §6).
    enum FrameType {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let goAway: UInt8 = 7
    }

    let client: TestClient

    /// Frames read while others were looked for.
    private var passed: [Frame] = []

    init(port: Int) throws {
        client = try TestClient(port: port, tls: .init(protocols: ["h2"]))
        try client.send(HTTP2Bytes.preface)
    }

    /// Sends a request without a body.
    func request(_ path: String, on stream: Int, method: UInt8 = 0x82) throws {
        try client.send(Self.bytes(path, on: stream, method: method))
    }

    /// Sends several requests at once.
    func send(_ requests: [UInt8]...) throws { try client.send(requests.flatMap(\.self)) }

    /// A request without a body.
    static func bytes(_ path: String, on stream: Int, method: UInt8 = 0x82) -> [UInt8] {
        // :method GET, :scheme https and :path and :authority as literals (RFC 7541 §6.2.2).
        let block: [UInt8] =
            [method, 0x87, 0x04, UInt8(path.utf8.count)] + Array(path.utf8) + [0x01, 1, 0x61]
        let length = [UInt8(block.count >> 8), UInt8(block.count & 0xFF)]
        return [0] + length + [1, 5] + bytes(stream) + block
    }

    /// Resets a stream with CANCEL.
    func reset(_ stream: Int) throws {
        try client.send([0, 0, 4, 3, 0] + Self.bytes(stream) + [0, 0, 0, 8])
    }

    /// The next frame of the stream, and of these types, whatever comes in between.
    func next(on stream: Int, _ types: UInt8...) throws -> Frame {
        let isMeant = { (frame: Frame) in frame.stream == stream && types.contains(frame.type) }
        if let place = passed.firstIndex(where: isMeant) { return passed.remove(at: place) }
        while true {
            let head = try client.read(count: 9)
            let frame = Frame(
                type: head[3],
                flags: head[4],
                stream: Frame.number(head[5...8]) & 0x7FFF_FFFF,
                payload: try client.read(count: Frame.number(head[0...2]))
            )
            if isMeant(frame) { return frame }
            passed.append(frame)
        }
    }

    /// The bytes of a body up to the end of the stream.
    func body(of stream: Int) throws -> [UInt8] {
        _ = try next(on: stream, FrameType.headers)
        var body: [UInt8] = []
        while true {
            let frame = try next(on: stream, FrameType.data)
            body += frame.payload
            if frame.endsStream { return body }
        }
    }

    private static func bytes(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(number >> $0 & 0xFF) }
    }
}
