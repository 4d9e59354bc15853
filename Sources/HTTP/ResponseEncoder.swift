/// Writes responses as HTTP/1.1 bytes (RFC 9112 §4).
package enum ResponseEncoder {
    /// The interim response that asks for the body (RFC 9110 §15.2.1).
    package static let continueBytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends one response.
    ///
    /// Nothing in a response can break the framing: a field whose name is no token is left out, and
    /// control characters are dropped from values, so that no text from a client can add a line.
    ///
    /// - Parameters:
    ///   - response: The response.
    ///   - bytes: Where to append.
    ///   - version: The version of the request.
    ///   - isHead: Whether the request was HEAD: the length is told, the body is not sent.
    ///   - keepsAlive: Whether the connection stays open.
    package static func append(
        _ response: Response,
        to bytes: inout [UInt8],
        version: HTTPVersion,
        isHead: Bool,
        keepsAlive: Bool
    ) {
        let mayHaveBody = mayHaveBody(response.status)
        bytes.reserveCapacity(
            bytes.count + 256 + response.fields.count * 48 + (isHead ? 0 : response.body.count)
        )
        appendFields(of: response, to: &bytes)
        if mayHaveBody {
            append("content-length: ", to: &bytes)
            append(decimal: response.body.count, to: &bytes)
            append("\r\n", to: &bytes)
        }
        appendEnd(to: &bytes, version: version, keepsAlive: keepsAlive)
        if mayHaveBody, !isHead { bytes.append(contentsOf: response.body) }
    }

    /// Appends the head of a response whose body comes bit by bit.
    ///
    /// Over HTTP/1.1 the body is then sent in chunks (RFC 9112 §7.1); to a client of HTTP/1.0,
    /// which knows none, it lasts until the connection closes (RFC 9112 §6.3).
    ///
    /// - Parameters:
    ///   - response: The response; its body is passed over.
    ///   - bytes: Where to append.
    ///   - version: The version of the request.
    ///   - keepsAlive: Whether the connection stays open; to be false with HTTP/1.0.
    package static func appendHead(
        _ response: Response,
        to bytes: inout [UInt8],
        version: HTTPVersion,
        keepsAlive: Bool
    ) {
        appendFields(of: response, to: &bytes)
        if version != .http10, mayHaveBody(response.status) {
            append("transfer-encoding: chunked\r\n", to: &bytes)
        }
        appendEnd(to: &bytes, version: version, keepsAlive: keepsAlive)
    }

    /// Appends one chunk (RFC 9112 §7.1).
    ///
    /// - Parameters:
    ///   - part: What it carries; nothing is appended for an empty part, which would end the body.
    ///   - bytes: Where to append.
    package static func appendChunk(_ part: [UInt8], to bytes: inout [UInt8]) {
        guard !part.isEmpty else { return }
        bytes.append(contentsOf: String(part.count, radix: 16).utf8)
        append("\r\n", to: &bytes)
        bytes.append(contentsOf: part)
        append("\r\n", to: &bytes)
    }

    /// The chunk that ends a body, without trailers.
    package static let lastChunk = Array("0\r\n\r\n".utf8)

    /// Appends the status line and the fields that the response brings.
    private static func appendFields(of response: Response, to bytes: inout [UInt8]) {
        // RFC 9110 §2.5: the status line names our version, whatever the request's was.
        append("HTTP/1.1 ", to: &bytes)
        append(decimal: response.status, to: &bytes)
        bytes.append(0x20)
        append(reasonPhrase(response.status), to: &bytes)
        append("\r\n", to: &bytes)
        for field in response.fields where !isOwnedByTransport(field.name) {
            append(field, to: &bytes)
        }
    }

    /// Appends what becomes of the connection, and the end of the head.
    private static func appendEnd(
        to bytes: inout [UInt8],
        version: HTTPVersion,
        keepsAlive: Bool
    ) {
        if !keepsAlive {
            append("connection: close\r\n", to: &bytes)
        } else if version == .http10 {
            append("connection: keep-alive\r\n", to: &bytes)
        }
        append("\r\n", to: &bytes)
    }

    /// Whether a response of a status has a body and a length.
    ///
    /// RFC 9110 §8.6 forbids a length with 1xx and 204; with 304 it would be another answer's.
    ///
    /// - Parameter status: The status code.
    /// - Returns: Whether the body is sent.
    package static func mayHaveBody(_ status: Int) -> Bool {
        status >= 200 && status != 204 && status != 304
    }

    /// Whether a field says how bytes move, which only the transport knows (RFC 9110 §7.6.1).
    ///
    /// - Parameter name: The name in lower case.
    /// - Returns: Whether the field must not be taken from a response.
    package static func isOwnedByTransport(_ name: String) -> Bool {
        switch name.utf8.count {
        case 7: name == "upgrade" || name == "trailer"
        case 10: name == "connection" || name == "keep-alive"
        case 14: name == "content-length"
        case 16: name == "proxy-connection"
        case 17: name == "transfer-encoding"
        default: false
        }
    }

    /// A value without control characters: what can be sent over any version.
    ///
    /// - Parameter value: The value.
    /// - Returns: The value, or what is left of it.
    package static func sanitized(_ value: String) -> String {
        guard value.utf8.contains(where: { !ByteClass.isFieldContent($0) }) else { return value }
        return String(decoding: value.utf8.filter(ByteClass.isFieldContent), as: UTF8.self)
    }

    private static func append(_ field: Fields.Field, to bytes: inout [UInt8]) {
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(ByteClass.isToken) else { return }
        bytes.append(contentsOf: field.name.utf8)
        append(": ", to: &bytes)
        if field.value.utf8.allSatisfy(ByteClass.isFieldContent) {
            bytes.append(contentsOf: field.value.utf8)
        } else {
            bytes.append(contentsOf: field.value.utf8.lazy.filter(ByteClass.isFieldContent))
        }
        append("\r\n", to: &bytes)
    }

    private static func append(_ text: StaticString, to bytes: inout [UInt8]) {
        unsafe bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        )
    }

    private static func append(decimal number: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: String(number).utf8)
    }
}

extension ResponseEncoder {
    /// The phrase for a status code (RFC 9110 §15, RFC 6585); empty for an unknown one.
    ///
    /// - Parameter status: The status code.
    /// - Returns: The phrase.
    package static func reasonPhrase(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400...499: clientErrorPhrase(status)
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }

    private static func clientErrorPhrase(_ status: Int) -> StaticString {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        default: ""
        }
    }
}
