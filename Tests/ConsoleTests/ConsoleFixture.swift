import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import Pages
import Synchronization
import TestWorlds
import World

@testable import Console

/// The console of worlds in a directory that goes with it, and a browser without scripts.
final class ConsoleFixture {
    var worlds: Worlds { made.worlds }
    let client = RecordedTourClient()
    let site: PageSite
    private let made: TestWorlds

    init() throws {
        made = try TestWorlds()
        let surroundings = ConsoleSurroundings(
            addresses: { world, _ in
                let common = ConsoleSurroundings.Addresses(
                    kind: "common",
                    api: "https://api.example:1",
                    clientauth: "https://gate.example:2"
                )
                guard world != "default" else { return [common] }
                let name = ConsoleSurroundings.Addresses(
                    kind: "name",
                    api: "https://\(world).localhost:1",
                    clientauth: "https://clientauth.\(world).localhost:2"
                )
                return [common, name]
            },
            control: { "http://\($0 ?? "control.example")" },
            openPorts: { $0 == "default" ? nil : "no port is free" },
            trustFile: "/state/ca.pem",
            demandsToken: false,
            tourClient: client
        )
        let parts = PageSite.Parts(
            worlds: made.worlds,
            gate: { world, _, _ in "https://clientauth.\(world).localhost:2" },
            control: { _ in "http://localhost:8440" }
        )
        site = PageSite(parts, ConsolePages(surroundings).routes)
    }

    var main: World { worlds.main }

    /// The id of the tutorial's service user.
    static let user = "783a6a45-b74b-4635-bb4b-69855910ccd3"

    /// Asks for a page below `/worlds/default/console`.
    func get(_ path: String, world: String = "default", method: String = "GET") -> Response {
        answer(method, "/worlds/\(world)/console\(path)", "")
    }

    /// Sends a form, percent-encoded as it stands here.
    func post(_ path: String, _ form: String = "", world: String = "default") -> Response {
        answer("POST", "/worlds/\(world)/console\(path)", form)
    }

    /// Sends a form and follows to the page that it leads to.
    func lead(_ path: String, _ form: String = "", world: String = "default") -> Response {
        let answer = post(path, form, world: world)
        guard answer.status == 303 else { return answer }
        return self.answer("GET", answer.fields.first("location") ?? "", "")
    }

    /// The answer to a request, whichever thread would make it.
    func answer(_ method: String, _ target: String, _ body: String) -> Response {
        let target = target.split(separator: "#").first.map(String.init) ?? target
        let request = Request(
            method: method,
            target: target,
            authority: "localhost:8440",
            body: Array(body.utf8)
        )
        let context = RequestContext(
            requestID: "r-1",
            connection: ConnectionFacts(
                id: 1,
                loop: 0,
                listener: "control",
                remoteAddress: "127.0.0.1:4711",
                world: "default"
            )
        )
        return site.reply(to: request, in: context, world: nil)?.made() ?? Response(status: 0)
    }

    /// The id of a certificate of the service user's that was just made.
    func makeCertificate(_ name: String = "Mine") throws -> String {
        _ = post("/users/\(Self.user)/certificates", "name=\(name)&key=p-256&encryption=AES")
        return try main.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.newestCertificates(search: name, page: PageRequest(limit: 1))
        }.first?.certificate.id ?? ""
    }

    /// The newest entries of the audit log.
    func audit(_ limit: Int = 1) throws -> [AuditEntry] {
        try main.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.auditEntries(limit: limit)
        }
    }
}

extension Response {
    /// The page as text.
    var page: String { String(decoding: body, as: UTF8.self) }

    /// Where the answer leads.
    var location: String { fields.first("location") ?? "" }
}

/// Answers the calls of a tour as the API would, without a network.
final class RecordedTourClient: TourClient {
    private struct State {
        var requests: [TourRequest] = []
        var isEnabled = true
        var failure: TourFailure?
        var cutsAnswers = false
        var issue: @Sendable (_ csr: String) -> CertificateText? = { _ in nil }
    }

    private let state = Mutex(State())

    var requests: [TourRequest] { state.withLock { $0.requests } }

    /// Lets the next calls fail; nil lets them go well again.
    func fail(_ failure: TourFailure?) { state.withLock { $0.failure = failure } }

    /// Lets the next answers break off in the middle, or not any more.
    func cutAnswers(_ cuts: Bool) { state.withLock { $0.cutsAnswers = cuts } }

    /// Who issues what is ordered.
    func issue(by issue: @escaping @Sendable (_ csr: String) -> CertificateText?) {
        state.withLock { $0.issue = issue }
    }

    func send(_ request: TourRequest) throws(TourFailure) -> TourAnswer {
        try state.withLock { (state) throws(TourFailure) in
            state.requests.append(request)
            if let failure = state.failure { throw failure }
            var answer = TourAnswer(
                address: "https://localhost:1",
                status: 200,
                tlsVersion: "TLSv1.3",
                cipher: "TLS_AES_256_GCM_SHA384",
                serverSubject: "CN=server"
            )
            switch request.method {
            case "POST":
                answer.status = 201
                var writer = JSONWriter()
                writer.beginObject()
                writer.member("id", "certificate-id")
                let csr = try? JSONTree.parse(Array(request.body.utf8))["csr"]
                let text = state.issue(csr ?? "")
                writer.member("x509_cert", text?.x509Certificate)
                writer.member("ca_cert", text?.caCertificate)
                writer.endObject()
                answer.body = writer.bytes
            case "PUT": state.isEnabled = request.body.contains("true")
            default:
                answer.status = state.isEnabled ? 200 : 403
                if !state.isEnabled {
                    answer.fields = [TourField("x-mock-reason", "it is <disabled>")]
                }
            }
            if state.cutsAnswers { answer.body.removeLast(answer.body.count / 2) }
            return answer
        }
    }
}
