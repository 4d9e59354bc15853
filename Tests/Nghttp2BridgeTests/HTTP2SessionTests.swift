import Testing

@testable import Nghttp2Bridge

@Suite("HTTP2Session")
struct HTTP2SessionTests {
    @Test("hands out a request as it came and sends the answer back", arguments: [1, 7, Int.max])
    func answers(pieceBytes: Int) throws {
        let talk = try Conversation()
        talk.handler = { _, _, body in (201, Array("got \(body.count)".utf8)) }
        let stream = talk.client.request(
            "POST",
            "/a?b=c",
            fields: [("x-api-key", "k"), ("x-empty", "")],
            body: [1, 2, 3]
        )
        talk.run(pieceBytes: pieceBytes)

        let request = try #require(talk.requests.first)
        let fields = request.fields.map { "\($0.name): \($0.value)" }
        #expect(fields.prefix(2) == [":method: POST", ":scheme: https"])
        #expect(fields[2...3] == [":authority: localhost", ":path: /a?b=c"])
        #expect(fields[4...] == ["x-api-key: k", "x-empty: "])
        #expect(request.body == [1, 2, 3])
        let answer = try #require(talk.client.answers[stream])
        #expect(answer.status == 201)
        let answered = answer.fields.map { "\($0.name): \($0.value)" }
        #expect(answered == ["content-type: text/plain", "content-length: 5"])
        #expect(answer.body == Array("got 3".utf8))
        #expect(answer.isComplete && answer.resetCode == 0)
        #expect(talk.story == ["request 1", "closed 1"])
        #expect(talk.server.openStreamCount == 0 && !talk.server.isFinished)
    }

    @Test("answers many streams at once, in any order")
    func multiplexes() throws {
        let talk = try Conversation()
        let streams = (0..<100).map { talk.client.request("GET", "/\($0)") }
        talk.run()
        #expect(talk.server.openStreamCount == 100)
        for (index, stream) in streams.enumerated().reversed() {
            talk.answer(stream, 200, [UInt8](repeating: UInt8(index), count: index * 37))
        }
        talk.run()
        for (index, stream) in streams.enumerated() {
            let body = [UInt8](repeating: UInt8(index), count: index * 37)
            #expect(talk.client.answers[stream]?.body == body)
        }
        #expect(talk.server.openStreamCount == 0)
    }

    @Test("moves large bodies both ways through the windows (RFC 9113 §5.2)")
    func flowControl() throws {
        let talk = try Conversation(client: ClientSession(initialWindow: 1000))
        talk.handler = { _, _, body in (200, body) }
        let bodies = [1_000_000, 70_000, 65_536, 1].map { count in
            (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        }
        let streams = bodies.map { talk.client.request("POST", body: $0) }
        talk.run(pieceBytes: 9000)
        for (stream, body) in zip(streams, bodies) {
            #expect(talk.client.answers[stream]?.body == body)
        }
    }

    @Test("waits where the client gives no window, and lets others pass (RFC 9113 §5.2.1)")
    func stalls() throws {
        let client = ClientSession(givesWindow: false, initialWindow: 10)
        let talk = try Conversation(client: client)
        talk.handler = { stream, _, _ in (200, [UInt8](repeating: 1, count: stream == 1 ? 11 : 10))
        }
        client.request()
        client.request()
        talk.run()
        #expect(client.answers[1]?.body.count == 10)
        #expect(client.answers[1]?.isComplete == false)
        #expect(client.answers[3]?.isComplete == true)
        #expect(talk.server.openStreamCount == 1)
    }

    @Test("hands out about as many bytes as asked for")
    func boundsOutput() throws {
        let talk = try Conversation(client: ClientSession(initialWindow: 1 << 30))
        talk.client.request()
        talk.run()
        talk.answer(1, 200, [UInt8](repeating: 0, count: 60_000))
        var pieces: [Int] = []
        while case let bytes = talk.server.bytesToSend(atMost: 20_000), !bytes.isEmpty {
            pieces.append(bytes.count)
        }
        // One frame of at most 16 KiB may go beyond.
        #expect(pieces.allSatisfy { $0 <= 20_000 + 16_384 + 9 })
        #expect(pieces.count >= 2)
        #expect(!talk.server.hasBytesToSend)
    }

    /// One kind of answer, and whether its length and its body go out.
    struct Length: CustomTestStringConvertible {
        let status: Int
        var isHead = false
        let length: String?
        let sendsBody: Bool

        var testDescription: String { "\(isHead ? "HEAD" : "GET") \(status)" }
    }

    static let answerLengths = [
        Length(status: 200, isHead: true, length: "4", sendsBody: false),
        Length(status: 404, isHead: true, length: "4", sendsBody: false),
        Length(status: 204, length: nil, sendsBody: false),
        Length(status: 304, length: nil, sendsBody: false),
        Length(status: 200, length: "4", sendsBody: true),
    ]

    @Test("tells HEAD the length; 204 and 304 have none (RFC 9110 §8.6)", arguments: answerLengths)
    func lengths(_ row: Length) throws {
        let talk = try Conversation()
        talk.client.request(row.isHead ? "HEAD" : "GET")
        talk.run()
        talk.answer(1, row.status, Array("body".utf8), isHead: row.isHead)
        talk.run()
        let answer = try #require(talk.client.answers[1])
        #expect(answer.status == row.status && answer.isComplete && answer.resetCode == 0)
        #expect(answer.first("content-length") == row.length)
        #expect(answer.body.isEmpty != row.sendsBody)
    }

    @Test("leaves out what HTTP/2 forbids, and cleans values (RFC 9113 §8.2)")
    func cleansFields() throws {
        let talk = try Conversation()
        talk.client.request()
        talk.run()
        let forbidden = [
            ("connection", "close"), ("keep-alive", "x"), ("transfer-encoding", "chunked"),
            ("upgrade", "x"), ("proxy-connection", "x"), ("content-length", "9"), (":status", "1"),
            ("", "x"), ("Upper", "x"), ("a b", "x"),
        ]
        let allowed = [("x", " a\r\nb: c\0 "), ("y", "é")]
        try talk.server.respond(
            stream: 1,
            status: 200,
            fields: forbidden + allowed,
            body: [],
            isHead: false
        )
        talk.run()
        let fields = talk.client.answers[1]?.fields.map { "\($0.name): \($0.value)" }
        #expect(fields == ["x: ab: c", "y: é", "content-length: 0"])
    }

    @Test("tolerates trailers and drops them (RFC 9110 §6.5.1)")
    func trailers() throws {
        let talk = try Conversation()
        talk.begin()
        talk.feed(RawFrame.headers(stream: 1, flags: RawFrame.endHeaders))
        talk.feed(RawFrame.data(stream: 1, [7]))
        talk.feed(RawFrame.headers(stream: 1, [("x-trailer", "1")]))
        let request = try #require(talk.requests.first)
        #expect(request.body == [7])
        #expect(request.fields.count == 4)
    }

    @Test("CONNECT comes as it is, without path and scheme (RFC 9113 §8.5)")
    func connect() throws {
        let talk = try Conversation()
        talk.client.request(raw: [(":method", "CONNECT"), (":authority", "a:1")], body: [])
        talk.run()
        #expect(talk.requests.first?.fields.map(\.name) == [":method", ":authority"])
    }

    @Test("asks for the body when the client waits to be asked (RFC 9110 §10.1.1)")
    func expectContinue() throws {
        let talk = try Conversation()
        talk.handler = { _, _, body in (200, body) }
        talk.client.request("POST", fields: [("expect", "100-continue")], body: [1])
        talk.run()
        #expect(talk.story == ["expects continue 1", "request 1", "closed 1"])
        #expect(talk.client.answers[1]?.informational == [100])
        #expect(talk.client.answers[1]?.status == 200)
    }

    @Test("asks for no body where none will come")
    func expectContinueWithoutBody() throws {
        let talk = try Conversation()
        talk.client.request("POST", fields: [("expect", "100-continue")])
        talk.run()
        #expect(talk.story == ["request 1"])
    }

    @Test("says whether a request is partly here, for the deadline")
    func deadlines() throws {
        let talk = try Conversation()
        talk.begin()
        #expect(talk.server.unfinishedRequest == nil)
        talk.feed(RawFrame.headers(stream: 1, flags: 0))
        #expect(try #require(talk.server.unfinishedRequest) == (1, false), "a head without its end")
        talk.feed(RawFrame.frame(type: 9, flags: RawFrame.endHeaders, stream: 1))
        talk.feed(RawFrame.headers(stream: 3, flags: RawFrame.endHeaders))
        #expect(try #require(talk.server.unfinishedRequest) == (1, true), "the older of two")
        talk.feed(RawFrame.data(stream: 1, [], flags: RawFrame.endStream))
        #expect(try #require(talk.server.unfinishedRequest) == (3, true))
        talk.answer(3, 408)
        #expect(talk.server.unfinishedRequest == nil, "an answered one is given up")
        #expect(talk.server.openStreamCount == 2)
    }

    @Test("an answer to a stream that is gone is an error and nothing else")
    func lateAnswer() throws {
        let talk = try Conversation()
        talk.client.request()
        talk.run()
        talk.client.reset(1)
        talk.run()
        #expect(talk.story == ["request 1", "closed 1 unanswered"])
        for stream in [Int32(1), 99] {
            let error = #expect(throws: Nghttp2Error.self) {
                try talk.server.respond(
                    stream: stream,
                    status: 200,
                    fields: [],
                    body: [],
                    isHead: false
                )
            }
            #expect(error?.operation == "nghttp2_submit_response")
            talk.server.reset(stream: stream, code: .cancel)
            talk.server.sendContinue(stream: stream)
        }
        talk.run()
        #expect(talk.failure == nil)
    }

    @Test("an answer before the end of the request is taken, and the rest thrown away")
    func earlyAnswer() throws {
        let talk = try Conversation()
        talk.begin()
        talk.feed(RawFrame.headers(stream: 1, flags: RawFrame.endHeaders))
        talk.answer(1, 200)
        _ = talk.drain()
        talk.feed(RawFrame.data(stream: 1, [1], flags: RawFrame.endStream))
        talk.feed([])
        #expect(talk.story == ["closed 1"])
    }
}
