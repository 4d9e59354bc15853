import Testing

@testable import HTTP

@Suite("Authority")
struct AuthorityTests {
    /// One text and what it says.
    struct Row: CustomTestStringConvertible {
        let text: String
        let host: String
        let port: Int?

        var testDescription: String { text }
    }

    static let valid = [
        Row(text: "localhost", host: "localhost", port: nil),
        Row(text: "LocalHost:8443", host: "localhost", port: 8443),
        Row(text: "a:", host: "a", port: nil),
        Row(text: "a:0", host: "a", port: 0),
        Row(text: "a:65535", host: "a", port: 65535),
        Row(text: "127.0.0.1:1", host: "127.0.0.1", port: 1),
        Row(text: "[::1]", host: "::1", port: nil),
        Row(text: "[2001:DB8::1]:443", host: "2001:db8::1", port: 443),
        Row(text: "[::ffff:127.0.0.1]:443", host: "::ffff:127.0.0.1", port: 443),
        Row(text: "my_host.", host: "my_host.", port: nil),
        Row(text: "%41b", host: "%41b", port: nil),
    ]

    static let invalid = [
        "", ":80", "a b", "a/", "a?", "a#", "u@a", "a:65536", "a:-1", "a:+1", "a:x", "a:1:2",
        "::1", "[::1", "[::1]x", "[]", "[a]", "[:]", "[g::]", "[::1%25lo]", "%4", "%zz", "a\"", "é",
        "a,b\\", "<a>", "a:000080",
    ]

    @Test("reads host and port (RFC 3986 §3.2)", arguments: valid)
    func reads(_ row: Row) {
        #expect(Authority.parse(row.text)?.host == row.host)
        #expect(Authority.parse(row.text)?.port == row.port)
    }

    @Test("refuses what is no host and port", arguments: invalid)
    func refuses(_ text: String) {
        #expect(Authority.parse(text) == nil)
    }
}
