import AccountModel
import AccountStore
import ControlAPI
import HTTP
import OpenSSLBridge
import Synchronization
import World

/// A control plane over worlds in a directory that goes with it.
final class ControlFixture {
    let readiness = Readiness()
    let ports = RecordedPorts()
    let worlds: Worlds
    let api: ControlAPI
    private let directory: String

    /// What the system's clock shows: 2025-10-20T00:00:00Z and so many seconds.
    let seconds = SharedSeconds()

    init(_ change: (inout Worlds.Setup) -> Void = { _ in }) throws {
        // A process may end while the CA's key is still being made; this lets it.
        TLSContext.prepareProcess()
        directory = try TemporaryDirectory.make()
        let systemTime: @Sendable () -> Instant = { [seconds] in
            Timestamp(secondsSince1970: 1_760_918_400).adding(seconds: seconds.value).instant
        }
        let settings = ChosenSettings(all: WorldSettings(caKeyAlgorithm: .p256))
        let main = try World.open(
            name: "default",
            at: .memory,
            readerCount: 1,
            settings: settings,
            seed: Seed.tutorial(),
            systemTime: systemTime
        )
        var setup = Worlds.Setup(
            directory: directory,
            seed: { try Seed.tutorial() },
            systemTime: systemTime
        )
        setup.settings = settings
        change(&setup)
        worlds = Worlds(setup, main: main)
        api = ControlAPI(
            ControlAPI.Parts(
                trust: TrustMaterial(pem: Array("PEM".utf8), der: [0x30, 0x00]),
                readiness: readiness,
                worlds: worlds,
                ports: ports
            )
        )
    }

    deinit {
        TemporaryDirectory.remove(directory)
    }

    private static let json = "application/json"
    private static let file = "application/vnd.sqlite3"

    /// The answer to a request, whichever thread would make it.
    func answer(
        _ method: String,
        _ target: String,
        _ body: String = "",
        bytes: [UInt8]? = nil,
        host: String? = nil
    ) -> Response {
        let request = Request(
            method: method,
            target: target,
            authority: host,
            fields: method == "GET"
                ? [:] : ["content-type": bytes.map { _ in Self.file } ?? Self.json],
            body: bytes ?? Array(body.utf8)
        )
        let context = RequestContext(
            requestID: "r-1",
            connection: ConnectionFacts(
                id: 1,
                loop: 0,
                listener: "control",
                remoteAddress: "127.0.0.1:1",
                world: "default"
            )
        )
        return api.reply(to: request, in: context).made() ?? Response(status: 0)
    }
}

extension Response {
    /// The body as text.
    var bodyText: String { String(decoding: body, as: UTF8.self) }
}

/// Seconds that a test lets pass.
final class SharedSeconds: Sendable {
    private let seconds = Mutex<Int64>(0)

    var value: Int64 { seconds.withLock { $0 } }

    func advance(_ count: Int64) { seconds.withLock { $0 += count } }
}

/// Ports that nobody opens.
final class RecordedPorts: WorldPorts {
    private let opened = Mutex<Set<String>>([])

    func open(world: String) throws(ControlRefusal) {
        guard world != "portless" else { throw ControlRefusal(409, "no port is free") }
        opened.withLock { _ = $0.insert(world) }
    }

    func close(world: String) { opened.withLock { _ = $0.remove(world) } }

    func addresses(
        ofWorld world: String,
        askedAs authority: String?
    ) -> [(kind: String, addresses: WorldAddresses)] {
        let common = WorldAddresses(api: "https://common:1", clientauth: "https://common:2")
        guard opened.withLock({ $0.contains(world) }) else { return [("common", common)] }
        let own = WorldAddresses(api: "https://own:1", clientauth: "https://own:2")
        return [("ports", own), ("common", common)]
    }
}
