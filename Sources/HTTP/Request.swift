/// The version of HTTP that a message came in, and its answer goes out.
package enum HTTPVersion: Sendable, Hashable {
    /// HTTP/1.0: connections close unless both sides say otherwise.
    case http10

    /// HTTP/1.1, and any later minor version of it (RFC 9110 §2.5).
    case http11

    /// HTTP/2.
    case http2
}

/// One complete request: its head is valid and its body is all there.
package struct Request: Sendable {
    /// The method as sent; methods are case-sensitive (RFC 9110 §9.1).
    package var method: String

    /// The request target exactly as sent (`:path` in HTTP/2).
    package var target: String

    /// The path, still percent-encoded, before any `?`; `*` for `OPTIONS *`.
    package var path: String

    /// What follows the first `?`, still encoded; nil when there is no `?`.
    package var query: String?

    /// The host and port asked for, as sent: from the absolute form of the target, else from
    /// `:authority` or `Host`; nil only in HTTP/1.0.
    package var authority: String?

    /// The header fields, `host` among them where it was sent; trailers are not kept.
    package var fields: Fields

    /// The body, with any transfer coding removed.
    package var body: [UInt8]

    /// The version the request came in.
    package var version: HTTPVersion

    /// Makes a request from its parts and splits the target into path and query.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: A target in origin form (`/path?query`) or `*`.
    ///   - authority: The host and port asked for.
    ///   - fields: The header fields.
    ///   - body: The body.
    ///   - version: The version.
    package init(
        method: String,
        target: String,
        authority: String? = nil,
        fields: Fields = Fields(),
        body: [UInt8] = [],
        version: HTTPVersion = .http11
    ) {
        self.method = method
        self.target = target
        self.authority = authority
        self.fields = fields
        self.body = body
        self.version = version
        (path, query) = Self.split(target)
    }

    /// Splits a target in origin form at its first question mark.
    static func split(_ target: String) -> (path: String, query: String?) {
        let text = target.utf8
        guard let mark = text.firstIndex(of: UInt8(ascii: "?")) else { return (target, nil) }
        return (String(target[..<mark]), String(target[text.index(after: mark)...]))
    }
}
