import Testing

@testable import Nghttp2Bridge

/// Answers of an ``HTTP2Session`` whose body comes bit by bit.
@Suite("HTTP2Session: bodies in parts")
struct HTTP2PartsTests {
    private static func begun(
        _ method: String = "GET",
        window: UInt32 = 65_535,
        status: Int = 200,
        length: Int? = nil
    ) throws -> (talk: Conversation, stream: Int32) {
        let talk = try Conversation(client: ClientSession(initialWindow: window))
        let stream = talk.client.request(method, "/")
        talk.run()
        try talk.server.begin(
            stream: stream,
            status: status,
            fields: [("a", "b")],
            length: length,
            isHead: method == "HEAD"
        )
        talk.run()
        return (talk, stream)
    }

    @Test("parts arrive as they are added, and the end after them")
    func parts() throws {
        let (talk, stream) = try Self.begun()
        #expect(talk.client.answers[stream]?.status == 200)
        #expect(talk.client.answers[stream]?.first("content-length") == nil)
        for part in [[UInt8](repeating: 1, count: 3), [], [UInt8](repeating: 2, count: 20_000)] {
            talk.server.append(part, to: stream)
            talk.run()
        }
        #expect(talk.client.answers[stream]?.body.count == 20_003)
        #expect(talk.client.answers[stream]?.isComplete == false)
        talk.server.finish(stream)
        talk.run()
        #expect(talk.client.answers[stream]?.isComplete == true)
        #expect(talk.server.openStreamCount == 0)
        // What is gone takes nothing more.
        talk.server.append([1], to: stream)
        talk.server.finish(stream)
        #expect(talk.server.unsentBytes(of: stream) == 0)
    }

    @Test("what the client's window holds back is counted, and follows (RFC 9113 §5.2)")
    func window() throws {
        let (talk, stream) = try Self.begun(window: 1_000)
        let body = (0..<5_000).map { UInt8(truncatingIfNeeded: $0) }
        talk.server.append(body, to: stream)
        _ = talk.drain()
        #expect(talk.server.unsentBytes(of: stream) == 4_000)
    }

    @Test("a body that is cut off ends in a reset behind what was added")
    func cut() throws {
        let (talk, stream) = try Self.begun(length: 100)
        talk.server.append([UInt8](repeating: 7, count: 40), to: stream)
        talk.server.finish(stream, by: .cut)
        talk.run()
        let answer = try #require(talk.client.answers[stream])
        #expect(answer.first("content-length") == "100")
        #expect(answer.body.count == 40)
        #expect(answer.resetCode == ErrorCode.internalError.rawValue)
        #expect(talk.server.openStreamCount == 0 && !talk.server.isFinished)
    }

    @Test("HEAD and 204 are complete with their head", arguments: [("HEAD", 200), ("GET", 204)])
    func withoutBody(method: String, status: Int) throws {
        let (talk, stream) = try Self.begun(method, status: status)
        talk.server.append([1], to: stream)
        talk.run()
        let answer = try #require(talk.client.answers[stream])
        #expect(answer.isComplete && answer.body.isEmpty)
    }

    @Test(
        "GOAWAY gives up one stream and those after it, and finishes those before (RFC 9113 §6.8)"
    )
    func givesUp() throws {
        let talk = try Conversation()
        let streams = (0..<3).map { talk.client.request("GET", "/\($0)") }
        talk.run()
        talk.server.goAway(last: streams[0])
        talk.run()
        #expect(talk.client.goAways.map(\.lastStream) == [streams[0]])
        #expect(talk.server.openStreamCount == 1)
        talk.answer(streams[0], 200, [1])
        talk.run()
        #expect(talk.client.answers[streams[0]]?.isComplete == true)
        #expect(talk.client.answers[streams[2]]?.status == nil)
    }
}
