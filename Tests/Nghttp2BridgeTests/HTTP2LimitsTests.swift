import Testing

@testable import Nghttp2Bridge

@Suite("HTTP2Limits")
struct HTTP2LimitsTests {
    /// The frames that a server sent: RST_STREAM and GOAWAY with their codes, others not.
    private func ends(_ bytes: [UInt8]) -> [String] {
        RawFrame.parse(bytes).compactMap { frame in
            switch frame.type {
            case 3: "reset \(frame.stream) \(frame.payload[3])"
            case 7: "goaway \(frame.payload[7])"
            default: nil
            }
        }
    }

    @Test("SETTINGS tell the client what it needs to know (RFC 9113 §6.5.2)")
    func settings() throws {
        let limits = HTTP2Limits(
            concurrentStreamsMax: 7,
            headerListBytesMax: 999,
            streamWindowBytes: 70_000
        )
        let talk = try Conversation(limits: limits)
        talk.run()
        #expect(talk.client.settings == [3: 7, 4: 70_000, 6: 999, 9: 1])
    }

    @Test("concurrentStreamsMax: more are refused (RFC 9113 §5.1.2)", arguments: [-1, 0, 1])
    func concurrentStreams(over: Int) throws {
        let talk = try Conversation(limits: HTTP2Limits(concurrentStreamsMax: 5))
        talk.begin()
        for index in 0..<(5 + over) {
            talk.feed(RawFrame.headers(stream: UInt32(index * 2 + 1)))
        }
        // The settings are not acknowledged yet, so the client is not to blame.
        #expect(ends(talk.drain()) == (over > 0 ? ["reset 11 7"] : []))
        #expect(talk.requests.count == min(5 + over, 5))
    }

    @Test("headerListBytesMax: more gives an event (RFC 9113 §6.5.2)", arguments: [-1, 0, 1])
    func headerListBytes(over: Int) throws {
        let talk = try Conversation(limits: HTTP2Limits(headerListBytesMax: 1000))
        let pseudoBytes = RawFrame.get.reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count + 32 }
        let value = String(repeating: "v", count: 1000 - pseudoBytes - 33 + over)
        talk.client.request(raw: RawFrame.get + [("x", value)])
        talk.run()
        #expect(talk.story.first == (over > 0 ? "headers too large 1" : "request 1"))
        #expect(talk.client.answers[1]?.status == (over > 0 ? 431 : nil))
    }

    @Test("headerCountMax: more gives an event", arguments: [-1, 0, 1])
    func headerCount(over: Int) throws {
        let talk = try Conversation(limits: HTTP2Limits(headerCountMax: 10))
        talk.client.request(fields: (0..<(6 + over)).map { ("x\($0)", "v") })
        talk.run()
        #expect(talk.story.first == (over > 0 ? "headers too large 1" : "request 1"))
    }

    @Test("a header list beyond all measure is reset: one byte can stand for kilobytes")
    func headerBomb() throws {
        let talk = try Conversation(limits: HTTP2Limits(headerListBytesMax: 1000))
        talk.begin()
        // A literal that is indexed (RFC 7541 §6.2.1), then the index of it again and again.
        let entry: [UInt8] =
            [0x40, 1, UInt8(ascii: "x"), 100] + [UInt8](repeating: 118, count: 100)
        let bomb =
            RawFrame.block(RawFrame.get) + entry + [UInt8](repeating: 0x80 | 62, count: 10_000)
        talk.feed(RawFrame.frame(type: 1, flags: 5, stream: 1, payload: bomb))
        #expect(ends(talk.drain()) == ["reset 1 2"])
        talk.feed(RawFrame.headers(stream: 3))
        #expect(talk.requests.map(\.stream) == [3])
    }

    @Test("bodyBytesMax: an announced length beyond it gives an event", arguments: [-1, 0, 1])
    func announcedLength(over: Int) throws {
        let talk = try Conversation(limits: HTTP2Limits(bodyBytesMax: 100))
        talk.begin()
        let length = [("content-length", String(100 + over))]
        talk.feed(RawFrame.headers(stream: 1, RawFrame.get + length, flags: RawFrame.endHeaders))
        #expect(talk.story == (over > 0 ? ["body too large 1"] : []))
    }

    @Test("bodyBytesMax: a body beyond it gives an event", arguments: [-1, 0, 1])
    func body(over: Int) throws {
        let talk = try Conversation(limits: HTTP2Limits(bodyBytesMax: 100_000))
        talk.handler = { _, _, body in (200, Array("\(body.count)".utf8)) }
        let stream = talk.client.request(
            "POST",
            body: [UInt8](repeating: 1, count: 100_000 + over)
        )
        talk.run(pieceBytes: 5000)
        #expect(talk.client.answers[stream]?.status == (over > 0 ? 413 : 200))
        #expect(talk.client.answers[stream]?.resetCode == 0)
    }

    @Test("what is too large is thrown away without stalling other streams (RFC 9113 §5.2)")
    func discards() throws {
        let limits = HTTP2Limits(
            bodyBytesMax: 100_000,
            streamWindowBytes: 65_535,
            connectionWindowBytes: 65_535
        )
        let talk = try Conversation(limits: limits)
        talk.handler = { _, _, body in (200, Array("\(body.count)".utf8)) }
        for _ in 0..<5 { talk.client.request("POST", body: [UInt8](repeating: 1, count: 150_000)) }
        let good = talk.client.request("POST", body: [UInt8](repeating: 1, count: 90_000))
        talk.run()
        #expect(talk.client.answers[good]?.status == 200)
        #expect(talk.client.answers.values.filter { $0.status == 413 }.count == 5)
        #expect(talk.server.openStreamCount == 0)
    }

    @Test("a client that never stops sending is told to stop (RFC 9113 §8.1)")
    func stops() throws {
        let talk = try Conversation(limits: HTTP2Limits(bodyBytesMax: 1000))
        talk.begin()
        talk.feed(RawFrame.headers(stream: 1, flags: RawFrame.endHeaders))
        talk.feed(RawFrame.data(stream: 1, [UInt8](repeating: 1, count: 1001)))
        #expect(talk.story == ["body too large 1"])
        talk.feed(RawFrame.data(stream: 1, [UInt8](repeating: 1, count: 1000)))
        #expect(ends(talk.drain()) == [])
        talk.feed(RawFrame.data(stream: 1, [1]))
        #expect(ends(talk.drain()) == ["reset 1 0"])
        #expect(talk.server.openStreamCount == 0)
    }

    @Test("bufferedBodyBytesMax: a stream beyond it is reset", arguments: [0, 1])
    func bufferedBytes(over: Int) throws {
        let limits = HTTP2Limits(bodyBytesMax: 100, bufferedBodyBytesMax: 250)
        let talk = try Conversation(limits: limits)
        talk.begin()
        for (stream, count) in [(UInt32(1), 100), (3, 100), (5, 50 + over)] {
            talk.feed(RawFrame.headers(stream: stream, flags: RawFrame.endHeaders))
            talk.feed(RawFrame.data(stream: stream, [UInt8](repeating: 1, count: count)))
        }
        #expect(ends(talk.drain()) == (over > 0 ? ["reset 5 11"] : []))
        // What is handed out or closed makes room again.
        talk.feed(RawFrame.data(stream: 1, [], flags: RawFrame.endStream))
        talk.feed(RawFrame.reset(stream: 3))
        talk.feed(RawFrame.headers(stream: 7, flags: RawFrame.endHeaders))
        talk.feed(RawFrame.data(stream: 7, [UInt8](repeating: 1, count: 100)))
        talk.feed(RawFrame.headers(stream: 9, flags: RawFrame.endHeaders))
        talk.feed(RawFrame.data(stream: 9, [UInt8](repeating: 1, count: 100)))
        #expect(ends(talk.drain()).isEmpty)
    }

    @Test("bufferedBodyBytesMax: what an early answer makes superfluous does not count")
    func earlyAnswers() throws {
        let talk = try Conversation(limits: HTTP2Limits(bufferedBodyBytesMax: 100))
        talk.begin()
        for stream in [UInt32(1), 3, 5] {
            talk.feed(RawFrame.headers(stream: stream, flags: RawFrame.endHeaders))
            talk.feed(RawFrame.data(stream: stream, [UInt8](repeating: 1, count: 90)))
            talk.answer(Int32(stream), 200)
            talk.feed(RawFrame.data(stream: stream, [1], flags: RawFrame.endStream))
        }
        #expect(ends(talk.drain()).isEmpty)
        #expect(talk.server.openStreamCount == 0)
    }

    @Test("streamResetBurst: a flood of resets ends the connection (CVE-2023-44487)")
    func resetFlood() throws {
        let limits = HTTP2Limits(streamResetBurst: 20, streamResetsPerSecond: 0)
        let talk = try Conversation(limits: limits)
        talk.begin()
        for index in 0..<20 {
            let stream = UInt32(index * 2 + 1)
            talk.feed(RawFrame.headers(stream: stream) + RawFrame.reset(stream: stream))
        }
        #expect(ends(talk.drain()).isEmpty)
        talk.feed(RawFrame.headers(stream: 41) + RawFrame.reset(stream: 41))
        #expect(ends(talk.drain()).contains { $0.hasPrefix("goaway") })
        #expect(talk.server.isFinished)
    }

    @Test("faultyStreamsMax: a flood of malformed requests ends the connection", arguments: [0, 1])
    func faults(over: Int) throws {
        let talk = try Conversation(limits: HTTP2Limits(faultyStreamsMax: 10))
        talk.begin()
        for index in 0..<(10 + over) {
            talk.feed(RawFrame.headers(stream: UInt32(index * 2 + 1), [("X", "")]))
            let ends = ends(talk.drain())
            #expect(ends.first == "reset \(index * 2 + 1) 1")
            #expect(ends.contains("goaway 11") == (index == 10))
        }
        #expect(talk.server.isFinished == (over > 0))
    }

    @Test("continuationsMax: more end the connection (CVE-2024-28182)", arguments: [0, 1])
    func continuations(over: Int) throws {
        let talk = try Conversation(limits: HTTP2Limits(continuationsMax: 3))
        talk.begin()
        talk.feed(RawFrame.headers(stream: 1, flags: RawFrame.endStream))
        for index in 0..<(3 + over) {
            let flags = index == 2 + over ? RawFrame.endHeaders : 0
            talk.feed(RawFrame.frame(type: 9, flags: flags, stream: 1))
        }
        #expect(talk.requests.count == (over > 0 ? 0 : 1))
        _ = talk.drain()
        #expect(talk.server.isFinished == (over > 0))
    }

    @Test("pendingAcknowledgementsMax: a flood of pings ends the connection (CVE-2019-9512)")
    func pings() throws {
        let talk = try Conversation(limits: HTTP2Limits(pendingAcknowledgementsMax: 50))
        talk.begin()
        let ping = RawFrame.frame(type: 6, payload: [UInt8](repeating: 0, count: 8))
        for _ in 0..<50 { talk.feed(ping) }
        #expect(talk.failure == nil)
        for _ in 0..<5 { talk.feed(ping) }
        #expect(talk.failure != nil)
        #expect(talk.server.isFinished && talk.drain().isEmpty)
    }

    @Test("settingsEntriesMax: more end the connection (CVE-2020-11080)", arguments: [0, 1])
    func settingsEntries(over: Int) throws {
        let talk = try Conversation(limits: HTTP2Limits(settingsEntriesMax: 4))
        talk.begin()
        let entries = (0..<(4 + over)).flatMap { _ in [UInt8]([0, 3, 0, 0, 0, 1]) }
        talk.feed(RawFrame.frame(type: 4, payload: entries))
        #expect(ends(talk.drain()).isEmpty == (over == 0))
    }

    @Test("streamWindowBytes: more on one stream is an error (RFC 9113 §6.9)", arguments: [0, 1])
    func streamWindow(over: Int) throws {
        let limits = HTTP2Limits(streamWindowBytes: 1000)
        let talk = try Conversation(limits: limits)
        talk.begin()
        talk.feed(RawFrame.frame(type: 4, flags: 1))
        talk.feed(RawFrame.headers(stream: 1, flags: RawFrame.endHeaders))
        // Less than half the window brings no update; the rest arrives in one frame.
        talk.feed(RawFrame.data(stream: 1, [UInt8](repeating: 1, count: 400)))
        talk.feed(RawFrame.data(stream: 1, [UInt8](repeating: 1, count: 600 + over)))
        #expect(ends(talk.drain()) == (over > 0 ? ["reset 1 3"] : []))
    }

    @Test("frames that nobody has taken yet are counted, so that their owner can stop reading")
    func queuedFrames() throws {
        let talk = try Conversation(limits: HTTP2Limits(concurrentStreamsMax: 5))
        talk.begin()
        #expect(talk.server.queuedFrameCount == 0)
        for index in 0..<15 { talk.feed(RawFrame.headers(stream: UInt32(index * 2 + 1))) }
        #expect(talk.server.queuedFrameCount == 10)
        #expect(ends(talk.drain()).count == 10)
        #expect(talk.server.queuedFrameCount == 0)
    }

    @Test("connectionWindowBytes: the window of the connection is widened at once")
    func connectionWindow() throws {
        let server = try HTTP2Session(limits: HTTP2Limits(connectionWindowBytes: 100_000))
        let updates = RawFrame.parse(server.bytesToSend()).filter { $0.type == 8 }
        #expect(updates.map(\.stream) == [0])
        #expect(updates.first?.payload == RawFrame.bytes(100_000 - 65_535))
    }
}
