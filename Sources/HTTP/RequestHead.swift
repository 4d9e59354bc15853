/// The head of a request while its lines are being read, and what they say about the body.
///
/// Each line is judged as soon as it is complete, so that a bad one is refused at once and the
/// answer does not depend on how the bytes were cut into packets.
struct RequestHead: Sendable {
    /// How the body is delimited (RFC 9112 §6.3).
    enum Framing: Sendable, Hashable {
        case none
        case length(Int)
        case chunked
    }

    private(set) var method = ""
    private(set) var version = HTTPVersion.http11
    private(set) var fields = Fields()
    private var target = RequestTarget()

    private var host: String?
    private var contentLength: Int?
    private var transferCodings: [String] = []
    private var hasTransferEncoding = false
    private var saysClose = false
    private var saysKeepAlive = false
    private var expectsContinue = false
    private var expectsUnknown = false

    init() {
        fields.reserveCapacity(12)
    }

    /// Whether the connection stays open after the answer (RFC 9112 §9.3).
    var keepsAlive: Bool {
        switch version {
        case .http10: saysKeepAlive && !saysClose
        case .http11, .http2: !saysClose
        }
    }

    /// Whether the client waits for `100 Continue`; RFC 9110 §10.1.1: in HTTP/1.0 it is ignored.
    var wantsContinue: Bool { expectsContinue && version == .http11 }

    /// Makes the request once its body is there.
    func request(body: [UInt8]) -> Request {
        var request = Request(
            method: method,
            target: target.text,
            authority: target.authority ?? host,
            fields: fields,
            body: body,
            version: version
        )
        if target.authority != nil {
            (request.path, request.query) = Request.split(target.originForm)
        }
        return request
    }
}

extension RequestHead {
    /// Reads `method SP request-target SP HTTP-version` (RFC 9112 §3).
    mutating func readRequestLine(_ line: Span<UInt8>, limits: HTTPLimits) throws(Refusal) {
        var index = 0
        while index < line.count, ByteClass.isToken(line[index]) { index += 1 }
        guard index > 0, index < line.count, line[index] == 0x20 else {
            throw .badRequest("The request line does not begin with a method (RFC 9112 §3).")
        }
        method = line.text(0..<index)
        let targetStart = index + 1
        index = targetStart
        while index < line.count, line[index] != 0x20 { index += 1 }
        let targetRange = targetStart..<index
        guard index < line.count else {
            throw .badRequest("The request line names no version (RFC 9112 §3).")
        }
        version = try Self.version(line, from: index + 1)
        guard targetRange.count <= limits.targetBytesMax else {
            throw .targetTooLong(limits)
        }
        target = try RequestTarget.read(line.extracting(targetRange), method: method)
    }

    /// Reads `HTTP/1.x`; a later minor version is treated as 1.1 (RFC 9110 §2.5).
    private static func version(
        _ line: Span<UInt8>,
        from start: Int
    ) throws(Refusal) -> HTTPVersion {
        let prefix: StaticString = "HTTP/"
        guard
            line.count - start == 8,
            line.hasPrefix(prefix, at: start),
            let major = ByteClass.decimal(line[start + 5]),
            line[start + 6] == UInt8(ascii: "."),
            let minor = ByteClass.decimal(line[start + 7])
        else {
            throw .badRequest("The request line does not end with a version (RFC 9112 §2.3).")
        }
        guard major == 1 else {
            throw Refusal(
                status: 505,
                message: "HTTP/\(major).\(minor) is not spoken here (RFC 9110 §15.6.6)."
            )
        }
        return minor == 0 ? .http10 : .http11
    }

    /// Reads one field line of the header section and notes what it says about the message.
    mutating func readField(_ line: Span<UInt8>) throws(Refusal) {
        let (name, value) = try Self.field(line)
        // The length decides first: it costs nothing and rules nearly everything out.
        switch name.utf8.count {
        case 4 where name == "host":
            try noteHost(line, value)
        case 6 where name == "expect":
            noteExpectation(line, value)
        case 10 where name == "connection":
            noteConnection(line, value)
        case 14 where name == "content-length":
            try noteLength(line, value)
        case 17 where name == "transfer-encoding":
            try noteTransferEncoding(line, value)
        default:
            break
        }
        fields.append(lowercase: name, line.text(value))
    }

    /// Reads one field line of the trailer section; it must be well-formed, and is not kept:
    /// RFC 9110 §6.5.1 forbids merging trailers into the header without knowing each field.
    static func checkTrailer(_ line: Span<UInt8>) throws(Refusal) {
        _ = try field(line)
    }

    /// Splits `name ":" OWS value OWS` (RFC 9112 §5).
    private static func field(
        _ line: Span<UInt8>
    ) throws(Refusal) -> (name: String, value: Range<Int>) {
        var index = 0
        while index < line.count, ByteClass.isToken(line[index]) { index += 1 }
        guard index > 0, index < line.count, line[index] == UInt8(ascii: ":") else {
            throw badName(line, at: index)
        }
        let value = line.trimmed((index + 1)..<line.count)
        for position in value {
            guard ByteClass.isFieldContent(line[position]) else {
                throw .badRequest("A field value holds a control character (RFC 9110 §5.5).")
            }
        }
        return (line.lowercasedText(0..<index), value)
    }

    private static func badName(_ line: Span<UInt8>, at index: Int) -> Refusal {
        guard index < line.count else {
            return .badRequest("A field line has no colon (RFC 9112 §5).")
        }
        guard ByteClass.isWhiteSpace(line[index]) else {
            return .badRequest("A field name holds a forbidden character (RFC 9110 §5.1).")
        }
        return index == 0
            ? .badRequest("A field line is folded (RFC 9112 §5.2).")
            : .badRequest("White space stands before the colon of a field (RFC 9112 §5.1).")
    }
}

extension RequestHead {
    private mutating func noteHost(
        _ line: Span<UInt8>,
        _ value: Range<Int>
    ) throws(Refusal) {
        guard host == nil else {
            throw .badRequest("There is more than one Host field (RFC 9112 §3.2).")
        }
        guard Authority.isValid(line.extracting(value)) else {
            throw .badRequest("The Host field is no host and port (RFC 9112 §3.2).")
        }
        host = line.text(value)
    }

    private mutating func noteLength(
        _ line: Span<UInt8>,
        _ value: Range<Int>
    ) throws(Refusal) {
        // RFC 9112 §6.3 lets equal lengths pass as one; ambiguity is refused here all the same.
        guard contentLength == nil else {
            throw .badRequest("There is more than one Content-Length (RFC 9112 §6.3).")
        }
        guard !value.isEmpty else {
            throw .badRequest("The Content-Length is empty (RFC 9110 §8.6).")
        }
        var length = 0
        for index in value {
            guard let digit = ByteClass.decimal(line[index]) else {
                throw .badRequest("The Content-Length is no decimal number (RFC 9110 §8.6).")
            }
            let (product, overflows) = length.multipliedReportingOverflow(by: 10)
            let (sum, overflowsAgain) = product.addingReportingOverflow(digit)
            guard !overflows, !overflowsAgain else {
                throw .badRequest("The Content-Length is beyond any number (RFC 9110 §8.6).")
            }
            length = sum
        }
        contentLength = length
    }

    private mutating func noteTransferEncoding(
        _ line: Span<UInt8>,
        _ value: Range<Int>
    ) throws(Refusal) {
        hasTransferEncoding = true
        try line.forEachListElement(value) { (element) throws(Refusal) in
            for index in element {
                guard ByteClass.isToken(line[index]) else {
                    throw .badRequest("The Transfer-Encoding is no list of names (RFC 9112 §6.1).")
                }
            }
            transferCodings.append(line.lowercasedText(element))
        }
    }

    private mutating func noteConnection(_ line: Span<UInt8>, _ value: Range<Int>) {
        line.forEachListElement(value) { element in
            switch line.lowercasedText(element) {
            case "close": saysClose = true
            case "keep-alive": saysKeepAlive = true
            default: break
            }
        }
    }

    private mutating func noteExpectation(_ line: Span<UInt8>, _ value: Range<Int>) {
        line.forEachListElement(value) { element in
            if line.lowercasedText(element) == "100-continue" {
                expectsContinue = true
            } else {
                expectsUnknown = true
            }
        }
    }
}

extension RequestHead {
    /// Judges the complete header section.
    ///
    /// - Returns: How the body is delimited.
    func finish(limits: HTTPLimits) throws(Refusal) -> Framing {
        guard host != nil || version == .http10 else {
            throw .badRequest("There is no Host field (RFC 9112 §3.2).")
        }
        let framing = try framing()
        guard !expectsUnknown || version == .http10 else {
            throw Refusal(
                status: 417,
                message: "Only the expectation 100-continue can be met (RFC 9110 §10.1.1)."
            )
        }
        if case .length(let length) = framing, length > limits.bodyBytesMax {
            throw .bodyTooLarge(limits)
        }
        return framing
    }

    /// Decides by RFC 9112 §6.3; where two readings are possible, the message is refused.
    private func framing() throws(Refusal) -> Framing {
        guard hasTransferEncoding else {
            guard let contentLength, contentLength > 0 else { return .none }
            return .length(contentLength)
        }
        guard contentLength == nil else {
            throw .badRequest(
                "There is both a Content-Length and a Transfer-Encoding (RFC 9112 §6.3)."
            )
        }
        guard version != .http10 else {
            throw .badRequest("HTTP/1.0 has no Transfer-Encoding (RFC 9112 §6.1).")
        }
        guard let last = transferCodings.last else {
            throw .badRequest("The Transfer-Encoding is empty (RFC 9112 §6.1).")
        }
        guard !transferCodings.dropLast().contains("chunked") else {
            throw .badRequest("The coding chunked is not the last, or not alone (RFC 9112 §6.1).")
        }
        guard transferCodings.count == 1, last == "chunked" else {
            throw Refusal(
                status: 501,
                message: "Only the transfer coding chunked is known here (RFC 9112 §6.1)."
            )
        }
        return .chunked
    }
}
