package import HTTP
internal import OpenSSLBridge

/// Who may speak to the control listener at all.
///
/// It stands open in a test network on purpose, and so it must not be a web page that speaks: not
/// one of another site, and not one whose own name was made to lead here (DNS rebinding). Browsers
/// say honestly who asks, in `Host`, `Origin` and `Sec-Fetch-Site`.
package struct ControlGuard: Sendable {
    /// What may stand at the end of a name that is not public.
    static let localSuffixes = ["localhost", "internal", "local", "test", "svc"]

    /// Paths that answer without the token: probes have none, and certificates are public.
    static let openPaths: Set<String> = [
        "/livez", "/readyz", "/ca.pem", "/ca.crt", "/client-ca.pem",
    ]

    private let names: [String]
    private let publicOrigin: String?
    private let token: BearerToken?

    /// Decides who may speak.
    ///
    /// - Parameters:
    ///   - names: Further names that the listener is called by.
    ///   - publicURL: The address by which clients call it from elsewhere; nil without one.
    ///   - token: What every request must present; nil demands none.
    package init(names: [String] = [], publicURL: String? = nil, token: BearerToken? = nil) {
        let origin = publicURL?.lowercased() ?? ""
        publicOrigin = publicURL == nil ? nil : origin
        let authority = origin.firstRange(of: "://").map { String(origin[$0.upperBound...]) }
        let publicHost = authority.flatMap { Authority.parse($0)?.host }
        self.names = names.map { $0.lowercased() } + [publicHost].compactMap(\.self)
        self.token = token
    }

    /// Looks at a request before anything of it takes effect.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - isForPage: Whether a page for browsers answers it: forms are sent there, links from
    ///     elsewhere lead there, and browsers ask their user for the token.
    /// - Returns: The refusal; nil when the request may pass.
    func refusal(of request: Request, isForPage: Bool = false) -> Response? {
        unknownHost(of: request) ?? foreignPage(of: request, isForPage)
            ?? missingToken(of: request, isForPage) ?? unfitContent(of: request, isForPage)
    }

    /// Adds to an answer what keeps pages and caches from making more of it than it is.
    ///
    /// - Parameter response: An answer of the control listener.
    package static func protect(_ response: inout Response) {
        // Pages are protected already, and better.
        guard response.fields.first("content-security-policy") == nil else { return }
        response.fields.set("x-content-type-options", "nosniff")
        response.fields.set("cache-control", "no-store")
        response.fields.set("cross-origin-resource-policy", "same-origin")
    }
}

// Each rule by itself, in the order in which they are applied.
extension ControlGuard {
    private func unknownHost(of request: Request) -> Response? {
        // Only HTTP/1.0 comes without a name, and no browser speaks that.
        guard let text = request.authority else { return nil }
        if let host = Authority.parse(text)?.host, isKnown(host) { return nil }
        return ControlAPI.refusal(
            421,
            "the control listener is not known as \(text): call it by an IP address, a name "
                + "without a dot or one that ends in "
                + Self.localSuffixes.joined(separator: ", ") + ", or admit its name with --names"
        )
    }

    private func isKnown(_ host: String) -> Bool {
        // RFC 1034 section 3.1: a final dot says that the name is complete.
        let name = host.last == "." ? String(host.dropLast()) : host
        guard name.contains("."), !name.contains(":"), !Self.isIPv4(name) else {
            return !name.isEmpty
        }
        return (Self.localSuffixes + names).contains { name == $0 || name.hasSuffix("." + $0) }
    }

    private static func isIPv4(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) }
                    && (Int(part) ?? 256) <= 255
            }
    }

    private func foreignPage(of request: Request, _ isForPage: Bool) -> Response? {
        let origins = request.fields.all("origin")
        guard origins.allSatisfy({ isOwn($0, request) }) else {
            return ControlAPI.refusal(
                403,
                "a page of the origin \(origins.joined(separator: ", ")) may not speak to the "
                    + "control listener: open the listener's own address, or let a program "
                    + "without a browser send the request; behind a proxy give "
                    + "--public-control-url"
            )
        }
        // A page does nothing when it is only asked for, and no other can show it in a frame.
        if isForPage, request.method == "GET",
            request.fields.all("sec-fetch-mode") == ["navigate"],
            request.fields.all("sec-fetch-dest") == ["document"]
        {
            return nil
        }
        let sites = request.fields.all("sec-fetch-site")
        guard sites.allSatisfy({ ["same-origin", "none"].contains($0.lowercased()) }) else {
            return ControlAPI.refusal(
                403,
                "a page of another site sent this (Sec-Fetch-Site: "
                    + "\(sites.joined(separator: ", "))): type the address into the browser, or "
                    + "let a program without a browser send the request"
            )
        }
        return nil
    }

    /// Whether an origin is this listener, as the browser that asks calls it.
    private func isOwn(_ origin: String, _ request: Request) -> Bool {
        let origin = origin.lowercased()
        if origin == publicOrigin { return true }
        guard let authority = request.authority?.lowercased() else { return false }
        // RFC 6454 section 6.2: an origin leaves out the port that its scheme implies.
        let host = authority.hasSuffix(":80") ? String(authority.dropLast(3)) : authority
        return origin == "http://" + host
    }

    private func missingToken(of request: Request, _ isForPage: Bool) -> Response? {
        guard let token, !Self.openPaths.contains(request.path) else { return nil }
        let presented = request.fields.all("authorization")
        let words = presented.count == 1 ? presented[0].split(separator: " ", maxSplits: 1) : []
        if words.count == 2, words[0].lowercased() == "bearer", token.matches(words[1].utf8) {
            return nil
        }
        // What a browser's own dialog sends (RFC 7617): any name, and the token as the password.
        if words.count == 2, words[0].lowercased() == "basic",
            let pair = Base64.decode(Array(words[1].utf8)),
            let colon = pair.firstIndex(of: UInt8(ascii: ":")),
            token.matches(pair[(colon + 1)...])
        {
            return nil
        }
        let problem = presented.isEmpty ? "needs a token" : "was given another token than its own"
        var response = ControlAPI.refusal(
            401,
            "the control listener \(problem): send Authorization: Bearer TOKEN with the token of "
                + "--control-token or --control-token-file"
        )
        // RFC 6750 section 3: an error is named only where a token was sent.
        let error = presented.isEmpty ? "" : #", error="invalid_token""#
        response.fields.set(
            "www-authenticate",
            isForPage
                ? #"Basic realm="mock-digicert-one: any name, and the control token", "#
                    + #"charset="UTF-8""#
                : #"Bearer realm="mock-digicert-one control""# + error
        )
        return response
    }

    /// A form of another site can send every type but these without asking first.
    private func unfitContent(of request: Request, _ isForPage: Bool) -> Response? {
        guard !["GET", "HEAD", "OPTIONS"].contains(request.method) else { return nil }
        let types = request.fields.all("content-type")
        // No page sends a method but POST to another site unasked (Fetch standard, CORS-safelisted
        // methods), and what is not there has no type.
        if types.isEmpty, request.body.isEmpty, request.method != "POST" { return nil }
        let type = types.first?.split(separator: ";", maxSplits: 1).first.map(String.init) ?? ""
        let essence = type.split(separator: " ").joined().lowercased()
        // Who may send a form is said by its origin: foreignPage(of:_:) has looked at that.
        if isForPage, types.count == 1, essence == "application/x-www-form-urlencoded" {
            return nil
        }
        let isFile = request.method == "PUT" && request.path.hasSuffix("/file")
        let known = ["application/json"] + (isFile ? [SnapshotRoutes.mediaType] : [])
        guard types.count != 1 || !known.contains(essence) else { return nil }
        return ControlAPI.refusal(
            415,
            "\(request.method) needs Content-Type: application/json, and this request "
                + (types.isEmpty ? "names none" : "has \(types.joined(separator: ", "))")
        )
    }
}
