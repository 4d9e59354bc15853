import Testing

@testable import Nghttp2Bridge

@Suite("HTTP2Session shutdown")
struct HTTP2ShutdownTests {
    @Test("ends in two steps and finishes what was sent before (RFC 9113 §6.8)")
    func drains() throws {
        let talk = try Conversation()
        talk.client.request()
        talk.run()
        talk.server.goAway()
        // Sent before the client has seen anything: it must not be lost.
        let crossing = talk.client.request()
        let notice = talk.drain()
        talk.feed(talk.client.bytesToSend())
        #expect(talk.requests.map(\.stream) == [1, crossing])

        talk.client.receive(notice)
        talk.run()
        #expect(
            talk.client.goAways == [
                ClientSession.GoAway(lastStream: .max, code: 0),
                ClientSession.GoAway(lastStream: crossing, code: 0),
            ]
        )
        #expect(!talk.server.isFinished)
        talk.answer(1, 200)
        talk.answer(crossing, 200)
        talk.run()
        #expect(talk.client.answers[1]?.isComplete == true)
        #expect(talk.client.answers[crossing]?.isComplete == true)
        #expect(talk.server.isFinished)
    }

    @Test("a second call does not wait for the client's answer to the ping")
    func hurries() throws {
        let talk = try Conversation()
        talk.begin()
        talk.feed(RawFrame.headers(stream: 1))
        talk.server.goAway()
        talk.server.goAway()
        let lastStreams = RawFrame.parse(talk.drain()).filter { $0.type == 7 }
            .map { Array($0.payload.prefix(4)) }
        #expect(lastStreams == [RawFrame.bytes(0x7FFF_FFFF), RawFrame.bytes(1)])
        talk.feed(RawFrame.headers(stream: 3))
        #expect(talk.requests.map(\.stream) == [1])
        talk.answer(1, 200)
        _ = talk.drain()
        #expect(talk.server.isFinished)
    }

    @Test("an idle connection is finished once the client has answered")
    func idle() throws {
        let talk = try Conversation()
        talk.run()
        talk.server.goAway()
        #expect(!talk.server.isFinished)
        talk.run()
        #expect(talk.server.isFinished)
    }

    @Test("a client that says GOAWAY gets its answers, and then the connection is finished")
    func clientLeaves() throws {
        let talk = try Conversation()
        talk.client.request()
        talk.run()
        talk.client.goAway()
        talk.run()
        #expect(!talk.server.isFinished)
        talk.answer(1, 200)
        talk.run()
        #expect(talk.client.answers[1]?.status == 200)
        #expect(talk.server.isFinished)
    }

    @Test(
        "terminate says why, and nothing more is taken",
        arguments: [ErrorCode.noError, .enhanceYourCalm]
    )
    func terminates(code: ErrorCode) throws {
        let talk = try Conversation()
        talk.client.request()
        talk.run()
        talk.server.terminate(code: code)
        talk.run()
        #expect(talk.client.goAways == [ClientSession.GoAway(lastStream: 1, code: code.rawValue)])
        #expect(talk.server.isFinished)
        talk.feed(RawFrame.headers(stream: 3))
        #expect(talk.requests.map(\.stream) == [1])
    }

    @Test(
        "the owner resets a stream with the code of its choice",
        arguments: [ErrorCode.cancel, .refusedStream, .http11Required]
    )
    func resets(code: ErrorCode) throws {
        let talk = try Conversation()
        talk.client.request()
        talk.run()
        talk.server.reset(stream: 1, code: code)
        talk.run()
        #expect(talk.client.answers[1]?.resetCode == code.rawValue)
        #expect(talk.story.last == "closed 1 unanswered")
    }
}
