import AccountModel
import AccountStore
import HTTP
import Testing
import World

@testable import TwoFactor

@Suite("SignInPages")
struct SignInPagesTests {
    private let fixture: TwoFactorFixture
    private let vera: TwoFactorBrowser

    init() throws {
        fixture = try TwoFactorFixture()
        vera = TwoFactorBrowser(fixture)
    }

    @Test("the page shows who can sign in, with which password, and who needs a certificate")
    func page() {
        let text = fixture.answer("GET", "/sign-in").text
        #expect(text.contains("admin@example.com"))
        #expect(text.contains(SignInPages.defaultPassword))
        #expect(text.contains(#"data-example="admin@example.com""#))
        fixture.require("viewer@example.com")
        let after = fixture.answer("GET", "/sign-in").text
        #expect(after.contains("Vera Viewer, needs a client certificate"))
        #expect(after.contains(#"data-example="viewer@example.com""#))
    }

    @Test("a wrong name and a wrong password are answered alike, and the name stays")
    func wrong() {
        let name = vera.post("/sign-in", [("username", "<i>who"), ("password", "mock-password")])
        let password = vera.post(
            "/sign-in",
            [("username", "viewer@example.com"), ("password", "Mock-password")]
        )
        for response in [name, password] {
            #expect(response.status == 400)
            #expect(response.text.contains("The user name or the password is wrong."))
            #expect(response.fields.first("set-cookie") == nil)
        }
        #expect(name.text.contains(#"value="&lt;i&gt;who""#))
        #expect(!password.text.contains("Mock-password"))
        let empty = vera.post("/sign-in")
        #expect(empty.text.contains("Enter your user name"))
        #expect(empty.text.contains("Enter your password"))
    }

    @Test("a service user has no password")
    func serviceUser() {
        #expect(vera.signIn("jane@example.com") == "400")
        #expect(vera.signIn("Example service user") == "400")
    }

    @Test("the cookie stays in this browser, on these pages, out of the reach of scripts")
    func cookie() throws {
        fixture.require("viewer@example.com")
        let form = [("username", "Viewer@Example.com"), ("password", "mock-password")]
        let response = fixture.answer("POST", "/sign-in", form)
        let cookie = try #require(response.fields.first("set-cookie"))
        #expect(cookie.contains("; Path=/worlds/default/two-factor; "))
        #expect(cookie.hasSuffix("HttpOnly; SameSite=Strict"))
        let token = cookie.drop { $0 != "=" }.dropFirst().prefix { $0 != ";" }
        #expect(token.count == 64)
        let image = try fixture.world.store.image()
        #expect(!String(decoding: image, as: UTF8.self).contains(token))
    }

    @Test(
        "whoever may not authenticate is told so, after the right password only",
        arguments: ["disabled", "locked", "allowed in until"]
    )
    func standing(_ word: String) throws {
        vera.signIn()
        let now = fixture.world.clock.now
        try fixture.updateVera { profile in
            profile.user.isEnabled = word != "disabled"
            profile.user.isLocked = word == "locked"
            profile.user.endDate = word == "allowed in until" ? now.adding(seconds: -1) : nil
        }
        let form = [("username", "viewer@example.com"), ("password", "mock-password")]
        let response = vera.post("/sign-in", form)
        #expect(response.status == 400)
        #expect(response.text.contains(word))
        #expect(vera.signIn("viewer@example.com", "wrong-password") == "400")
        #expect(vera.get("/signed-in").place == "/sign-in?first=yes")
    }

    @Test("without a requirement the password is enough")
    func passwordOnly() {
        #expect(vera.signIn() == "/signed-in")
        #expect(vera.get("/signed-in").text.contains("no client certificate is required of you"))
        #expect(vera.get("/sign-in").text.contains("Vera Viewer is signing in or signed in"))
        #expect(vera.post("/sign-out").place == "/sign-in?out=yes")
        #expect(vera.cookie == nil)
        #expect(vera.get("/signed-in").place == "/sign-in?first=yes")
    }

    @Test("what is required later is required at the next sign-in")
    func requiredLater() {
        let vera = TwoFactorBrowser(fixture)
        #expect(vera.signIn() == "/signed-in")
        #expect(fixture.require("viewer@example.com").place.hasSuffix("done=created"))
        #expect(vera.get("/signed-in").text.contains("is asked for at the next sign-in"))
        #expect(vera.get("/initialization").place == "/signed-in")
        #expect(vera.generate() == "/signed-in")
        #expect(vera.signIn() == "/initialization")
        #expect(vera.generate() == "/certificate")
    }

    @Test("signing out ends the sign-in for whoever kept the cookie, too")
    func signOut() {
        vera.signIn()
        let kept = vera.cookie
        _ = vera.post("/sign-out")
        vera.cookie = kept
        #expect(vera.position == "/sign-in")
        #expect(vera.post("/sign-out").place == "/sign-in?out=yes")
    }

    @Test(
        "no page of the sign-in opens without the password",
        arguments: [
            "/initialization", "/initialization/certificate.p12", "/certificate",
            "/signed-in",
        ]
    )
    func passwordFirst(_ page: String) throws {
        fixture.require("viewer@example.com")
        #expect(vera.get(page).place == "/sign-in?first=yes")
        vera.cookie = "mock-two-factor=" + String(repeating: "a", count: 64)
        #expect(vera.get(page).place == "/sign-in?first=yes")
        vera.cookie = "mock-two-factor=x"
        #expect(vera.get(page).place == "/sign-in?first=yes")
        #expect(vera.generate() == "/sign-in?first=yes")
        #expect(vera.post("/certificate").place == "/sign-in?first=yes")
        #expect(try fixture.fingerprint() == nil)
    }

    @Test("a sign-in lasts half an hour by the system's clock, whatever the world's clock does")
    func expiry() throws {
        fixture.require("viewer@example.com")
        vera.signIn()
        _ = try fixture.world.steer(ClockWish(isFrozen: true))
        fixture.pass(seconds: TwoFactorSession.secondsMax)
        #expect(vera.position == "/initialization")
        fixture.pass(seconds: 1)
        #expect(vera.position == "/sign-in")
        vera.signIn()
        _ = try fixture.world.steer(ClockWish(target: .span(ClockSpan(seconds: 200 * 86_400))))
        #expect(vera.position == "/initialization")
    }

    @Test("a browser that comes from another host, and so without its cookie, is led on")
    func continuing() {
        vera.signIn()
        let cookie = vera.cookie
        vera.cookie = nil
        let fields: Fields = ["sec-fetch-site": "cross-site"]
        let landing = vera.get("/signed-in", fields: fields)
        #expect(landing.status == 200)
        let next = TwoFactorFixture.base + "/signed-in?continued=yes"
        #expect(landing.fields.first("refresh") == "0;url=\(next)")
        #expect(vera.get("/signed-in?continued=yes", fields: fields).status == 303)
        vera.cookie = cookie
        #expect(vera.get("/signed-in?continued=yes").status == 200)
        #expect(vera.get("/signed-in", fields: fields).text.contains("You are signed in as"))
    }

    @Test("two browsers of one user are two sign-ins")
    func twoBrowsers() {
        fixture.require("viewer@example.com")
        let other = TwoFactorBrowser(fixture)
        vera.signIn()
        other.signIn()
        #expect(vera.cookie != other.cookie)
        #expect(vera.generate() == "/certificate")
        #expect(other.get("/initialization").place == "/certificate")
        _ = other.post("/sign-out")
        #expect(vera.position == "/certificate")
    }

    @Test("names are shown as they are, whatever they hold")
    func escaping() throws {
        try fixture.updateVera { $0.user.firstName = "<script>alert(1)</script>" }
        fixture.require("viewer@example.com")
        vera.signIn()
        var pages = [vera.get("/initialization").text]
        vera.generate()
        pages.append(vera.get("/certificate").text)
        pages.append(fixture.knock(vera.link, nil).text)
        pages.append(fixture.answer("GET", "/settings").text)
        pages.append(fixture.answer("GET", "/sign-in").text)
        for page in pages {
            #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
            #expect(!page.contains("<script>alert"))
        }
    }
}
