import HTTP
import OpenSSLBridge
import Testing
import World

@testable import HTTPServer
@testable import MockDigiCertOne

@Suite("Handshakes in the journals of their worlds")
struct HandshakeWorldsTests {
    /// A connection and the recorder that hears of it.
    private struct Place {
        let worlds: Worlds
        let recorder: JournalRecorder
        let connection: ConnectionFacts

        init(_ worlds: Worlds, world: String = "default") {
            self.worlds = worlds
            recorder = JournalRecorder(worlds: worlds, systemNanoseconds: { 5 })
            connection = ConnectionFacts(
                id: 9,
                loop: 0,
                listener: "clientauth",
                remoteAddress: "192.0.2.1:1",
                world: world
            )
        }

        func shakeHands(serial: String? = nil) {
            recorder.record(facts(serial: serial), keptIn: connection.handshake)
        }

        func facts(serial: String? = nil) -> HandshakeFacts {
            HandshakeFacts(
                connectionID: 9,
                loop: 0,
                listener: "clientauth",
                remoteAddress: "192.0.2.1:1",
                world: connection.world,
                presentedChain: serial.map {
                    [
                        PresentedCertificate(
                            sha256: [],
                            subject: "CN=robot",
                            issuer: "",
                            serialNumber: $0,
                            notBefore: 0,
                            notAfter: 0
                        )
                    ]
                } ?? []
            )
        }

        func ask(in world: String) {
            var response = Response(status: 200)
            if world != "default" { response.world = world }
            recorder.record(
                Exchange(
                    requestID: "r-1",
                    connection: connection,
                    request: Request(method: "GET", target: "/a"),
                    response: response,
                    version: .http11,
                    bodyBytes: 0,
                    microseconds: 7
                )
            )
        }

        /// The kinds of a world's entries, in their order.
        func kinds(_ world: String) -> [JournalFilter.Kind] {
            worlds.journal(of: world)?.entries().map {
                $0.handshake == nil ? .request : .handshake
            } ?? []
        }
    }

    private static func serial(of world: String) -> String {
        "40"
            + WorldTag(name: world).bytes.map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined() + String(repeating: "0", count: 22)
    }

    @Test("one whose world only a request tells is noted right before that request")
    func byRequest() throws {
        try WorldRoutingTests.withWorlds { worlds in
            let place = Place(worlds)
            place.shakeHands()
            #expect(place.kinds("default").isEmpty)
            place.ask(in: "t42")
            place.ask(in: "t42")
            #expect(place.kinds("t42") == [.handshake, .request, .request])
            #expect(place.kinds("default").isEmpty)
            place.recorder.recordEnd(of: place.connection.handshake)
            #expect(place.kinds("default").isEmpty)
            let entries = worlds.journal(of: "t42")?.entries() ?? []
            #expect(entries.first?.systemNanoseconds == 5)
            #expect(entries.last.map { Explanation($0, in: entries).handshake != nil } == true)
        }
    }

    @Test("one with a certificate is noted at once where that was made, and there alone")
    func byCertificate() throws {
        try WorldRoutingTests.withWorlds { worlds in
            let place = Place(worlds)
            place.shakeHands(serial: Self.serial(of: "t42"))
            #expect(place.kinds("t42") == [.handshake])
            place.ask(in: "t42")
            #expect(place.kinds("t42") == [.handshake, .request])
            #expect(place.kinds("default").isEmpty)
        }
    }

    @Test("a connection that serves several worlds has its handshake in each, once")
    func several() throws {
        try WorldRoutingTests.withWorlds(["t42", "t43"]) { worlds in
            let place = Place(worlds)
            place.shakeHands()
            for world in ["t42", "default", "t43", "t42"] { place.ask(in: world) }
            #expect(place.kinds("t42") == [.handshake, .request, .request])
            #expect(place.kinds("t43") == [.handshake, .request])
            #expect(place.kinds("default") == [.handshake, .request])
        }
    }

    @Test(
        "a connection older than a world has its handshake there too, also in a second of its name"
    )
    func older() throws {
        try WorldRoutingTests.withWorlds([]) { worlds in
            let place = Place(worlds)
            place.shakeHands()
            #expect(place.kinds("default") == [.handshake], "no other world: noted at once")
            _ = try worlds.make(WorldOrder(name: "t42"))
            place.ask(in: "t42")
            #expect(place.kinds("t42") == [.handshake, .request])
            try worlds.delete("t42")
            _ = try worlds.make(WorldOrder(name: "t42"))
            place.ask(in: "t42")
            #expect(place.kinds("t42") == [.handshake, .request])
        }
    }

    @Test("one after which nothing was asked is noted in default when its connection ends")
    func unused() throws {
        try WorldRoutingTests.withWorlds { worlds in
            let place = Place(worlds)
            place.shakeHands()
            #expect(place.connection.handshake.isWaiting)
            place.recorder.recordEnd(of: place.connection.handshake)
            place.recorder.recordEnd(of: place.connection.handshake)
            #expect(place.kinds("default") == [.handshake])
        }
    }

    @Test("one under the name of a world that its first request makes is noted there")
    func onFirstUse() throws {
        try WorldRoutingTests.withWorlds([], onFirstUse: true) { worlds in
            let place = Place(worlds, world: "new")
            place.shakeHands()
            #expect(place.kinds("default").isEmpty)
            _ = try worlds.makeOnFirstUse("new")
            place.ask(in: "new")
            #expect(place.kinds("new") == [.handshake, .request])
            #expect(place.kinds("default").isEmpty)
        }
    }

    @Test("one that fails is noted at once: by its certificate, or else in default")
    func failed() throws {
        try WorldRoutingTests.withWorlds { worlds in
            let place = Place(worlds)
            place.recorder.record(failed: place.facts(serial: Self.serial(of: "t42")))
            #expect(place.kinds("t42") == [.handshake])
            place.shakeHands()
            // In TLS 1.3 a client complains after our side is complete.
            place.recorder.record(failed: place.facts(), of: place.connection.handshake)
            let states = worlds.journal(of: "default")?.entries().map { $0.handshake?.isComplete }
            #expect(states == [true, false])
        }
    }
}
