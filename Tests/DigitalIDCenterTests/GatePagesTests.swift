import AccountModel
import HTTP
import Testing
import World

@testable import DigitalIDCenter

@Suite("Digital ID Center: Support and the gate")
struct GatePagesTests {
    @Test("Support activates once the message queue is set up, which is done once")
    func activates() throws {
        let center = try CenterFixture()
        let id = try center.installed()
        #expect(try center.get("/support").text.contains("/support/requests/\(id)"))
        #expect(
            try center.send("/requests/\(id)/activation").text.contains("You contacted Support")
        )
        let asked = try center.request(id).activationAskedAt
        center.pass(days: 1)
        _ = try center.post("/requests/\(id)/activation")
        #expect(try center.request(id).activationAskedAt == asked)
        #expect(try center.get("/support").text.contains("Asked for it"))
        let path = "/support/requests/\(id)"
        let refused = try center.post(path + "/activate")
        #expect(refused.status == 422 && refused.text.contains("no message queue"))
        #expect(try center.request(id).status == .installed)
        let seen = try center.send(path + "/activate", ["queue": "yes"])
        #expect(seen.text.contains("Active since \(center.now.iso8601)"))
        let mail = try #require(try center.mails(.digitalIDActivated).first)
        #expect(mail.body.contains("A message queue was set up for E1234"))
        #expect(try center.post(path + "/activate", ["queue": "yes"]).location == path)
        #expect(try center.post("/requests/\(id)/activation").location == "/requests/\(id)")
        #expect(try center.mails(.digitalIDActivated).count == 1)
        let other = try center.installed { $0["form"] = "f2" }
        #expect(try center.get("/support/requests/\(other)").text.contains("Set up for E1234"))
        #expect(try center.post("/support/requests/\(other)/activate").status == 303)
        #expect(try center.request(other).status == .active)
    }

    @Test("what has no certificate, or an expired one, is not activated")
    func notActivated() throws {
        let center = try CenterFixture()
        let (id, _) = try center.approved()
        let fields = ["queue": "yes"]
        let early = try center.post("/support/requests/\(id)/activate", fields)
        #expect(early.status == 409 && early.text.contains("PIN was not entered"))
        #expect(try center.post("/requests/\(id)/activation").status == 409)
        let other = try center.installed { $0["form"] = "f2" }
        center.pass(days: 400)
        let late = try center.post("/support/requests/\(other)/activate", fields)
        #expect(late.status == 409 && late.text.contains("has expired"))
        #expect(try center.request(other).status == .installed)
    }

    @Test("an activated certificate opens the private page, and nothing else does")
    func gate() throws {
        let center = try CenterFixture()
        let id = try center.installed()
        let certificate = try center.presented(id)
        let early = try center.knock(certificate)
        #expect(early.status == 403 && early.text.contains("not activated yet"))
        _ = try center.post("/support/requests/\(id)/activate", ["queue": "yes"])
        let open = try center.knock(certificate)
        #expect(open.status == 200 && open.text.contains("Welcome, <strong>Ada Lovelace"))
        #expect(open.text.contains("http://localhost:2\(CenterFixture.base)"))
        center.pass(days: 400)
        let late = try center.knock(certificate)
        #expect(late.status == 403 && late.text.contains("by the world’s clock"))
    }

    @Test("who presents nothing, or what is not known, is told why, and can be asked again")
    func refused() throws {
        let center = try CenterFixture()
        let nothing = try center.knock(nil)
        #expect(nothing.status == 403)
        #expect(nothing.text.contains("Your browser presented no certificate"))
        let links = nothing.text.components("https://clientauth.default.a")
        #expect(links == 2)
        let stranger = PresentedCertificate(
            sha256: [UInt8](repeating: 7, count: 32),
            subject: "CN=<b>Mallory",
            issuer: "CN=Elsewhere",
            serialNumber: "07",
            notBefore: 0,
            notAfter: 2_000_000_000
        )
        let unknown = try center.knock(stranger)
        #expect(unknown.status == 403 && unknown.text.contains("not known here"))
        #expect(unknown.text.contains("CN=&lt;b&gt;Mallory"))
    }

    @Test("a certificate of the API's is told from one of the center's")
    func apiCertificate() throws {
        let center = try CenterFixture()
        let credentials = try center.world.kitCredentials(of: nil)
        let seen = try center.knock(PresentedCertificate.of(pem: credentials.certificate))
        #expect(seen.status == 403 && seen.text.contains("not from the Digital ID Center"))
    }

    @Test("a revoked certificate opens nothing, at once")
    func revoked() throws {
        let center = try CenterFixture()
        let id = try center.active()
        let certificate = try center.presented(id)
        let fields = ["challenge": CenterFixture.challenge, "reason": "Key compromise"]
        _ = try center.post("/certificates/\(certificate.serialNumber)/revoke", fields)
        let seen = try center.knock(certificate)
        #expect(seen.status == 403 && seen.text.contains("Reason: Key compromise"))
    }
}
