import Testing

@testable import HTTP

@Suite("HTTPLimits")
struct HTTPLimitsTests {
    /// Says how a message of a given size is answered: nil when it is taken.
    private func status(_ text: String, _ limits: HTTPLimits) -> Int? {
        let whole = RequestDecoder.refusal(of: text, limits: limits)?.status
        let bytewise = RequestDecoder.outcomes(of: text.utf8.map { [$0] }, limits: limits)
        if case .refusal(let status, _)? = bytewise.last { #expect(status == whole) }
        return whole
    }

    @Test("targetBytesMax: more is refused with 414", arguments: [-1, 0, 1])
    func target(over: Int) {
        let limits = HTTPLimits(targetBytesMax: 50)
        let target = "/" + String(repeating: "a", count: 49 + over)
        let text = "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(status(text, limits) == (over > 0 ? 414 : nil))
    }

    @Test("a request line without end is refused with 414")
    func endlessRequestLine() {
        let text = "GET /" + String(repeating: "a", count: 9000)
        #expect(status(text, HTTPLimits()) == 414)
    }

    @Test("headerBytesMax: more is refused with 431", arguments: [-1, 0, 1])
    func headerBytes(over: Int) {
        let limits = HTTPLimits(headerBytesMax: 100)
        // "Host: a" and its line end are 9 bytes, "X: " and its line end 5, the empty line 2.
        let text = "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "v", count: 84 + over)
        #expect(status(text + "\r\n\r\n", limits) == (over > 0 ? 431 : nil))
    }

    @Test("a field line without end is refused with 431")
    func endlessField() {
        let text = "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "v", count: 17_000)
        #expect(status(text, HTTPLimits()) == 431)
    }

    @Test("headerCountMax: more is refused with 431", arguments: [-1, 0, 1])
    func headerCount(over: Int) {
        let limits = HTTPLimits(headerCountMax: 5)
        let fields = String(repeating: "X: v\r\n", count: 4 + over)
        let text = "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
        #expect(status(text, limits) == (over > 0 ? 431 : nil))
    }

    @Test("the trailer section has the limits of the header section", arguments: [0, 1])
    func trailers(over: Int) {
        let limits = HTTPLimits(headerCountMax: 5)
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
        let trailers = String(repeating: "X: v\r\n", count: 5 + over)
        #expect(status(head + trailers + "\r\n", limits) == (over > 0 ? 431 : nil))
    }

    @Test(
        "bodyBytesMax: a length beyond it is refused with 413 before reading",
        arguments: [-1, 0, 1]
    )
    func length(over: Int) {
        let limits = HTTPLimits(bodyBytesMax: 10)
        let text = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(10 + over)\r\n\r\n"
        #expect(status(text, limits) == (over > 0 ? 413 : nil))
    }

    @Test(
        "bodyBytesMax: chunks beyond it are refused with 413 before reading",
        arguments: [-1, 0, 1]
    )
    func chunks(over: Int) {
        let limits = HTTPLimits(bodyBytesMax: 10)
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let text = head + "6\r\nabcdef\r\n\(4 + over)\r\n"
        #expect(status(text, limits) == (over > 0 ? 413 : nil))
    }

    @Test("chunkExtensionBytesMax: more is refused with 400", arguments: [-1, 0, 1])
    func extensions(over: Int) {
        let limits = HTTPLimits(chunkExtensionBytesMax: 20)
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let rest = String(repeating: "b", count: 9 + over)
        let text = head + "1;aaaaaaaaa\r\nx\r\n1;\(rest)\r\n"
        #expect(status(text, limits) == (over > 0 ? 400 : nil))
    }

    @Test("each request of a connection has the whole of every limit")
    func limitsPerRequest() {
        let limits = HTTPLimits(
            targetBytesMax: 1,
            headerBytesMax: 39,
            headerCountMax: 2,
            bodyBytesMax: 1,
            chunkExtensionBytesMax: 2
        )
        let request =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "1;x\r\na\r\n0\r\n\r\n"
        let text = String(repeating: request, count: 3)
        #expect(status(text, limits) == nil)
        #expect(RequestDecoder.outcomes(of: [Array(text.utf8)], limits: limits).count == 3)
    }
}
