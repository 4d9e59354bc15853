import AccountModel
import HTTP
import Pages
import Testing
import World

@testable import DigitalIDCenter

@Suite("DigitalIDCenterPages")
struct DigitalIDCenterPagesTests {
    @Test("every page is asked for below the name of a world, but for the one at the gate")
    func patterns() {
        #expect(DigitalIDCenterPages.routes.allSatisfy { $0.pattern.hasPrefix("/worlds/{world}/") })
        #expect(DigitalIDCenterPages.gateRoutes.map(\.pattern) == ["/digital-id-center/private"])
    }

    @Test(
        "pages that need nothing are there in a new world",
        arguments: [
            "", "/install-ca", "/help", "/receive", "/search", "/renew", "/revoke",
            "/administrator", "/administrator?show=all", "/administrator/messages", "/support",
        ]
    )
    func pages(_ path: String) throws {
        let seen = try CenterFixture().get(path)
        #expect(seen.status == 200)
        #expect(seen.text.contains("aria-current=\"page\""))
        #expect(seen.text.components("<h1>") == 2)
        #expect(!seen.text.contains("This page is broken"))
    }

    @Test("the authority's certificate is told, fetched, and remembered as installed")
    func installCA() throws {
        let center = try CenterFixture()
        #expect(try center.get("").text.contains("install 2 certificates the first time"))
        #expect(try center.get("/enrol").location == "/install-ca?then=enrol")
        #expect(
            try center.post("/enrol", CenterFixture.entries).location == "/install-ca?then=enrol"
        )
        #expect(try center.get("/install-ca?then=enrol").text.contains("comes first"))
        #expect(
            try center.get("/install-ca/client-ca.pem").text == center.world.issuerPEM
        )
        let der = try center.get("/install-ca/client-ca.crt").response
        #expect(der.body.first == 0x30)
        #expect(der.fields.first("content-type") == "application/x-x509-ca-cert")
        #expect(try center.send("/install-ca").text.contains("Done"))
        center.pass(days: 1)
        #expect(try center.send("/install-ca").text.contains(CenterFixture.begin.iso8601))
        #expect(!(try center.get("").text.contains("install 2 certificates")))
        #expect(try center.get("/enrol").status == 200)
    }

    @Test("what people typed is shown as text, on every page that shows it")
    func escapes() throws {
        let center = try CenterFixture()
        let id = try center.pending { entries in
            entries["firstName"] = "<script>1"
            entries["comments"] = "<script>2</script>"
        }
        let pages = ["/requests/\(id)", "/administrator", "/administrator/requests/\(id)"]
        for path in pages {
            let text = try center.get(path).text
            #expect(text.contains("&lt;script&gt;1"))
            #expect(!text.contains("<script>"))
        }
        _ = try center.post(
            "/administrator/requests/\(id)/reject",
            ["comment": "<script>3</script>"]
        )
        let text = try center.get("/requests/\(id)").text
        #expect(text.contains("&lt;script&gt;3&lt;/script&gt;") && !text.contains("<script>"))
        let found = try center.get("/search?name=%3Cscript%3E").text
        #expect(found.contains("value=\"&lt;script&gt;\""))
    }

    @Test("what is not there is refused in words, with a way on")
    func missing() throws {
        let center = try CenterFixture()
        for path in ["/requests/0", "/enrol/0", "/support/requests/0", "/administrator/requests/0"]
        {
            let seen = try center.get(path)
            #expect(seen.status == 404)
            #expect(seen.text.contains("There is no such request"))
            #expect(seen.text.contains("href=\"\(CenterFixture.base)\""))
        }
        let certificate = try center.get("/certificates/0")
        #expect(certificate.status == 404)
        #expect(certificate.text.contains("There is no such certificate"))
        for path in ["approve", "reject", "resend", "unlock", "unlock-challenge"] {
            let fields = ["comment": "c"]
            #expect(
                try center.post("/administrator/requests/0/\(path)", fields).status == 404,
                "\(path)"
            )
        }
        #expect(try center.post("/support/requests/0/activate").status == 404)
        #expect(try center.post("/requests/0/receive", ["pin": "X"]).status == 404)
    }
}

extension String {
    /// How many parts a separator makes of the text.
    func components(_ separator: String) -> Int {
        split(separator: separator, omittingEmptySubsequences: false).count
    }
}
