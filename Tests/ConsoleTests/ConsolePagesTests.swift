import AccountModel
import AccountStore
import HTTP
import Pages
import Testing
import World

@testable import Console

@Suite("ConsolePages")
struct ConsolePagesTests {
    private let fixture: ConsoleFixture

    init() throws {
        fixture = try ConsoleFixture()
    }

    @Test(
        "every tab is a page that is whole, light and names its tab",
        arguments: ConsoleTab.allCases
    )
    func tabs(_ tab: ConsoleTab) {
        let answer = fixture.get(tab == .home ? "" : "/\(tab.rawValue)")
        #expect(answer.status == 200)
        #expect(!answer.page.contains("page is broken"))
        #expect(!answer.page.contains("{{"))
        #expect(answer.body.count < 60_000)
        let path = tab.path(in: fixture.main)
        #expect(answer.page.contains(#"<a href="\#(path)" aria-current="page">\#(tab.name)</a>"#))
    }

    @Test("every page is asked for below the name of a world, and a world that is not is told")
    func patterns() {
        #expect(fixture.get("", world: "nowhere").status == 404)
        #expect(fixture.get("/clock", world: "nowhere").page.contains("There is no world nowhere"))
        #expect(fixture.post("/clock", "do=freeze", world: "nowhere").status == 404)
    }

    @Test("the home page has the addresses, the tokens that work and the trust file")
    func home() {
        let page = fixture.get("").page
        for text in [
            "https://api.example:1", "https://gate.example:2", "http://localhost:8440",
            "SERVICE_USER_TOKEN", "ADMIN_API_TOKEN", "/state/ca.pem", "Example service user",
            #"x-api-key: SERVICE_USER_TOKEN"#,
        ] {
            #expect(page.contains(text), "\(text)")
        }
    }

    @Test("the tokens of another world have its name behind them")
    func suffix() throws {
        _ = try fixture.worlds.make(WorldOrder(name: "stage"))
        #expect(fixture.get("", world: "stage").page.contains("SERVICE_USER_TOKEN.stage"))
    }

    @Test("to start over brings the world back, says so, and keeps the authority")
    func startOver() throws {
        let id = try fixture.makeCertificate()
        let before = try fixture.main.issuerPEM
        let answer = fixture.lead("/reset")
        #expect(answer.page.contains("The world is as it was in the beginning"))
        #expect(fixture.get("/certificates/\(id)").status == 404)
        #expect(try fixture.main.issuerPEM == before)
    }

    @Test("a note that nobody wrote is not shown")
    func notes() {
        #expect(!fixture.get("?note=%3Cscript%3E").page.contains("<script>"))
        #expect(!fixture.get("?note=other").page.contains(#"role="status""#))
        for note in ConsoleNote.allCases { #expect(note.text.hasSuffix(".")) }
    }

    @Test("the world is forked, reset and deleted, and what is wrong is said beside the field")
    func worlds() {
        let bad = fixture.post("/worlds", "name=No+Name&beginning=seed")
        #expect(bad.status == 400)
        #expect(bad.page.contains(#"aria-invalid="true""#) && bad.page.contains("No Name"))
        let made = fixture.post("/worlds", "name=stage&beginning=fork&origin=default&frozen=on")
        #expect(made.location == "/worlds/stage/console?note=world-made")
        #expect(fixture.get("/clock", world: "stage").page.contains("stands still"))
        #expect(fixture.post("/worlds", "name=stage&beginning=seed").status == 409)
        #expect(fixture.post("/worlds", "name=x&beginning=fork&origin=none").status == 400)
        #expect(fixture.post("/worlds", "name=x&beginning=snapshot&origin=default").status == 400)
        #expect(fixture.post("/worlds", "name=x&beginning=seed&clock=soon").status == 400)
        #expect(fixture.lead("/worlds/stage/reset").page.contains("as it was in the beginning"))
        #expect(fixture.lead("/worlds/stage/delete").page.contains("The world is gone"))
        #expect(fixture.post("/worlds/stage/delete").status == 404)
        #expect(fixture.post("/worlds/stage/reset").status == 404)
        #expect(fixture.post("/worlds/default/delete").status == 400)
    }

    @Test("a world gets ports of its own, or hears why not")
    func ports() throws {
        #expect(fixture.lead("/worlds/ports").page.contains("ports of its own"))
        _ = try fixture.worlds.make(WorldOrder(name: "stage"))
        let refused = fixture.post("/worlds/ports", world: "stage")
        #expect(refused.status == 409 && refused.page.contains("no port is free"))
    }

    @Test("a snapshot is kept, restored, made a world of, and deleted")
    func snapshots() {
        #expect(fixture.post("/snapshots", "name=a/b").status == 400)
        #expect(fixture.lead("/snapshots", "name=before").page.contains("before"))
        #expect(fixture.get("/worlds?snapshot=before").page.contains(#"value="before""#))
        let world = "name=old&beginning=snapshot&snapshot=before&origin=default"
        #expect(fixture.post("/worlds", world).status == 303)
        #expect(fixture.lead("/snapshots/before/restore").page.contains("when the snapshot"))
        #expect(fixture.lead("/snapshots/before/delete").page.contains("The snapshot is gone"))
        #expect(fixture.post("/snapshots/before/restore").status == 404)
        #expect(fixture.post("/snapshots/before/delete").status == 404)
    }

    @Test("texts in addresses are encoded")
    func urls() {
        #expect(ConsoleURL.encoded("a b/&ä") == "a%20b%2F%26%C3%A4")
        #expect(ConsoleURL.path("/p", [("a", ""), ("b", "1 2")]) == "/p?b=1%202")
        #expect(ConsoleURL.path("/p", [("a", "")]) == "/p")
    }
}
