import ControlAPI
import HTTP
import Synchronization
import TestWorlds
import World

/// A control plane over worlds in a directory that goes with it.
final class ControlFixture {
    let readiness = Readiness()
    let ports = RecordedPorts()
    var worlds: Worlds { made.worlds }
    let api: ControlAPI
    private let made: TestWorlds

    /// What the system's clock shows.
    var clock: TestClock { made.clock }

    init(_ change: (inout Worlds.Setup) -> Void = { _ in }) throws {
        made = try TestWorlds(change)
        api = ControlAPI(
            ControlAPI.Parts(
                trust: TrustMaterial(pem: Array("PEM".utf8), der: [0x30, 0x00]),
                readiness: readiness,
                worlds: made.worlds,
                ports: ports
            )
        )
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
