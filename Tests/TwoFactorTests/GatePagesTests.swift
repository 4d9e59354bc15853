import AccountModel
import AccountStore
import HTTP
import Testing
import World

@testable import TwoFactor

@Suite("GatePages")
struct GatePagesTests {
    private let fixture: TwoFactorFixture
    private let vera: TwoFactorBrowser
    private let own: [UInt8]

    init() throws {
        fixture = try TwoFactorFixture()
        vera = TwoFactorBrowser(fixture)
        fixture.require("viewer@example.com")
        vera.signIn()
        vera.generate()
        own = try #require(try fixture.fingerprint())
    }

    private func certificate(of name: String, _ userID: String) throws -> [UInt8] {
        fixture.require(name)
        let browser = TwoFactorBrowser(fixture)
        browser.signIn(name)
        browser.generate()
        return try #require(try fixture.fingerprint(of: userID))
    }

    @Test("password and own certificate sign in, and the file with the key is forgotten")
    func accepted() throws {
        let response = fixture.knock(vera.link, own)
        #expect(response.status == 200)
        #expect(response.text.contains("You are signed in as <strong>Vera Viewer</strong>"))
        #expect(
            response.text.contains(
                #"href="\#(TwoFactorFixture.origin)\#(TwoFactorFixture.base)/signed-in""#
            )
        )
        #expect(response.text.contains("CN=&lt;script&gt;"))
        #expect(vera.get("/signed-in").text.contains("your client certificate"))
        #expect(vera.get("/certificate").place == "/signed-in")
        #expect(vera.post("/certificate").place == "/signed-in")
        #expect(vera.generate() == "/signed-in")
        #expect(vera.get("/initialization/certificate.p12").status == 410)
        #expect(vera.signIn() == "/certificate")
    }

    @Test("the first link leads to the world's own name, and the next to one never seen before")
    func labels() {
        let first = vera.link
        #expect(first.hasPrefix("https://clientauth.default.localhost:8444/two-factor/sign-in?"))
        #expect(vera.link == first)
        #expect(vera.post("/certificate").place == "/certificate")
        let second = vera.link
        #expect(second.hasPrefix("https://clientauth.default.again-"))
        _ = vera.post("/certificate")
        #expect(vera.link.prefix(60) != second.prefix(60))
        #expect(fixture.knock(first, own).status == 404)
        #expect(fixture.knock(second, own).status == 404)
        #expect(fixture.knock(vera.link, own).status == 200)
    }

    /// What somebody may present, and what the page says about it.
    enum Presented: String, CaseIterable, Sendable {
        case none = "presented no certificate"
        case foreign = "was not issued here"
        case someoneElses = "is Ada Admin’s, and not yours"
        case disabled = "was disabled on 2025-10-20T00:00:00Z by Ada Admin"
        case expired = "expired on 2026-10-20T23:59:59Z, by the world’s clock"
        case reset = "This is your old certificate: Ada Admin reset it"
        case notOnProfile = "is yours, but not the one"
        case userDisabled = "This user is disabled"
        case ofDigitalIDCenter = "is from the Digital ID Center, and opens its private page alone"
    }

    @Test(
        "every other certificate leads to Certificate error with its exact cause",
        arguments: Presented.allCases
    )
    func refused(_ presented: Presented) throws {
        var fingerprint: [UInt8]? = own
        var link = vera.link
        switch presented {
        case .none: fingerprint = nil
        case .foreign: fingerprint = [UInt8](repeating: 7, count: 32)
        case .someoneElses:
            fingerprint = try certificate(of: "admin@example.com", TwoFactorFixture.ada)
        case .disabled: try fixture.setCertificate(isEnabled: false)
        case .expired:
            _ = try fixture.world.steer(ClockWish(target: .span(ClockSpan(seconds: 400 * 86_400))))
        case .reset:
            fixture.administer("/certificates/\(TwoFactorFixture.vera)/reset")
            vera.signIn()
            vera.generate()
            link = vera.link
        case .notOnProfile:
            let kit = try fixture.world.kitCredentials(of: "viewer@example.com")
            fingerprint = try fixture.world.store.read(loop: 0) { (reader) throws(StoreError) in
                try reader.certificate(id: kit.certificateID)?.sha256
            }
        case .userDisabled: try disableVera()
        case .ofDigitalIDCenter:
            fingerprint = [UInt8](repeating: 8, count: 32)
            try storeDigitalID(fingerprint ?? [])
        }
        let response = fixture.knock(link, fingerprint)
        #expect(response.status == 403)
        #expect(response.text.contains("<h1>Certificate error</h1>"))
        #expect(response.text.contains(presented.rawValue))
        #expect(response.text.contains("Ask me again"))
        #expect(response.text.contains("Browsers remember for each host"))
        guard presented != .userDisabled else { return }
        #expect(vera.get("/certificate").text.contains("Certificate error"))
        #expect(vera.link.isEmpty)
        #expect(vera.post("/certificate").place == "/certificate")
        #expect(vera.link.contains("again-"))
    }

    /// Stores a certificate of the Digital ID Center.
    private func storeDigitalID(_ fingerprint: [UInt8]) throws {
        let (store, now) = (fixture.world.store, fixture.world.clock.now)
        var request = DigitalID(
            id: "1",
            createdAt: now,
            applicant: DigitalIDApplicant(),
            challenge: GuardedSecret(salt: [1], sha256: [2])
        )
        _ = try store.enter(request, forgettingDraftsBefore: .earliest)
        request.status = .active
        request.certificate = DigitalIDCertificate(
            sha256: fingerprint,
            serialNumber: "08",
            subject: "CN=Vera",
            startDate: now,
            endDate: now.adding(seconds: 86_400),
            pem: ""
        )
        let stored = request
        _ = try store.changeDigitalID(id: "1") { (request, _) throws(StoreError) in
            request = stored
            return DigitalIDChange(true)
        }
    }

    private func disableVera() throws {
        try fixture.updateVera { $0.user.isEnabled = false }
    }

    @Test("after an error the right certificate signs in, by a new link only")
    func retry() {
        let first = vera.link
        #expect(fixture.knock(first, nil).status == 403)
        #expect(fixture.knock(first, own).status == 410)
        #expect(vera.position == "/certificate")
        _ = vera.post("/certificate")
        #expect(fixture.knock(vera.link, own).status == 200)
    }

    @Test("a disabled certificate that is enabled again signs in")
    func enabledAgain() throws {
        try fixture.setCertificate(isEnabled: false)
        #expect(fixture.knock(vera.link, own).status == 403)
        try fixture.setCertificate(isEnabled: true)
        _ = vera.post("/certificate")
        #expect(fixture.knock(vera.link, own).status == 200)
    }

    @Test("one that has really expired is named so: a browser would not have offered it")
    func reallyExpired() {
        let response = fixture.knock(
            vera.link,
            [UInt8](repeating: 7, count: 32),
            notAfter: 1_700_000_000
        )
        #expect(response.text.contains("really expired"))
        #expect(!fixture.knock(vera.link, nil).text.contains("really expired"))
    }

    @Test("a link is used once, within ten minutes of the system's clock, and not by asking ahead")
    func tickets() throws {
        let link = vera.link
        #expect(fixture.knock(link, own, method: "HEAD").status == 204)
        #expect(
            fixture.knock(link, own, fields: ["sec-purpose": "prefetch;prerender"]).status == 204
        )
        _ = try fixture.world.steer(ClockWish(isFrozen: true))
        fixture.pass(seconds: TwoFactorTicket.secondsMax + 1)
        let late = fixture.knock(link, own)
        #expect(late.status == 410)
        #expect(late.text.contains("This link is too old"))
        #expect(vera.link.isEmpty)
        _ = vera.post("/certificate")
        fixture.pass(seconds: TwoFactorTicket.secondsMax)
        let next = vera.link
        #expect(fixture.knock(next, own).status == 200)
        let used = fixture.knock(next, own)
        #expect(used.status == 410)
        #expect(used.text.contains("This link was used before"))
        #expect(vera.position == "/signed-in")
    }

    @Test("a link that nobody made is not known", arguments: ["", "?ticket=", "?ticket=abc"])
    func unknown(_ query: String) {
        let link = "https://clientauth.default.localhost:8444/two-factor/sign-in" + query
        let response = fixture.knock(link, own)
        #expect(response.status == 404)
        #expect(response.text.contains("This link is not known"))
    }

    @Test("no ticket is stored but as a digest")
    func digests() throws {
        let ticket = vera.link.drop { $0 != "=" }.dropFirst()
        #expect(ticket.count == 64)
        let image = try fixture.world.store.image()
        #expect(!String(decoding: image, as: UTF8.self).contains(ticket))
    }

    @Test("signing out, and a reset, make a link worthless")
    func over() {
        let first = vera.link
        _ = vera.post("/sign-out")
        #expect(fixture.knock(first, own).text.contains("This sign-in is over"))
        vera.signIn()
        let second = vera.link
        fixture.administer("/certificates/\(TwoFactorFixture.vera)/reset")
        #expect(fixture.knock(second, own).text.contains("This sign-in is over"))
    }

    @Test("a link that was made before the requirement was lifted says that none is needed")
    func lifted() {
        let link = vera.link
        fixture.require("viewer@example.com", "not-required")
        let response = fixture.knock(link, own)
        #expect(response.status == 409)
        #expect(response.text.contains("No client certificate is required of you any more"))
    }

    @Test("the audit log tells who signed in, and who tried to")
    func audit() throws {
        _ = fixture.knock(vera.link, nil)
        _ = vera.post("/certificate")
        _ = fixture.knock(vera.link, own)
        let entries = try fixture.world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.auditEntries(limit: 50)
        }
        let signIns = entries.filter { $0.action == .signIn }
        #expect(signIns.map(\.status) == [.success, .failure])
        #expect(signIns.allSatisfy { $0.ipAddress == "127.0.0.1" })
        #expect(signIns.allSatisfy { $0.userName == "Vera Viewer" })
    }
}
