import Testing

@testable import HTTP

@Suite("RequestDecoder")
struct RequestDecoderTests {
    @Test("reads a request with all its parts (RFC 9112 §2.1)")
    func readsRequest() throws {
        let (request, keepsAlive) = try #require(
            RequestDecoder.request(
                in: "POST /a/b?c=d?e HTTP/1.1\r\nHost: localhost:8443\r\nX-API-Key:  k 1\t\r\n"
                    + "Content-Length: 5\r\n\r\nhello"
            )
        )
        #expect(request.method == "POST")
        #expect(request.target == "/a/b?c=d?e")
        #expect(request.path == "/a/b")
        #expect(request.query == "c=d?e")
        #expect(request.authority == "localhost:8443")
        #expect(request.fields.first("x-api-key") == "k 1")
        #expect(request.fields.map(\.name) == ["host", "x-api-key", "content-length"])
        #expect(request.body == Array("hello".utf8))
        #expect(request.version == .http11)
        #expect(keepsAlive)
    }

    @Test("keeps state over pipelined requests in one buffer (RFC 9112 §9.3.2)")
    func pipelines() {
        let text =
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
            + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
            + "HEAD /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /5 HTTP/1.1\r\n"
        let targets = RequestDecoder.outcomes(of: [Array(text.utf8)]).map { outcome in
            guard case .request(_, let target, _, _, _, _, let body, _, let keepsAlive) = outcome
            else { return "\(outcome)" }
            return "\(target) \(String(decoding: body, as: UTF8.self)) \(keepsAlive)"
        }
        #expect(targets == ["/1  true", "/2 abc true", "/3 x true", "/4  false"])
    }

    /// One way to ask for a connection to stay open, and what comes of it.
    struct KeepAlive: CustomTestStringConvertible {
        let version: String
        let connection: String?
        let keepsAlive: Bool

        var testDescription: String { "\(version) \(connection ?? "nothing") → \(keepsAlive)" }
    }

    static let keepAlives = [
        KeepAlive(version: "1.1", connection: nil, keepsAlive: true),
        KeepAlive(version: "1.1", connection: "close", keepsAlive: false),
        KeepAlive(version: "1.1", connection: "TE, Close", keepsAlive: false),
        KeepAlive(version: "1.1", connection: "keep-alive", keepsAlive: true),
        KeepAlive(version: "1.1", connection: "closed", keepsAlive: true),
        KeepAlive(version: "1.0", connection: nil, keepsAlive: false),
        KeepAlive(version: "1.0", connection: "Keep-Alive", keepsAlive: true),
        KeepAlive(version: "1.0", connection: "keep-alive, close", keepsAlive: false),
        KeepAlive(version: "1.7", connection: nil, keepsAlive: true),
    ]

    @Test("decides whether the connection stays open (RFC 9112 §9.3)", arguments: keepAlives)
    func keepsAlive(_ row: KeepAlive) throws {
        let connection = row.connection.map { "Connection: \($0)\r\n" } ?? ""
        let text = "GET / HTTP/\(row.version)\r\nHost: a\r\n\(connection)\r\n"
        let (_, keepsAlive) = try #require(RequestDecoder.request(in: text))
        #expect(keepsAlive == row.keepsAlive)
    }

    /// One target and what it means.
    struct Target: CustomTestStringConvertible {
        let line: String
        let path: String
        let query: String?
        let authority: String

        var testDescription: String { line }
    }

    static let targets = [
        Target(line: "GET /", path: "/", query: nil, authority: "a"),
        Target(line: "GET /x?", path: "/x", query: "", authority: "a"),
        Target(line: "OPTIONS *", path: "*", query: nil, authority: "a"),
        Target(line: "GET http://b:1/x?y", path: "/x", query: "y", authority: "b:1"),
        Target(line: "GET HTTPS://[::1]:8443", path: "/", query: nil, authority: "[::1]:8443"),
        Target(line: "GET http://b?y", path: "/", query: "y", authority: "b"),
        Target(line: "OPTIONS http://b", path: "*", query: nil, authority: "b"),
        Target(line: "OPTIONS http://b/", path: "/", query: nil, authority: "b"),
        Target(line: "GET //x//y", path: "//x//y", query: nil, authority: "a"),
        Target(line: "PROPFIND /%20{|}", path: "/%20{|}", query: nil, authority: "a"),
    ]

    @Test(
        "takes a target apart; an absolute one overrides Host (RFC 9112 §3.2)",
        arguments: targets
    )
    func target(_ row: Target) throws {
        let (request, _) = try #require(
            RequestDecoder.request(in: "\(row.line) HTTP/1.1\r\nHost: a\r\n\r\n")
        )
        #expect(request.path == row.path)
        #expect(request.query == row.query)
        #expect(request.authority == row.authority)
        #expect("\(request.method) \(request.target)" == row.line)
    }

    @Test("needs no Host in HTTP/1.0 (RFC 9112 §3.2)")
    func hostIsOptional() throws {
        let (request, _) = try #require(RequestDecoder.request(in: "GET / HTTP/1.0\r\n\r\n"))
        #expect(request.authority == nil)
        #expect(request.version == .http10)
    }

    @Test("passes over two empty lines before a request (RFC 9112 §2.2)")
    func emptyLines() {
        let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(RequestDecoder.request(in: "\r\n\r\n" + request) != nil)
        #expect(RequestDecoder.refusal(of: "\r\n\r\n\r\n" + request)?.status == 400)
    }

    @Test("removes the chunked coding, passes over extensions and trailers (RFC 9112 §7.1)")
    func chunked() throws {
        let (request, keepsAlive) = try #require(
            RequestDecoder.request(
                in: "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
                    + "5;name=\"value\"\r\nhello\r\n00A ; x\r\n, world!!!\r\n"
                    + "000\r\nDigest: none\r\nHost: b\r\n\r\n"
            )
        )
        #expect(String(decoding: request.body, as: UTF8.self) == "hello, world!!!")
        #expect(request.fields.first("digest") == nil)
        #expect(request.authority == "a")
        #expect(keepsAlive)
    }

    @Test("a value keeps obs-text and inner white space (RFC 9110 §5.5)")
    func values() throws {
        let text = "GET / HTTP/1.1\r\nHost: a\r\nX: \t é \u{1F600}\t b \r\nY:\r\n\r\n"
        let (request, _) = try #require(RequestDecoder.request(in: text))
        #expect(request.fields.first("x") == "é \u{1F600}\t b")
        #expect(request.fields.first("y") == "")
    }

    @Test("asks for the body once, and only while none of it is here (RFC 9110 §10.1.1)")
    func asksToContinue() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"
        var decoder = RequestDecoder()
        decoder.receive(Array(head.utf8))
        #expect(decoder.drain().continues == 1)
        decoder.receive(Array("a".utf8))
        #expect(decoder.drain().continues == 0)
        decoder.receive(Array("b".utf8))
        #expect(decoder.drain().outcomes.count == 1)

        decoder.receive(Array((head + "a").utf8))
        #expect(decoder.drain().continues == 0)

        var old = RequestDecoder()
        old.receive(Array(head.replacing("1.1", with: "1.0").utf8))
        #expect(old.drain().continues == 0)
    }

    @Test("says what it waits for, so that the right deadline runs")
    func tellsDeadlines() {
        var decoder = RequestDecoder()
        #expect(decoder.isIdle && !decoder.isReadingBody)
        decoder.receive(Array("G".utf8))
        _ = decoder.drain()
        #expect(!decoder.isIdle && !decoder.isReadingBody)
        decoder.receive(Array("ET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n".utf8))
        _ = decoder.drain()
        #expect(!decoder.isIdle && decoder.isReadingBody)
        decoder.receive(Array("x".utf8))
        _ = decoder.drain()
        #expect(decoder.isIdle && !decoder.isReadingBody && !decoder.isClosed)
        decoder.receive(Array("\0".utf8))
        _ = decoder.drain()
        #expect(decoder.isClosed)
    }
}
