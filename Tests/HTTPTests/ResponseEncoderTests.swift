import Testing

@testable import HTTP

@Suite("ResponseEncoder")
struct ResponseEncoderTests {
    private func encode(
        _ response: Response,
        version: HTTPVersion = .http11,
        isHead: Bool = false,
        keepsAlive: Bool = true
    ) -> String {
        var bytes = Array("|".utf8)
        ResponseEncoder.append(
            response,
            to: &bytes,
            version: version,
            isHead: isHead,
            keepsAlive: keepsAlive
        )
        return String(decoding: bytes.dropFirst(), as: UTF8.self)
    }

    @Test("writes status line, fields in order, length and body (RFC 9112 §4)")
    func encodes() {
        let response = Response(
            status: 200,
            fields: ["Content-Type": "application/json", "x-a": "1", "x-a": "2"],
            body: Array("{}".utf8),
            reason: "secret",
            principal: "secret"
        )
        #expect(
            encode(response)
                == "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-a: 1\r\nx-a: 2\r\n"
                + "content-length: 2\r\n\r\n{}"
        )
    }

    /// A head whose body comes bit by bit, and what is sent.
    struct Head: CustomTestStringConvertible {
        let version: HTTPVersion
        let status: Int
        let keepsAlive: Bool
        let fields: String

        var testDescription: String { "\(version) \(status)" }
    }

    @Test(
        "a body that comes bit by bit is chunked, or lasts to the end (RFC 9112 §6.3, §7.1)",
        arguments: [
            Head(
                version: .http11,
                status: 200,
                keepsAlive: true,
                fields: "transfer-encoding: chunked\r\n"
            ),
            Head(
                version: .http11,
                status: 200,
                keepsAlive: false,
                fields: "transfer-encoding: chunked\r\nconnection: close\r\n"
            ),
            Head(
                version: .http10,
                status: 200,
                keepsAlive: false,
                fields: "connection: close\r\n"
            ),
            Head(version: .http11, status: 204, keepsAlive: true, fields: ""),
        ]
    )
    func heads(_ head: Head) {
        var bytes: [UInt8] = []
        ResponseEncoder.appendHead(
            Response(status: head.status, fields: ["a": "b", "content-length": "7"], body: [1]),
            to: &bytes,
            version: head.version,
            keepsAlive: head.keepsAlive
        )
        let phrase = head.status == 200 ? "OK" : "No Content"
        let expected = "HTTP/1.1 \(head.status) \(phrase)\r\na: b\r\n\(head.fields)\r\n"
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test("a chunk tells its length in hexadecimal digits (RFC 9112 §7.1)")
    func chunks() {
        var bytes: [UInt8] = []
        ResponseEncoder.appendChunk([UInt8](repeating: 65, count: 26), to: &bytes)
        ResponseEncoder.appendChunk([], to: &bytes)
        bytes += ResponseEncoder.lastChunk
        let expected = "1a\r\n\(String(repeating: "A", count: 26))\r\n0\r\n\r\n"
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    /// One status and whether it has a length.
    static let lengths: [(status: Int, hasLength: Bool)] = [
        (200, true), (201, true), (204, false), (205, true), (304, false), (400, true), (599, true),
    ]

    @Test("always tells the length, but not with 204 and 304 (RFC 9110 §8.6)", arguments: lengths)
    func length(status: Int, hasLength: Bool) {
        let text = encode(Response(status: status))
        #expect(text.contains("content-length: 0\r\n") == hasLength)
        let withBody = encode(Response(status: status, body: Array("body".utf8)))
        #expect(withBody.hasSuffix("\r\n\r\nbody") == hasLength)
    }

    @Test("tells HEAD the length and sends no body (RFC 9110 §9.3.2)")
    func head() {
        let text = encode(Response(status: 200, body: Array("body".utf8)), isHead: true)
        #expect(text.hasSuffix("content-length: 4\r\n\r\n"))
    }

    @Test("says close when the connection closes, keep-alive to HTTP/1.0 (RFC 9112 §9.3)")
    func connection() {
        let response = Response(status: 200)
        #expect(!encode(response).contains("connection"))
        #expect(encode(response, keepsAlive: false).contains("\r\nconnection: close\r\n"))
        #expect(encode(response, version: .http10).contains("\r\nconnection: keep-alive\r\n"))
        let closing = encode(response, version: .http10, keepsAlive: false)
        #expect(closing.hasPrefix("HTTP/1.1 200"))
        #expect(closing.contains("\r\nconnection: close\r\n"))
    }

    @Test("leaves the fields of the transport to the transport (RFC 9110 §7.6.1)")
    func transportFields() {
        let response = Response(
            status: 200,
            fields: [
                "Content-Length": "9", "Transfer-Encoding": "chunked", "Connection": "upgrade",
                "Keep-Alive": "timeout=5", "Upgrade": "h2c", "Trailer": "x",
                "Proxy-Connection": "close",
            ]
        )
        #expect(encode(response) == "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
    }

    @Test("no text can add a line: controls are dropped, bad names left out (RFC 9110 §5.5)")
    func sanitizes() {
        let response = Response(
            status: 200,
            fields: ["x": "a\r\nset-cookie: b\0", "y z": "1", "": "2", "w": "é\t1"]
        )
        #expect(
            encode(response)
                == "HTTP/1.1 200 OK\r\nx: aset-cookie: b\r\nw: é\t1\r\ncontent-length: 0\r\n\r\n"
        )
        #expect(ResponseEncoder.sanitized("a\r\nb") == "ab")
        #expect(ResponseEncoder.sanitized("é b") == "é b")
    }

    @Test("an unknown status has no phrase, and the space before it stays (RFC 9112 §4)")
    func phrase() {
        #expect(encode(Response(status: 499)).hasPrefix("HTTP/1.1 499 \r\n"))
        #expect(encode(Response(status: 421)).hasPrefix("HTTP/1.1 421 Misdirected Request\r\n"))
    }
}
