import Testing

@testable import HTTP

@Suite("RequestDecoder refusals")
struct RequestRefusalTests {
    /// One message that is refused, and how.
    struct Refused: CustomTestStringConvertible {
        let reason: String
        let status: Int
        let section: String
        let text: String

        /// A whole message.
        init(_ reason: String, _ status: Int, _ section: String, text: String) {
            (self.reason, self.status, self.section) = (reason, status, section)
            self.text = text
        }

        /// A message with a good request line and Host.
        init(_ reason: String, _ status: Int, _ section: String, fields: String) {
            let text = "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n"
            self.init(reason, status, section, text: text)
        }

        /// A message whose body is chunked.
        init(_ reason: String, _ status: Int, _ section: String, chunks: String) {
            let text = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
            self.init(reason, status, section, text: text)
        }

        var testDescription: String { reason }
    }

    static let requestLines = [
        Refused("no method", 400, "RFC 9112 §3", text: " / HTTP/1.1\r\n"),
        Refused("a forbidden first byte", 400, "RFC 9112 §3", text: "\u{16}\u{3}\u{1}"),
        Refused("a forbidden byte in the method", 400, "RFC 9112 §3", text: "G(T / HTTP/1.1\r\n"),
        Refused("one word", 400, "RFC 9112 §3", text: "GET\r\n"),
        Refused("no version (HTTP/0.9)", 400, "RFC 9112 §3", text: "GET /\r\n"),
        Refused("no target", 400, "RFC 9112 §3", text: "GET  HTTP/1.1\r\n"),
        Refused("two spaces", 400, "RFC 9112", text: "GET /  HTTP/1.1\r\n"),
        Refused("a space in the target", 400, "RFC 9112", text: "GET /a b HTTP/1.1\r\n"),
        Refused("a space at the end", 400, "RFC 9112 §2.3", text: "GET / HTTP/1.1 \r\n"),
        Refused("a version in lower case", 400, "RFC 9112 §2.3", text: "GET / http/1.1\r\n"),
        Refused("a version without minor", 400, "RFC 9112 §2.3", text: "GET / HTTP/1\r\n"),
        Refused("a version of two digits", 400, "RFC 9112 §2.3", text: "GET / HTTP/1.10\r\n"),
        Refused("HTTP/2.0", 505, "RFC 9110 §15.6.6", text: "GET / HTTP/2.0\r\n"),
        Refused("HTTP/0.9", 505, "RFC 9110 §15.6.6", text: "GET / HTTP/0.9\r\n"),
        Refused(
            "the preface of HTTP/2",
            505,
            "RFC 9110 §15.6.6",
            text: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        ),
        Refused("a bare LF", 400, "RFC 9112 §2.2", text: "GET / HTTP/1.1\nHost: a\n\n"),
        Refused("a bare CR", 400, "RFC 9112 §2.2", text: "GET /\rHTTP/1.1\r\n"),
        Refused("CR CR LF", 400, "RFC 9112 §2.2", text: "GET / HTTP/1.1\r\r\n"),
        Refused("a tab in the target", 400, "RFC 9112 §3.2", text: "GET /\t HTTP/1.1\r\n"),
        Refused("a NUL in the target", 400, "RFC 9112 §3.2", text: "GET /\0 HTTP/1.1\r\n"),
        Refused("a fragment", 400, "RFC 9112 §3.2", text: "GET /#a HTTP/1.1\r\n"),
        Refused("a byte beyond ASCII", 400, "RFC 9112 §3.2", text: "GET /é HTTP/1.1\r\n"),
        Refused("* without OPTIONS", 400, "RFC 9112 §3.2.4", text: "GET * HTTP/1.1\r\n"),
        Refused("CONNECT", 400, "RFC 9110 §9.3.6", text: "CONNECT a:443 HTTP/1.1\r\n"),
        Refused("another scheme", 400, "RFC 9112 §3.2", text: "GET ftp://a/ HTTP/1.1\r\n"),
        Refused("a path without slash", 400, "RFC 9112 §3.2", text: "GET a HTTP/1.1\r\n"),
        Refused("user information", 400, "RFC 9110 §4.2", text: "GET http://u@a/ HTTP/1.1\r\n"),
        Refused("no host in a URI", 400, "RFC 9110 §4.2", text: "GET http:///x HTTP/1.1\r\n"),
    ]

    static let headerFields = [
        Refused("no Host", 400, "RFC 9112 §3.2", text: "GET / HTTP/1.1\r\n\r\n"),
        Refused("two Hosts", 400, "RFC 9112 §3.2", fields: "Host: a"),
        Refused(
            "two Hosts in HTTP/1.0",
            400,
            "RFC 9112 §3.2",
            text: "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"
        ),
        Refused("an empty Host", 400, "RFC 9112 §3.2", text: "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        Refused(
            "a Host with a path",
            400,
            "RFC 9112 §3.2",
            text: "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"
        ),
        Refused(
            "two names in Host",
            400,
            "RFC 9112 §3.2",
            text: "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"
        ),
        Refused(
            "a bad Host beside an absolute target",
            400,
            "RFC 9112 §3.2",
            text: "GET http://a/ HTTP/1.1\r\nHost: @\r\n\r\n"
        ),
        Refused("no colon", 400, "RFC 9112 §5", fields: "Broken"),
        Refused("no name", 400, "RFC 9110 §5.1", fields: ": value"),
        Refused("space before the colon", 400, "RFC 9112 §5.1", fields: "Name : value"),
        Refused("tab before the colon", 400, "RFC 9112 §5.1", fields: "Name\t: value"),
        Refused("a folded line", 400, "RFC 9112 §5.2", fields: "Name: value\r\n more"),
        Refused(
            "a folded first line",
            400,
            "RFC 9112 §5.2",
            text: "GET / HTTP/1.1\r\n Host: a\r\n\r\n"
        ),
        Refused("a forbidden byte in a name", 400, "RFC 9110 §5.1", fields: "Na(me: value"),
        Refused("a name beyond ASCII", 400, "RFC 9110 §5.1", fields: "Näme: value"),
        Refused("a NUL in a value", 400, "RFC 9110 §5.5", fields: "Name: a\0b"),
        Refused("an escape in a value", 400, "RFC 9110 §5.5", fields: "Name: a\u{1B}b"),
        Refused("a DEL in a value", 400, "RFC 9110 §5.5", fields: "Name: a\u{7F}b"),
        Refused("a bare CR in a value", 400, "RFC 9112 §2.2", fields: "Name: a\rb"),
        Refused("a bare LF after a value", 400, "RFC 9112 §2.2", fields: "Name: a\nb: c"),
    ]

    static let framings = [
        Refused(
            "two lengths",
            400,
            "RFC 9112 §6.3",
            fields: "Content-Length: 1\r\nContent-Length: 2"
        ),
        Refused(
            "two equal lengths",
            400,
            "RFC 9112 §6.3",
            fields: "Content-Length: 1\r\nContent-Length: 1"
        ),
        Refused("a list of lengths", 400, "RFC 9110 §8.6", fields: "Content-Length: 1, 1"),
        Refused("an empty length", 400, "RFC 9110 §8.6", fields: "Content-Length:"),
        Refused("a negative length", 400, "RFC 9110 §8.6", fields: "Content-Length: -1"),
        Refused("a length with a plus", 400, "RFC 9110 §8.6", fields: "Content-Length: +1"),
        Refused("a hexadecimal length", 400, "RFC 9110 §8.6", fields: "Content-Length: 0x1"),
        Refused("a length with a space", 400, "RFC 9110 §8.6", fields: "Content-Length: 1 1"),
        Refused(
            "a length of 2^63",
            400,
            "RFC 9110 §8.6",
            fields: "Content-Length: 9223372036854775808"
        ),
        Refused(
            "a length of 2^64 + 1",
            400,
            "RFC 9110 §8.6",
            fields: "Content-Length: 18446744073709551617"
        ),
        Refused(
            "a length of 2^63 - 1",
            413,
            "RFC 9110 §15.5.14",
            fields: "Content-Length: 9223372036854775807"
        ),
        Refused(
            "a length and a coding",
            400,
            "RFC 9112 §6.3",
            fields: "Content-Length: 1\r\nTransfer-Encoding: chunked"
        ),
        Refused(
            "a length after an unknown coding",
            400,
            "RFC 9112 §6.3",
            fields: "Transfer-Encoding: gzip\r\nContent-Length: 1"
        ),
        Refused("an unknown coding", 501, "RFC 9112 §6.1", fields: "Transfer-Encoding: gzip"),
        Refused("identity", 501, "RFC 9112 §6.1", fields: "Transfer-Encoding: identity"),
        Refused(
            "an unknown coding before chunked",
            501,
            "RFC 9112 §6.1",
            fields: "Transfer-Encoding: gzip, chunked"
        ),
        Refused("xchunked", 501, "RFC 9112 §6.1", fields: "Transfer-Encoding: xchunked"),
        Refused(
            "chunked before another",
            400,
            "RFC 9112 §6.1",
            fields: "Transfer-Encoding: chunked, gzip"
        ),
        Refused(
            "chunked twice",
            400,
            "RFC 9112 §6.1",
            fields: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"
        ),
        Refused("an empty coding", 400, "RFC 9112 §6.1", fields: "Transfer-Encoding:"),
        Refused(
            "a coding with a forbidden byte",
            400,
            "RFC 9112 §6.1",
            fields: "Transfer-Encoding: \u{B}chunked".replacing("\u{B}", with: "[")
        ),
        Refused(
            "a coding with parameters",
            400,
            "RFC 9112 §6.1",
            fields: "Transfer-Encoding: chunked;q=1"
        ),
        Refused(
            "a coding in HTTP/1.0",
            400,
            "RFC 9112 §6.1",
            text: "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
        ),
        Refused("an unknown expectation", 417, "RFC 9110 §10.1.1", fields: "Expect: coffee"),
        Refused(
            "a second expectation",
            417,
            "RFC 9110 §10.1.1",
            fields: "Expect: 100-continue, coffee\r\nContent-Length: 1"
        ),
    ]

    static let chunks = [
        Refused("no size", 400, "RFC 9112 §7.1", chunks: "\r\n"),
        Refused("a size that is no number", 400, "RFC 9112 §7.1", chunks: "x\r\n"),
        Refused("a negative size", 400, "RFC 9112 §7.1", chunks: "-1\r\n"),
        Refused("a size with 0x", 400, "RFC 9112 §7.1", chunks: "0x1\r\n"),
        Refused("space before the size", 400, "RFC 9112 §7.1", chunks: " 1\r\n"),
        Refused("space after the size", 400, "RFC 9112 §7.1", chunks: "1 \r\n"),
        Refused("two sizes", 400, "RFC 9112 §7.1", chunks: "1 1\r\n"),
        Refused("a size of 17 digits", 400, "RFC 9112 §7.1", chunks: "00000000000000001\r\n"),
        Refused("a size of 2^64 - 1", 413, "RFC 9110", chunks: "ffffffffffffffff\r\n"),
        Refused("a bare LF after the size", 400, "RFC 9112 §2.2", chunks: "1\nx\r\n"),
        Refused("data longer than its size", 400, "RFC 9112 §7.1", chunks: "1\r\nxy\r\n"),
        Refused("data that ends with LF", 400, "RFC 9112 §7.1", chunks: "1\r\nx\n0\r\n\r\n"),
        Refused("data that ends with CR only", 400, "RFC 9112 §7.1", chunks: "1\r\nx\r0\r\n"),
        Refused("a control in an extension", 400, "RFC 9112 §7.1.1", chunks: "1;a=\u{1}\r\n"),
        Refused("a bare CR in an extension", 400, "RFC 9112 §2.2", chunks: "1;a=\r1\r\n"),
        Refused("a broken trailer", 400, "RFC 9112 §5", chunks: "0\r\nbroken\r\n\r\n"),
        Refused("a folded trailer", 400, "RFC 9112 §5.2", chunks: "0\r\na: b\r\n c\r\n\r\n"),
        Refused(
            "an endless size line",
            400,
            "RFC 9112 §7.1",
            chunks: "1;" + String(repeating: "a", count: 2000)
        ),
    ]

    @Test(
        "refuses with the status and the section that says so",
        arguments: requestLines + headerFields + framings + chunks
    )
    func refuses(_ row: Refused) throws {
        let refusal = try #require(RequestDecoder.refusal(of: row.text))
        #expect(refusal.status == row.status)
        #expect(refusal.message.contains(row.section), "\(refusal.message)")
    }

    @Test("says that TLS reached a port that speaks plain HTTP")
    func handshake() throws {
        let refusal = try #require(RequestDecoder.refusal(of: "\u{16}\u{3}\u{1}"))
        #expect(refusal.message.contains("ask for http://"))
    }

    @Test("takes nothing after a refusal")
    func closes() {
        let outcomes = RequestDecoder.outcomes(of: [
            Array("G(T\r\n".utf8), Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8),
        ])
        #expect(outcomes.count == 1)
    }
}
