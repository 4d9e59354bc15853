import HTTP
import Testing

@testable import ControlAPI

@Suite("Control guard")
struct ControlGuardTests {
    private func status(
        _ access: ControlGuard,
        _ method: String = "GET",
        _ target: String = "/ready",
        authority: String? = "localhost:8440",
        fields: Fields = [:]
    ) -> Int? {
        access.refusal(
            of: Request(method: method, target: target, authority: authority, fields: fields)
        )?.status
    }

    @Test(
        "answers to addresses, words and names of local networks",
        arguments: [
            "127.0.0.1", "127.0.0.1:8440", "10.0.0.255:1", "[::1]:8440", "[fe80::1]", "mock",
            "mock:8440", "localhost", "LOCALHOST:8440", "localhost.", "a.localhost", "a.b.internal",
            "printer.local", "mock.test:80", "mock.default.svc", "mock.default.svc.cluster.local",
            "host.docker.internal:8440",
        ]
    )
    func knows(authority: String) {
        #expect(status(ControlGuard(), authority: authority) == nil)
    }

    @Test(
        "does not answer to names that anybody can let lead here",
        arguments: [
            "evil.example", "evil.example:8440", "127.0.0.1.evil.example", "localhost.evil.example",
            "notlocalhost.example", "mylocal.example", "1.2.3", "1.2.3.4.5", "256.1.1.1",
            "0x7f.0.0.1", "evillocalhost.com", "a.mytest", "a.notlocal", ".", "a b",
            "user@localhost",
        ]
    )
    func refuses(authority: String) {
        #expect(status(ControlGuard(), authority: authority) == 421)
    }

    @Test("answers to configured names and those below them, and to its public address")
    func configured() {
        let access = ControlGuard(
            names: ["Mock.Example.com"],
            publicURL: "https://control.example.org:8443"
        )
        for name in ["mock.example.com", "a.MOCK.example.com:1", "control.example.org"] {
            #expect(status(access, authority: name) == nil, "\(name)")
        }
        for name in ["example.com", "notmock.example.com", "example.org"] {
            #expect(status(access, authority: name) == 421, "\(name)")
        }
    }

    @Test("passes what names no host, as HTTP/1.0 may")
    func nameless() {
        #expect(status(ControlGuard(), authority: nil) == nil)
        #expect(status(ControlGuard(), authority: nil, fields: ["origin": "http://a"]) == 403)
    }

    @Test("knows its own origin by the host that was asked, and by its public address")
    func origins() {
        let access = ControlGuard(publicURL: "https://control.example.org")
        let own = [
            ("localhost:8440", "http://localhost:8440"),
            ("LOCALHOST:8440", "http://localhost:8440"),
            ("mock:80", "http://mock"), ("[::1]:8440", "http://[::1]:8440"),
            ("mock", "https://control.example.org"),
        ]
        for (authority, origin) in own {
            #expect(status(access, authority: authority, fields: ["origin": origin]) == nil)
        }
        let foreign = [
            "null", "", "http://localhost", "http://localhost:8441", "https://localhost:8440",
            "http://evil.example", "http://localhost:8440.evil.example",
        ]
        for origin in foreign {
            #expect(status(access, fields: ["origin": origin]) == 403, "\(origin)")
        }
        let two: Fields = ["origin": "http://localhost:8440", "origin": "http://evil.example"]
        #expect(status(access, fields: two) == 403)
    }

    @Test("compares tokens in full and shows them nowhere")
    func tokens() throws {
        let token = try #require(BearerToken("s3cret"))
        for (text, isRight) in [
            ("s3cret", true), ("s3cre", false), ("s3crets", false), ("S3cret", false),
            ("s3crets3cret", false), ("", false),
        ] {
            #expect(token.matches(Substring(text).utf8) == isRight, "\(text)")
        }
        #expect("\(token)" == "<redacted>")
        #expect(String(reflecting: token) == "<redacted>")
        #expect(Mirror(reflecting: token).children.isEmpty)
        for text in ["", "a b", "é", String(repeating: "a", count: 513), "a\n"] {
            #expect(BearerToken(text) == nil)
        }
        #expect(BearerToken(String(repeating: "a", count: 512)) != nil)
    }

    private func pageStatus(
        _ access: ControlGuard,
        _ method: String,
        _ fields: Fields,
        isForPage: Bool = true
    ) -> Int? {
        let request = Request(
            method: method,
            target: "/worlds/default/console",
            authority: "localhost:8440",
            fields: fields
        )
        return access.refusal(of: request, isForPage: isForPage)?.status
    }

    @Test(
        "a link from elsewhere leads to a page, and to nothing else, and no form comes from there"
    )
    func links() {
        let link: Fields = [
            "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate",
            "sec-fetch-dest": "document",
        ]
        #expect(pageStatus(ControlGuard(), "GET", link) == nil)
        #expect(pageStatus(ControlGuard(), "GET", link, isForPage: false) == 403)
        #expect(pageStatus(ControlGuard(), "POST", link) == 403)
        for (name, value) in [("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "iframe")] {
            var fields = link
            fields.set(name, value)
            #expect(pageStatus(ControlGuard(), "GET", fields) == 403, "\(value)")
        }
    }

    @Test("a form is taken by pages alone, and not from a page of another origin")
    func forms() {
        let form: Fields = ["content-type": "application/x-www-form-urlencoded"]
        #expect(pageStatus(ControlGuard(), "POST", form) == nil)
        #expect(pageStatus(ControlGuard(), "POST", form, isForPage: false) == 415)
        #expect(pageStatus(ControlGuard(), "POST", ["content-type": "text/plain"]) == 415)
        for (name, value) in [("origin", "null"), ("sec-fetch-site", "same-site")] {
            var fields = form
            fields.set(name, value)
            #expect(pageStatus(ControlGuard(), "POST", fields) == 403, "\(value)")
        }
    }

    @Test("a browser is asked for the token by its own dialog, and a program is not")
    func browserToken() {
        let access = ControlGuard(token: BearerToken("s3cret"))
        let request = Request(
            method: "GET",
            target: "/worlds/default/console",
            authority: "localhost",
            fields: [:]
        )
        let asked = access.refusal(of: request, isForPage: true)
        #expect(asked?.status == 401)
        #expect(asked?.fields.first("www-authenticate")?.hasPrefix("Basic realm=") == true)
        let program = access.refusal(of: request)
        #expect(program?.fields.first("www-authenticate")?.hasPrefix("Bearer ") == true)
        let answers =
            [
                // me:s3cret, me:other, s3cret without a name, no base64
                ("bWU6czNjcmV0", nil), ("bWU6b3RoZXI=", 401), ("czNjcmV0", 401), ("%%%", 401),
            ] as [(String, Int?)]
        for (text, status) in answers {
            let fields: Fields = ["authorization": "Basic \(text)"]
            #expect(pageStatus(access, "GET", fields) == status, "\(text)")
        }
    }
}
