import HTTP
import TestWorlds
import Testing
import World

@testable import Pages

@Suite("Page site")
struct PageSiteTests {
    private let site: PageSite
    private let world: World
    private let made: TestWorlds

    init() throws {
        made = try TestWorlds()
        world = made.worlds.main
        let parts = PageSite.Parts(
            worlds: made.worlds,
            programVersion: "1.2.3",
            gate: { "https://clientauth.\($2 ?? "").\($0).localhost" },
            control: { _ in "http://localhost:8440" }
        )
        site = PageSite(parts, Self.routes)
    }

    private static let routes = [
        PageRoute("GET", "/worlds/{world}/console") { call throws(PageRefusal) in
            _ = try call.world()
            var page = Page("Hello <you>", "shared/refusal.html", ["message": "a & b"])
            page.section = "Console"
            page.scripts = ["shared/pages.js"]
            return .now(page.response(to: call))
        },
        PageRoute("POST", "/worlds/{world}/console") { call throws(PageRefusal) in
            let form = try call.form()
            let back = PageRefusal.Link("Back", "/back")
            guard form.isTicked("agree") else {
                throw PageRefusal(409, "Not agreed", "<\(form.text("name"))>", back: back)
            }
            return .now(.seeOther(PageCall.base(of: try call.world())))
        },
        PageRoute("GET", "/worlds/{world}/file") { call throws(PageRefusal) in
            let bytes = Array(call.query("q").utf8)
            return call.site.later(call) { () throws(PageRefusal) in
                guard !bytes.isEmpty else { throw PageRefusal(404, "Nothing", "There is none.") }
                return .download("a.p12", type: "application/x-pkcs12", bytes)
            }
        },
    ]

    private func answer(
        _ method: String,
        _ target: String,
        _ body: String = "",
        bound: World? = nil
    ) -> Response? {
        let request = Request(method: method, target: target, body: Array(body.utf8))
        let facts = ConnectionFacts(
            id: 1,
            loop: 0,
            listener: "control",
            remoteAddress: "127.0.0.1",
            world: "default"
        )
        let context = RequestContext(requestID: "r-1", connection: facts)
        #expect(
            (site.match(request) != nil)
                == (site.reply(to: request, in: context, world: bound) != nil)
        )
        return site.reply(to: request, in: context, world: bound)?.made()
    }

    private func text(_ response: Response?) -> String {
        String(decoding: response?.body ?? [], as: UTF8.self)
    }

    @Test("a page names its world, its time and that it is a mock, and marks where one is")
    func layout() {
        let page = answer("GET", "/worlds/default/console")
        let text = text(page)
        #expect(page?.status == 200)
        #expect(text.contains("<h1>Hello &lt;you&gt;</h1>"))
        #expect(text.contains("<p>a &amp; b</p>"))
        #expect(text.contains("World <strong>default</strong>"))
        #expect(text.contains("2025-10-20T00:00:00Z"))
        #expect(text.contains("a mock, not DigiCert’s"))
        #expect(text.contains("mock-digicert-one 1.2.3"))
        #expect(text.contains(#"<a href="/worlds/default/console" aria-current="page">Console<"#))
        #expect(text.contains(#"<script src="/pages/shared/pages.js" defer>"#))
    }

    @Test("pages and files load nothing from elsewhere and cannot be framed")
    func protection() {
        for path in ["/worlds/default/console", "/pages/shared/pages.css"] {
            let fields = answer("GET", path)?.fields
            let policy = fields?.first("content-security-policy") ?? ""
            #expect(policy.hasPrefix("default-src 'none'; "), "\(path)")
            #expect(!policy.contains("unsafe"))
            #expect(fields?.first("x-frame-options") == "DENY")
        }
    }

    @Test("a refusal is a page in words with a way out, and what somebody typed is text there")
    func refusals() {
        let refused = answer("POST", "/worlds/default/console", "name=%3Cscript%3E")
        #expect(refused?.status == 409)
        #expect(text(refused).contains("&lt;&lt;script&gt;&gt;"))
        #expect(text(refused).contains(#"<a class="button quiet" href="/back">Back</a>"#))
        #expect(refused?.reason == "Not agreed: <<script>>")
        let sent = answer("POST", "/worlds/default/console", "agree=on")
        #expect(sent?.status == 303)
        #expect(sent?.fields.first("location") == "/worlds/default")
    }

    @Test("there is no page in a world that is not there, and the refusal says how to make it")
    func missingWorld() {
        let page = answer("GET", "/worlds/nix/console")
        #expect(page?.status == 404)
        #expect(text(page).contains("There is no world nix"))
        #expect(text(page).contains("POST /worlds"))
        // No advice to make what cannot be made.
        let wrong = text(answer("GET", "/worlds/Bad_Name/console"))
        #expect(!wrong.contains("POST /worlds"))
        #expect(wrong.contains("is no name for a world"))
    }

    @Test("work on a worker ends in a file or in a refusal")
    func later() {
        let file = answer("GET", "/worlds/default/file?q=x")
        #expect(file?.body == [0x78])
        let disposition = file?.fields.first("content-disposition")
        #expect(disposition == "attachment; filename=\"a.p12\"")
        #expect(answer("GET", "/worlds/default/file")?.status == 404)
    }

    @Test("other paths are left to others, and other methods are refused")
    func others() {
        #expect(answer("GET", "/worlds/default") == nil)
        let refused = answer("DELETE", "/worlds/default/console")
        #expect(refused?.status == 405)
        #expect(refused?.fields.first("allow")?.contains("POST") == true)
        #expect(answer("PUT", "/pages/shared/pages.css")?.status == 405)
        #expect(
            answer("POST", "/worlds/default/console", "a=\(String(repeating: "b", count: 70_000))")?
                .status == 413
        )
        #expect(answer("GET", "/pages/shared/layout.html")?.status == 404)
        #expect(answer("GET", "/pages/nix.css")?.status == 404)
    }

    @Test("at a gate the connection's world counts, and links lead to the control listener")
    func gate() {
        let page = answer("GET", "/worlds/nix/console", bound: world)
        #expect(page?.status == 200)
        #expect(text(page).contains(#"href="http://localhost:8440/worlds/default/console""#))
    }

    @Test(
        "a form is read whole, trimmed but for secrets, or refused",
        arguments: [
            ("a=+x%0D%0Ay+&b=+p+", "x\ny", " p "), ("a=&b=", "", ""), ("", "", ""),
            ("a=%zz", nil, nil), ("a=1&a=2", nil, nil), ("a=%FF", nil, nil),
            (String(repeating: "x=&", count: 101), nil, nil),
        ] as [(String, String?, String?)]
    )
    func forms(_ body: String, _ text: String?, _ secret: String?) {
        let request = Request(method: "POST", target: "/", body: Array(body.utf8))
        let form = try? PageForm(request)
        #expect(form?.text("a") == text)
        #expect(form?.secret("b") == secret)
    }
}
