import HTTP
import OpenSSLBridge
import Testing

@testable import World

@Suite("Secrets in what is shown of a journal")
struct MaskTests {
    /// The form of a token that the API makes.
    private static let token =
        "01" + String(repeating: "ab", count: 12) + "_"
        + String(repeating: "cd", count: 32)

    @Test("a key is known again by its mask and cannot be used")
    func stable() {
        let mask = SecretMask.text("SERVICE_USER_TOKEN")
        #expect(mask == SecretMask.text("SERVICE_USER_TOKEN"))
        #expect(mask != SecretMask.text("SERVICE_USER_TOKEM"))
        #expect(mask.hasPrefix("SERVICE_…(sha256 "))
        #expect(mask.utf8.count == "SERVICE_…(sha256 1a2b3c4d)".utf8.count)
    }

    @Test(
        "nothing of a short or strange key is shown",
        arguments: ["short", "fifteen chars..", "ключ-ключ-ключ"]
    )
    func short(_ key: String) {
        #expect(SecretMask.text(key).hasPrefix("…(sha256 "))
        #expect(SecretMask.text("").isEmpty)
    }

    @Test(
        "header fields with secrets are masked",
        arguments: [
            ("x-api-key", "SERVICE_USER_TOKEN", "SERVICE_…("),
            ("authorization", "Bearer SERVICE_USER_TOKEN", "Bearer SERVICE_…("),
            ("authorization", "SERVICE_USER_TOKEN", "SERVICE_…("),
            ("cookie", "a=SERVICE_USER_TOKEN; b=c", "a=SERVICE_…("),
            ("set-cookie", "a=SERVICE_USER_TOKEN; Path=/", "a=SERVICE_…("),
            ("x-auth-token", "SERVICE_USER_TOKEN", "SERVICE_…("),
            ("x-dc-devkey", "SERVICE_USER_TOKEN", "SERVICE_…("),
        ]
    )
    func fields(name: String, value: String, beginning: String) {
        let shown = SecretMask.field(name, value)
        #expect(shown.hasPrefix(beginning))
        #expect(!shown.contains("USER_TOKEN"))
    }

    @Test("other header fields stay, but for tokens in them")
    func otherFields() {
        #expect(SecretMask.field("accept", "application/json") == "application/json")
        #expect(SecretMask.field("set-cookie", "a=b; Path=/").hasSuffix("; Path=/"))
        let referer = SecretMask.field("referer", "https://x/?t=\(Self.token)")
        #expect(referer.hasPrefix("https://x/?t=01ababab…(sha256 "))
    }

    @Test("the query of another page's address is masked as the request's own")
    func referers() {
        let referer = SecretMask.field("referer", "https://x/?a=1&token=hush#part")
        #expect(referer.hasPrefix("https://x/?a=1&token=…(sha256 "))
        #expect(referer.hasSuffix(")#part"))
        let path = SecretMask.field("location", "https://x/SERVICE_USER_TOKEN")
        #expect(path.hasPrefix("https://x/SERVICE_…(sha256 "))
        #expect(SecretMask.field("referer", "https://x/a?b=c#d") == "https://x/a?b=c#d")
        #expect(!SecretMask.field("x-other", "SERVICE_USER_TOKEN").contains("USER_TOKEN"))
    }

    @Test(
        "a path's secrets are masked segment by segment",
        arguments: ["SERVICE_USER_TOKEN", "SERVICE%5FUSER_TOKEN", "SERVICE_USER_TOKEN.t42", token]
    )
    func paths(_ secret: String) {
        let shown = SecretMask.path("/a_b/\(secret)/c%20d")
        #expect(shown.hasPrefix("/a_b/"))
        #expect(shown.contains("…(sha256 "))
        #expect(shown.hasSuffix(")/c%20d"))
        #expect(SecretMask.path("/account/api/v1/user/me") == "/account/api/v1/user/me")
    }

    @Test(
        "a query's secrets are masked and all else stays",
        arguments: [
            ("limit=20&offset=0", "limit=20&offset=0"), ("flag&a=", "flag&a="),
            ("password=abc", "password=(masked)"),
            ("x=1&password=abc&y=2", "x=1&password=(masked)&y=2"),
            ("pass%77ord=abc", "pass%77ord=(masked)"),
        ]
    )
    func queries(query: String, shown: String) {
        #expect(SecretMask.query(query) == shown)
    }

    @Test(
        "a key in a query is found by the parameter's name or by its own look",
        arguments: [
            ("api_key=SERVICE_USER_TOKEN", ["api_key"]), ("x-api-key=abc", ["x-api-key"]),
            ("q=SERVICE_USER_TOKEN.t42", ["q"]), ("q=\(token)", ["q"]), ("q=harmless", []),
            ("token=", []), ("name=SERVICE", []),
        ]
    )
    func secretParameters(query: String, names: [String]) {
        #expect(SecretMask.secretParameters(in: query) == names)
        #expect((SecretMask.query(query) != query) == !names.isEmpty)
    }

    @Test("tokens are masked wherever they stand, also side by side")
    func tokens() {
        let text = "a \(Self.token)\(Self.token)!"
        let shown = SecretMask.tokens(in: text)
        #expect(shown == "a " + SecretMask.text(Self.token) + SecretMask.text(Self.token) + "!")
        for harmless in [String(Self.token.dropLast()), "02" + Self.token.dropFirst(2), "x_y"] {
            #expect(SecretMask.tokens(in: harmless) == harmless)
        }
    }

    private static func show(_ text: String, _ type: String = "application/json") -> String {
        switch BodyMask.show(Array(text.utf8), contentType: type) {
        case .text(let shown), .base64(let shown): shown
        }
    }

    @Test(
        "members with telling names are masked, whatever is around them",
        arguments: [
            (#"{"password":"s3cret","name":"a"}"#, #"{"password":"(masked)","name":"a"}"#),
            (#"{ "pkcs12" : "s3cret" }"#, #"{ "pkcs12" : "(masked)" }"#),
            (#"[{"a":{"private_key":"s3cret"}}]"#, #"[{"a":{"private_key":"(masked)"}}]"#),
            (#"{"passwor\u0064":"s3cret"}"#, #"{"passwor\u0064":"(masked)"}"#),
            (#"{"password":"s3\"cret","x":1}"#, #"{"password":"(masked)","x":1}"#),
            (#"{"password":"s3cret"#, #"{"password":"(masked)"#),
            (#"{"password":"s3cret\"#, #"{"password":"(masked)"#),
            (#"{"password":null,"passwords":["x"]}"#, #"{"password":null,"passwords":["x"]}"#),
            (#"{"name":"password","x":"y"}"#, #"{"name":"password","x":"y"}"#),
            (#"{"password":""}"#, #"{"password":""}"#), ("", ""), ("\"", "\""),
        ]
    )
    func bodies(body: String, shown: String) {
        #expect(Self.show(body) == shown)
    }

    @Test("the text of a new token is masked so that its use can be told")
    func newToken() {
        let shown = Self.show(#"{"id":"x","token":"\#(Self.token)"}"#)
        #expect(shown == #"{"id":"x","token":"\#(SecretMask.text(Self.token))"}"#)
    }

    @Test("a private key in PEM is never shown, cut or whole, escaped or not")
    func privateKeys() throws {
        let pem = try PrivateKey.generate(.p256).pem()
        let secret = pem.split(separator: "\n")[1]
        let escaped = pem.replacing("\n", with: "\\n")
        for text in [
            pem, "before\n" + pem + "after", #"{"a":"\#(escaped)"}"#, String(pem.dropLast(60)),
        ] {
            let shown = Self.show(text, "text/plain")
            #expect(!shown.contains(secret))
            #expect(shown.contains("-----BEGIN PRIVATE KEY-----(masked)"))
        }
        #expect(Self.show("-----BEGIN CERTIFICATE-----\nabc", "text/plain").hasSuffix("abc"))
    }

    @Test("forms are masked like queries, key files whole")
    func otherBodies() {
        let form = Self.show("a=b&password=c", "application/x-www-form-urlencoded")
        #expect(form == "a=b&password=(masked)")
        #expect(Self.show("0123", "application/x-pkcs12") == SecretMask.hidden)
    }

    @Test("bytes that are no text are shown in base64, a text cut within a character as text")
    func binary() {
        #expect(
            BodyMask.show([0xFF, 0x00, 0xFF, 0xFF, 0xFF], contentType: nil) == .base64("/wD///8=")
        )
        #expect(BodyMask.show([0x61, 0xC3], contentType: nil) == .text("a\u{FFFD}"))
    }
}
