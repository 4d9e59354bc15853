import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import Testing
import World

@testable import HTTPServer
@testable import MockDigiCertOne

@Suite("Journal recorder")
struct JournalRecorderTests {
    private let worlds: Worlds
    private let recorder: JournalRecorder

    init() throws {
        let main = try World.open(
            name: "default",
            at: .memory,
            readerCount: 1,
            settings: ChosenSettings(all: WorldSettings(caKeyAlgorithm: .p256)),
            seed: Seed.tutorial(),
            systemTime: { Timestamp(secondsSince1970: 1_760_918_400) }
        )
        worlds = Worlds(
            Worlds.Setup(
                directory: "/nowhere",
                seed: { try Seed.tutorial() },
                systemTime: { Instant(millisecondsSince1970: 1_760_918_400_000) }
            ),
            main: main
        )
        recorder = JournalRecorder(worlds: worlds, systemNanoseconds: { 5 })
    }

    private var entries: [JournalEntry] { worlds.journal(of: "default")?.entries() ?? [] }

    private func exchange(
        _ response: Response,
        listener: String = "api",
        world: String = "default",
        request: Request? = Request(method: "PUT", target: "/a?b", body: [1])
    ) -> Exchange {
        Exchange(
            requestID: "r-1",
            connection: ConnectionFacts(
                id: 9,
                loop: 0,
                listener: listener,
                remoteAddress: "192.0.2.1:1",
                world: world
            ),
            request: request,
            response: response,
            version: .http2,
            bodyBytes: response.body.count,
            microseconds: 7
        )
    }

    @Test("notes a request with its answer by both clocks")
    func request() {
        recorder.record(exchange(Response(status: 403, body: [2, 3], reason: "because")))
        let entry = entries.first
        #expect(entry?.worldTime == Timestamp(secondsSince1970: 1_760_918_400))
        #expect(entry?.systemNanoseconds == 5)
        #expect(entry?.exchange?.method == "PUT")
        #expect(entry?.exchange?.query == "b")
        #expect(entry?.exchange?.answerBody == [2, 3])
        #expect(entry?.exchange?.microseconds == 7)
        #expect(entry?.exchange?.reason == "because")
    }

    @Test("notes bytes that never became a request")
    func noRequest() {
        recorder.record(exchange(Response(status: 431, reason: "too many"), request: nil))
        #expect(entries.first?.exchange?.method == "-")
        #expect(entries.first?.exchange?.status == 431)
        #expect(entries.first?.exchange?.version == .http2)
    }

    @Test("leaves the control listener out, and gives worlds that are not there to the first one")
    func worldsAndListeners() {
        recorder.record(exchange(Response(status: 200), listener: "control"))
        #expect(entries.isEmpty)
        recorder.record(exchange(Response(status: 200), world: "gone"))
        var elsewhere = Response(status: 200)
        elsewhere.world = "gone"
        recorder.record(exchange(elsewhere))
        #expect(entries.count == 2)
    }

    @Test(
        "an answer that was never sent has no status",
        arguments: [
            (.close, 0), (.reset, 0), (.stall, 0), (.goAway, 0), (.refuseStream, 0),
            (.truncate(afterBodyBytes: 1), 200), (.dribble(bytes: 1, every: .seconds(1)), 200),
        ] as [(Delivery.Ending, Int)]
    )
    func unsent(ending: Delivery.Ending, status: Int) {
        var response = Response(status: 200, body: [1])
        response.delivery = Delivery(ending: ending)
        recorder.record(exchange(response))
        #expect(entries.first?.exchange?.status == status)
        #expect(entries.first?.outcome == (status == 0 ? .failed : .ok))
    }

    @Test("notes handshakes, completed and failed", arguments: [true, false])
    func handshakes(isComplete: Bool) {
        let facts = HandshakeFacts(
            connectionID: 9,
            loop: 0,
            listener: "clientauth",
            remoteAddress: "192.0.2.1:1",
            serverName: "clientauth.localhost",
            alertReceived: isComplete ? nil : 48,
            detail: isComplete ? nil : "why"
        )
        if isComplete {
            recorder.record(facts, keptIn: HandshakeMemory())
        } else {
            recorder.record(failed: facts)
        }
        let handshake = entries.first?.handshake
        #expect(handshake?.isComplete == isComplete)
        #expect(handshake?.serverName == "clientauth.localhost")
        #expect(handshake?.alertReceived == (isComplete ? nil : 48))
        #expect(handshake?.detail == (isComplete ? nil : "why"))
        #expect(handshake?.connectionID == 9)
    }
}
