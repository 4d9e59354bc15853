import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import Pages
import Synchronization
import TestWorlds
import Testing
import World

@testable import DigitalIDCenter

/// A world in memory, and somebody who asks its Digital ID Center for pages.
final class CenterFixture {
    var worlds: Worlds { made.worlds }
    let world: World
    let site: PageSite
    let gate: PageSite
    private let made: TestWorlds

    static let begin = TestClock.begin
    static let base = "/worlds/default/digital-id-center"
    static let challenge = "phrase of this test"

    /// What somebody enters in the form.
    static let entries = [
        "form": "f1", "firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com",
        "telephone": "020 7946 0018", "authorityCode": "e1234", "challenge": challenge,
        "comments": "Mr Babbage knows me.",
    ]

    init() throws {
        made = try TestWorlds()
        world = made.worlds.main
        let parts = PageSite.Parts(
            worlds: made.worlds,
            gate: { world, _, again in
                "https://clientauth.\(world)\(again.map { "." + $0 } ?? "").localhost:1"
            },
            control: { _ in "http://localhost:2" }
        )
        site = PageSite(parts, DigitalIDCenterPages.routes)
        gate = PageSite(parts, DigitalIDCenterPages.gateRoutes)
    }

    func pass(days: Int64) { made.clock.advance(days * 86_400) }

    var now: Timestamp { world.clock.now }
}

// Asking.
extension CenterFixture {
    /// A page as its reader gets it, and where it is.
    struct Seen {
        let status: Int
        let location: String
        let text: String
        let response: Response
    }

    func get(_ path: String) throws -> Seen { try ask("GET", path, "") }

    func post(_ path: String, _ fields: [String: String] = [:]) throws -> Seen {
        let body = fields.map { "\($0.key)=\(Self.encoded($0.value))" }.joined(separator: "&")
        return try ask("POST", path, body)
    }

    /// The answer to a form, and where that leads: what a browser shows in the end.
    func send(_ path: String, _ fields: [String: String] = [:]) throws -> Seen {
        let seen = try post(path, fields)
        return seen.status == 303 ? try get(seen.location) : seen
    }

    private func ask(_ method: String, _ path: String, _ body: String) throws -> Seen {
        let whole = path.hasPrefix("/worlds/") ? path : Self.base + path
        let parts = whole.split(separator: "?", maxSplits: 1)
        let request = Request(
            method: method,
            target: whole,
            authority: "localhost:2",
            fields: ["content-type": "application/x-www-form-urlencoded"],
            body: Array(body.utf8)
        )
        let reply = try #require(site.reply(to: request, in: Self.context(nil), world: nil))
        let response = try #require(reply.made())
        let location = response.fields.first("location") ?? String(parts[0])
        return Seen(
            status: response.status,
            location: location.hasPrefix(Self.base)
                ? String(location.dropFirst(Self.base.count)) : location,
            text: String(decoding: response.body, as: UTF8.self),
            response: response
        )
    }

    /// The private page, for a browser that presents a certificate or none.
    func knock(_ certificate: PresentedCertificate?) throws -> Seen {
        let request = Request(
            method: "GET",
            target: "/digital-id-center/private",
            authority: "clientauth.default.localhost:1"
        )
        let context = Self.context(certificate)
        let reply = try #require(gate.reply(to: request, in: context, world: world))
        let response = try #require(reply.made())
        return Seen(
            status: response.status,
            location: "",
            text: String(decoding: response.body, as: UTF8.self),
            response: response
        )
    }

    private static func context(_ certificate: PresentedCertificate?) -> RequestContext {
        RequestContext(
            requestID: "r-1",
            connection: ConnectionFacts(
                id: 1,
                loop: 0,
                listener: "control",
                remoteAddress: "127.0.0.1:1",
                world: "default",
                presentedCertificate: certificate
            )
        )
    }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.map { "%\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
    }
}

// The way, as far as a test needs it gone.
extension CenterFixture {
    /// Enters a request and returns its id.
    @discardableResult
    func enrolled(_ change: (inout [String: String]) -> Void = { _ in }) throws -> String {
        _ = try post("/install-ca")
        var entries = Self.entries
        change(&entries)
        let seen = try post("/enrol", entries)
        return String(try #require(seen.location.split(separator: "/").last))
    }

    func pending(
        in place: DigitalIDKeyPlace = .server,
        _ change: (inout [String: String]) -> Void = { _ in }
    ) throws -> String {
        let id = try enrolled(change)
        let email = try request(id).applicant.email
        let fields = ["email": email, "keyPlace": place.rawValue, "keyKind": "p-256"]
        #expect(try post("/enrol/\(id)", fields).location == "/requests/\(id)")
        return id
    }

    /// An approved request, and the PIN in the mail.
    func approved(
        in place: DigitalIDKeyPlace = .server,
        _ change: (inout [String: String]) -> Void = { _ in }
    ) throws -> (id: String, pin: String) {
        let id = try pending(in: place, change)
        #expect(try post("/administrator/requests/\(id)/approve").status == 303)
        return (id, try #require(try mails().first?.codes.first))
    }

    func retrievable(
        in place: DigitalIDKeyPlace = .server,
        _ change: (inout [String: String]) -> Void = { _ in }
    ) throws -> String {
        let (id, pin) = try approved(in: place, change)
        let seen = try post("/requests/\(id)/receive", ["pin": pin])
        #expect(seen.location == "/requests/\(id)/install")
        return id
    }

    func installed(_ change: (inout [String: String]) -> Void = { _ in }) throws -> String {
        let id = try retrievable(change)
        let seen = try post("/requests/\(id)/install", ["encryption": "AES"])
        #expect(seen.location.hasPrefix("/requests/\(id)/file?ticket="))
        return id
    }

    func active(_ change: (inout [String: String]) -> Void = { _ in }) throws -> String {
        let id = try installed(change)
        #expect(try post("/support/requests/\(id)/activate", ["queue": "yes"]).status == 303)
        return id
    }

    /// What is stored of a request.
    func request(_ id: String) throws -> DigitalID {
        try #require(
            try world.store.read(loop: 0) { (reader) throws(StoreError) in
                try reader.digitalID(id: id)
            }
        )
    }

    func serialNumber(_ id: String) throws -> String {
        try #require(try request(id).certificate?.serialNumber)
    }

    /// The certificate of a request as a browser presents it.
    func presented(_ id: String) throws -> PresentedCertificate {
        let pem = try #require(try request(id).certificate?.pem)
        return try PresentedCertificate.of(pem: pem)
    }

    /// The mails of the center, the newest first.
    func mails(_ kind: MailKind? = nil) throws -> [Mail] {
        var filter = MailFilter()
        filter.kind = kind
        return try world.mailbox.mails(filter).mails.filter {
            $0.kind.rawValue.hasPrefix("digital_id")
        }
    }
}

extension PresentedCertificate {
    /// A certificate as a browser presents it.
    static func of(pem: String) throws -> PresentedCertificate {
        let certificate = try Certificate.parse(pem: pem)
        return PresentedCertificate(
            sha256: certificate.sha256,
            subject: certificate.subject,
            issuer: certificate.issuer,
            serialNumber: certificate.serialNumber,
            notBefore: certificate.notBefore,
            notAfter: certificate.notAfter
        )
    }
}
