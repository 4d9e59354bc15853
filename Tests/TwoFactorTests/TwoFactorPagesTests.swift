import AccountModel
import HTTP
import Pages
import Testing

@testable import TwoFactor

@Suite("TwoFactorPages")
struct TwoFactorPagesTests {
    private let fixture: TwoFactorFixture

    init() throws {
        fixture = try TwoFactorFixture()
    }

    @Test("every page is asked for below the name of a world, or at the gate")
    func patterns() {
        #expect(
            TwoFactorPages.routes.allSatisfy {
                $0.pattern.hasPrefix("/worlds/{world}/two-factor")
            }
        )
        #expect(TwoFactorPages.gateRoutes.map(\.pattern) == ["/two-factor/sign-in"])
    }

    @Test("nothing is changed by asking for it: what changes is sent")
    func methods() {
        for route in TwoFactorPages.routes where route.method == "POST" {
            let page = route.pattern.replacing("/worlds/{world}/two-factor", with: "")
                .replacing("{rule}", with: "x").replacing("{user}", with: "x")
            let isShownToo = TwoFactorPages.routes.contains {
                $0.method == "GET" && $0.pattern == route.pattern
            }
            if !isShownToo { #expect(fixture.answer("GET", page).status == 405, "\(page)") }
        }
    }

    @Test(
        "pages that anybody may see",
        arguments: [
            ("", "Two-factor sign-in"), ("/import", "Import a client certificate"),
            ("/lost", "Lost my client certificate"), ("/settings", "Authentication settings"),
            ("/sign-in", "Sign in to your account"),
        ]
    )
    func open(_ page: String, _ heading: String) {
        let response = fixture.answer("GET", page)
        #expect(response.status == 200)
        #expect(response.text.contains("<h1>\(heading)</h1>"))
        #expect(response.text.contains(#"aria-current="page">Two-factor sign-in"#))
    }

    @Test("import help names every system")
    func importHelp() {
        let text = fixture.answer("GET", "/import").text
        for system in ["Windows", "macOS", "Firefox", "Linux", "pk12util"] {
            #expect(text.contains(system))
        }
    }

    @Test("who lost the certificate is told whom to ask, and never oneself")
    func lost() {
        #expect(fixture.answer("GET", "/lost").text.contains("Ada Admin"))
        let vera = TwoFactorBrowser(fixture)
        vera.signIn()
        #expect(vera.get("/lost").text.contains("You are Vera Viewer"))
        #expect(vera.get("/lost").text.contains("Ada Admin"))
        let ada = TwoFactorBrowser(fixture)
        ada.signIn("admin@example.com")
        #expect(!ada.get("/lost").text.contains("admin@example.com"))
        #expect(ada.get("/lost").text.contains("contact support"))
    }
}
