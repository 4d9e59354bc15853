import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import Testing
import World

@testable import Console

@Suite("UsersPage and CertificatesPage")
struct UsersPageTests {
    private let fixture: ConsoleFixture
    private let user = "/users/\(ConsoleFixture.user)"

    init() throws {
        fixture = try ConsoleFixture()
    }

    @Test("users are listed and searched, and what somebody typed is text")
    func list() throws {
        #expect(fixture.get("/users").page.contains("Ada Admin"))
        let found = fixture.get("/users?search=%3Cscript%3E").page
        #expect(found.contains("&lt;script&gt;") && !found.contains("<script>alert"))
        #expect(!found.contains("Ada Admin"))
        #expect(fixture.get("/users/none").status == 404)
    }

    @Test("a name with markup in it is shown as text")
    func escapes() throws {
        let entry = AuditEntry(
            id: fixture.main.makeID(),
            createdAt: fixture.main.clock.now,
            userID: ConsoleFixture.user,
            userName: "<script>alert(1)</script>",
            accountID: "",
            action: .update,
            resourceType: .user,
            resourceID: nil,
            description: "<b>bold</b>",
            ipAddress: nil
        )
        _ = try fixture.main.store.updateUser(id: ConsoleFixture.user, audit: entry) {
            $0.user.friendlyName = "<script>alert(1)</script>"
        }
        for path in ["/users", user, "/audit", ""] {
            let page = fixture.get(path).page
            #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "\(path)")
            #expect(!page.contains("<script>alert"), "\(path)")
        }
    }

    @Test("a user is kept out and let in again, with an audit entry of the console each time")
    func switchUser() throws {
        #expect(fixture.lead(user + "/enable", "enabled=no").page.contains("kept out"))
        let entry = try #require(try fixture.audit().first)
        #expect(entry.action == .disable && entry.resourceType == .user)
        #expect(entry.userID == ConsoleActor.id && entry.userName == ConsoleActor.name)
        #expect(entry.ipAddress == "127.0.0.1")
        #expect(fixture.get("").page.contains("SERVICE_USER_TOKEN") == false)
        // The same form again changes nothing, and leaves no second entry.
        #expect(fixture.post(user + "/enable", "enabled=no").status == 303)
        #expect(try fixture.audit().first == entry)
        #expect(fixture.lead(user + "/enable", "enabled=yes").page.contains("let in again"))
        #expect(try fixture.audit().first?.action == .enable)
        #expect(fixture.post("/users/none/enable", "enabled=yes").status == 404)
    }

    @Test("a user who is locked is unlocked")
    func unlock() throws {
        _ = fixture.post(user + "/tokens", "tokenName=First")
        let entry = try #require(try fixture.audit().first)
        _ = try fixture.main.store.updateUser(id: ConsoleFixture.user, audit: entry) {
            $0.user.isLocked = true
        }
        #expect(fixture.get(user).page.contains("locked"))
        #expect(fixture.lead(user + "/unlock").page.contains("The user is unlocked"))
        #expect(try fixture.audit().first?.action == .unlock)
    }

    @Test("a certificate is made with a key, and handed out once with its password")
    func make() throws {
        let form = "name=My+laptop&key=p-256&encryption=AES"
        let answer = fixture.post(user + "/certificates", form)
        #expect(answer.status == 303)
        let path = String(answer.location.dropFirst("/worlds/default/console".count))
        let first = fixture.get(path).page
        let password = try #require(
            first.split(separator: #"class="secret">"#).last?.split(separator: "<").first
        )
        #expect(password.count == 24)
        #expect(!fixture.get(path).page.contains(password))
        #expect(fixture.get(path).page.contains("shown once"))
        let keyStore = fixture.get(path + "/key-store.p12")
        #expect(keyStore.fields.first("content-disposition")?.contains("client.p12") == true)
        let pem = fixture.get(path + "/key.pem").page
        let key = try PEM.blocks(of: pem)
        #expect(key.map(\.label) == ["PRIVATE KEY", "CERTIFICATE"])
        let entry = try #require(try fixture.audit().first)
        #expect(entry.action == .create && entry.userID == ConsoleActor.id)
        // Nobody else's world hands it out.
        _ = try fixture.worlds.make(WorldOrder(name: "stage"))
        #expect(fixture.get(path, world: "stage").status == 404)
        #expect(fixture.get("/pickups/none").status == 404)
        #expect(fixture.get("/pickups/none/key.pem").status == 404)
    }

    @Test(
        "what cannot be a certificate is refused beside its field",
        arguments: [
            ("name=&key=p-256", "Give it a name"),
            ("name=%3Cscript%3E&key=p-256", "Letters from A to Z"),
            ("name=a&until=soon&key=p-256", "Give a day"),
            ("name=a&until=2020-01-01&key=p-256", "until-error"),
        ]
    )
    func refuses(_ form: String, _ text: String) {
        let answer = fixture.post(user + "/certificates", form)
        #expect(answer.status == 400)
        #expect(answer.page.contains(text))
        #expect(answer.page.contains(#"role="alert""#))
    }

    @Test("a second certificate of the same name is refused, and the form keeps its texts")
    func duplicate() throws {
        _ = try fixture.makeCertificate("Twice")
        let answer = fixture.post(user + "/certificates", "name=Twice&key=p-256&encryption=3DES")
        #expect(answer.status == 409)
        #expect(answer.page.contains(#"value="Twice""#))
        #expect(answer.page.contains(#"value="3DES" selected"#))
    }

    @Test("a token is made, shown once, disabled, enabled and deleted")
    func tokens() throws {
        #expect(fixture.post(user + "/tokens", "tokenName=").status == 400)
        let made = fixture.lead(user + "/tokens", "tokenName=Fresh").page
        #expect(made.contains("The text of the token"))
        #expect(fixture.post(user + "/tokens", "tokenName=Fresh").status == 409)
        let tokens = try fixture.main.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.tokens(userID: ConsoleFixture.user, page: PageRequest(limit: 100))
        }
        let id = try #require(tokens.last?.id)
        #expect(fixture.lead("/tokens/\(id)/enable", "enabled=no").page.contains("is refused"))
        #expect(try fixture.audit().first?.action == .disable)
        #expect(fixture.lead("/tokens/\(id)/enable", "enabled=yes").page.contains("works again"))
        #expect(fixture.lead("/tokens/\(id)/delete").page.contains("The token is gone"))
        #expect(fixture.post("/tokens/\(id)/delete").status == 404)
    }

    @Test("a certificate shows its subject, key, chain, PEM and what openssl prints")
    func certificate() throws {
        let id = try fixture.makeCertificate()
        let page = fixture.get("/certificates/\(id)").page
        for text in [
            "CN=Mine", "X509v3 Extended Key Usage", "BEGIN CERTIFICATE", "Its issuer", "let in",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(fixture.get("/certificates/\(id)/certificate.pem").page.hasPrefix("-----BEGIN"))
        let chain = fixture.get("/certificates/\(id)/chain.pem").page
        #expect(try PEM.blocks(of: chain).count == 2)
        #expect(fixture.get("/certificates").page.contains(id))
        #expect(!fixture.get("/certificates?search=other").page.contains(id))
        #expect(fixture.get("/certificates?search=jane").page.contains(id))
    }

    @Test("a certificate is disabled, enabled and deleted, from wherever the switch is")
    func switchCertificate() throws {
        let path = "/certificates/\(try fixture.makeCertificate())"
        #expect(
            fixture.post(path + "/enable", "enabled=no&from=list").location.hasSuffix(
                "/certificates?note=certificate-disabled"
            )
        )
        let page = fixture.get(path).page
        #expect(page.contains("It is refused: it is disabled."))
        #expect(page.contains(ConsoleActor.name))
        let entry = try #require(try fixture.audit().first)
        #expect(entry.action == .disable && entry.resourceType == .clientAuthCertificate)
        #expect(fixture.post(path + "/enable", "enabled=no").status == 303)
        #expect(try fixture.audit().first == entry)
        #expect(
            fixture.lead(path + "/enable", "enabled=yes&from=user").page.contains("let in again")
        )
        #expect(fixture.lead(path + "/delete").page.contains("its name is free"))
        #expect(fixture.post(path + "/enable", "enabled=yes").status == 404)
    }

    @Test("validity follows the world's clock")
    func validity() throws {
        let id = try fixture.makeCertificate()
        #expect(fixture.get("/certificates/\(id)").page.contains("days left"))
        _ = fixture.post("/clock", "do=advance&by=2y")
        let page = fixture.get("/certificates/\(id)").page
        #expect(page.contains("It ended") && page.contains("it has expired"))
    }
}
