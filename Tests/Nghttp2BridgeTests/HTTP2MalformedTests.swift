import Testing

@testable import Nghttp2Bridge

@Suite("HTTP2Session malformed input")
struct HTTP2MalformedTests {
    /// One list of fields that is no request.
    struct Malformed: CustomTestStringConvertible {
        let reason: String
        let fields: [(String, String)]

        init(_ reason: String, _ fields: [(String, String)]) {
            (self.reason, self.fields) = (reason, fields)
        }

        var testDescription: String { reason }
    }

    private static let get = RawFrame.get

    static let requests = [
        Malformed("an upper-case name (RFC 9113 §8.2.1)", get + [("X", "v")]),
        Malformed("a space in a name (RFC 9113 §8.2.1)", get + [("x y", "v")]),
        Malformed("an empty name (RFC 9113 §8.2.1)", get + [("", "v")]),
        Malformed("connection (RFC 9113 §8.2.2)", get + [("connection", "close")]),
        Malformed("transfer-encoding (RFC 9113 §8.2.2)", get + [("transfer-encoding", "chunked")]),
        Malformed("te but trailers (RFC 9113 §8.2.2)", get + [("te", "gzip")]),
        Malformed("no :method (RFC 9113 §8.3.1)", get.filter { $0.0 != ":method" }),
        Malformed("no :path (RFC 9113 §8.3.1)", get.filter { $0.0 != ":path" }),
        Malformed("no :scheme (RFC 9113 §8.3.1)", get.filter { $0.0 != ":scheme" }),
        Malformed("two :path (RFC 9113 §8.3)", get + [(":path", "/")]),
        Malformed("an unknown pseudo-header field (RFC 9113 §8.3)", get + [(":x", "y")]),
        Malformed("a pseudo-header field at the end (RFC 9113 §8.3)", [("x", "y")] + get),
        Malformed(
            "two lengths (RFC 9110 §8.6)",
            get + [("content-length", "0"), ("content-length", "1")]
        ),
        Malformed("a length that is no number (RFC 9110 §8.6)", get + [("content-length", "x")]),
        Malformed("a length without body (RFC 9113 §8.1.1)", get + [("content-length", "1")]),
        Malformed(
            "a bad :path (RFC 9113 §8.3.1)",
            get.map { $0.0 == ":path" ? ($0.0, "/ x") : $0 }
        ),
    ]

    @Test(
        "a malformed request is reset and the connection lives on (RFC 9113 §8.1.1)",
        arguments: requests
    )
    func malformed(_ row: Malformed) throws {
        let talk = try Conversation()
        talk.begin()
        talk.feed(RawFrame.headers(stream: 1, row.fields))
        let resets = RawFrame.parse(talk.drain()).filter { $0.type == 3 }
        #expect(resets.map(\.stream) == [1])
        #expect(resets.first?.payload == RawFrame.bytes(ErrorCode.protocolError.rawValue))
        talk.feed(RawFrame.headers(stream: 3))
        #expect(talk.requests.map(\.stream) == [3])
        #expect(talk.story == ["closed 1 unanswered", "request 3"])
    }

    /// Bytes that break the connection.
    struct Broken: CustomTestStringConvertible {
        let reason: String
        let bytes: [UInt8]

        init(_ reason: String, _ bytes: [UInt8]) {
            (self.reason, self.bytes) = (reason, bytes)
        }

        var testDescription: String { reason }
    }

    static let connections = [
        Broken("DATA on stream 0 (RFC 9113 §6.1)", RawFrame.data(stream: 0, [1])),
        Broken("HEADERS on stream 0 (RFC 9113 §6.2)", RawFrame.headers(stream: 0)),
        Broken("HEADERS on an even stream (RFC 9113 §5.1.1)", RawFrame.headers(stream: 2)),
        Broken("DATA on an idle stream (RFC 9113 §5.1)", RawFrame.data(stream: 1, [1])),
        Broken("SETTINGS of odd size (RFC 9113 §6.5)", RawFrame.frame(type: 4, payload: [1])),
        Broken("PING of odd size (RFC 9113 §6.7)", RawFrame.frame(type: 6, payload: [1])),
        Broken("PUSH_PROMISE from a client (RFC 9113 §8.4)", RawFrame.frame(type: 5, stream: 1)),
        Broken(
            "CONTINUATION without HEADERS (RFC 9113 §6.10)",
            RawFrame.frame(type: 9, flags: 4, stream: 1)
        ),
        Broken(
            "a frame beyond SETTINGS_MAX_FRAME_SIZE (RFC 9113 §4.2)",
            [0, 64, 1, 0, 0, 0, 0, 0, 1]
        ),
        Broken(
            "a window of 2^31 (RFC 9113 §6.9.1)",
            RawFrame.frame(type: 8, payload: RawFrame.bytes(0x7FFF_FFFF))
        ),
        Broken(
            "broken HPACK (RFC 7541 §6.1)",
            RawFrame.frame(type: 1, flags: 5, stream: 1, payload: [0x80])
        ),
        Broken(
            "a frame inside a header block (RFC 9113 §6.10)",
            RawFrame.headers(stream: 1, flags: 1) + RawFrame.frame(type: 4)
        ),
    ]

    @Test("a broken connection ends with GOAWAY (RFC 9113 §5.4.1)", arguments: connections)
    func broken(_ row: Broken) throws {
        let talk = try Conversation()
        talk.begin()
        talk.feed(row.bytes)
        #expect(talk.failure == nil)
        let goAways = RawFrame.parse(talk.drain()).filter { $0.type == 7 }
        #expect(goAways.count == 1)
        #expect(goAways.first?.payload[4...7] != [0, 0, 0, 0])
        #expect(talk.server.isFinished)
        talk.feed(RawFrame.headers(stream: 3))
        #expect(talk.requests.isEmpty)
    }

    @Test("bytes that are not HTTP/2 are an error (RFC 9113 §3.4)")
    func noPreface() throws {
        let talk = try Conversation()
        talk.feed(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(talk.failure?.operation == "nghttp2_session_mem_recv")
        #expect(talk.failure?.reason.isEmpty == false)
        #expect(talk.server.isFinished && !talk.server.hasBytesToSend)
        #expect(throws: Nghttp2Error.self) { try talk.server.receive([]) }
    }

    @Test("mutated bytes by the thousand never trap, and the session comes to its end")
    func mutations() throws {
        var generator = SeededGenerator(seed: 20_251_020)
        var kinds: Set<Substring> = []
        for round in 0..<3000 {
            let talk = try Conversation(limits: Self.smallLimits)
            talk.handler = { stream, _, body in stream % 4 == 1 ? (200, body) : nil }
            let bytes = mutate(Self.session, using: &generator)
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...200, using: &generator))
                rest = rest.dropFirst(piece.count)
                talk.feed(Array(piece))
                if round.isMultiple(of: 3) { _ = talk.drain() }
            }
            _ = talk.drain()
            talk.server.terminate(code: .noError)
            _ = talk.drain()
            #expect(talk.server.isFinished)
            for line in talk.story { kinds.insert(line.prefix { $0.isLetter || $0 == " " }) }
        }
        #expect(kinds.count == 5, "the mutations reach too little: \(kinds)")
    }

    private static let smallLimits = HTTP2Limits(
        concurrentStreamsMax: 4,
        headerListBytesMax: 300,
        headerCountMax: 8,
        bodyBytesMax: 60,
        bufferedBodyBytesMax: 100,
        streamResetBurst: 3,
        faultyStreamsMax: 3
    )

    /// A session that passes through most states.
    private static let session: [UInt8] =
        RawFrame.preface + RawFrame.settings + RawFrame.frame(type: 4, flags: 1)
        + RawFrame.headers(stream: 1)
        + RawFrame.headers(stream: 3, get + [("expect", "100-continue")], flags: 4)
        + RawFrame.data(stream: 3, [UInt8](repeating: 5, count: 40))
        + RawFrame.headers(stream: 5, get + [("content-length", "61")], flags: 4)
        + RawFrame.headers(stream: 7, get + [("x", String(repeating: "v", count: 120))])
        + RawFrame.data(stream: 3, [UInt8](repeating: 5, count: 20), flags: 1)
        + RawFrame.frame(type: 8, stream: 1, payload: RawFrame.bytes(1000))
        + RawFrame.frame(type: 6, payload: [UInt8](repeating: 0, count: 8))
        + RawFrame.headers(stream: 9, flags: 1) + RawFrame.frame(type: 9, flags: 4, stream: 9)
        + RawFrame.reset(stream: 7) + RawFrame.data(stream: 5, [1], flags: 1)
        + RawFrame.headers(stream: 11, flags: 4) + RawFrame.headers(stream: 11, [("t", "1")])

    /// Changes up to five places behind the preface: sets, removes, repeats, cuts.
    private func mutate(
        _ bytes: [UInt8],
        using generator: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            guard bytes.count > 24 else { break }
            let index = Int.random(in: 24..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes.remove(at: index)
            case 3: bytes.insert(UInt8.random(in: 0...9, using: &generator), at: index)
            case 4: bytes.append(contentsOf: bytes[index...])
            default: bytes.removeSubrange(index...)
            }
        }
        return bytes
    }
}

/// A generator whose numbers are the same in every run (SplitMix64).
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
