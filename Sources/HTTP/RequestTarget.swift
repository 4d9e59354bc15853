/// The target of a request in one of its forms (RFC 9112 §3.2).
struct RequestTarget: Sendable {
    /// The target exactly as sent.
    private(set) var text = ""

    /// The authority of an absolute form, which overrides `Host` (RFC 9112 §3.2.2).
    private(set) var authority: String?

    /// The target in origin form: path and query, or `*`.
    private(set) var originForm = ""

    /// Reads a target.
    static func read(_ bytes: Span<UInt8>, method: String) throws(Refusal) -> RequestTarget {
        for index in 0..<bytes.count {
            guard ByteClass.isTarget(bytes[index]) else {
                throw .badRequest("The target holds a forbidden character (RFC 9112 §3.2).")
            }
        }
        guard bytes.count > 0 else {
            throw .badRequest("The request line names no target (RFC 9112 §3).")
        }
        guard method != "CONNECT" else {
            throw .badRequest("CONNECT is for proxies; this is an origin server (RFC 9110 §9.3.6).")
        }
        var target = RequestTarget()
        target.text = bytes.text(0..<bytes.count)
        if bytes[0] == UInt8(ascii: "/") {
            target.originForm = target.text
        } else if bytes.count == 1, bytes[0] == UInt8(ascii: "*") {
            guard method == "OPTIONS" else {
                throw .badRequest("The target * belongs to OPTIONS alone (RFC 9112 §3.2.4).")
            }
            target.originForm = target.text
        } else {
            try target.readAbsoluteForm(bytes, method: method)
        }
        return target
    }

    /// Reads `http://authority/path?query` (RFC 9112 §3.2.2).
    private mutating func readAbsoluteForm(
        _ bytes: Span<UInt8>,
        method: String
    ) throws(Refusal) {
        let start: Int
        if bytes.hasPrefix("http://", at: 0, ignoringCase: true) {
            start = 7
        } else if bytes.hasPrefix("https://", at: 0, ignoringCase: true) {
            start = 8
        } else {
            throw .badRequest("The target is neither a path nor an http URI (RFC 9112 §3.2).")
        }
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") {
            end += 1
        }
        guard Authority.isValid(bytes.extracting(start..<end)) else {
            throw .badRequest("The target's authority is no host and port (RFC 9110 §4.2).")
        }
        authority = bytes.text(start..<end)
        let rest = bytes.text(end..<bytes.count)
        if rest.isEmpty {
            // RFC 9112 §3.2.4: a proxy sends `OPTIONS *` as an absolute form without a path.
            originForm = method == "OPTIONS" ? "*" : "/"
        } else {
            originForm = rest.utf8.first == UInt8(ascii: "/") ? rest : "/" + rest
        }
    }
}
