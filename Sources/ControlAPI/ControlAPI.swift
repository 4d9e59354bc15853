package import HTTP

/// What tests and probes ask on the control listener: one table of routes.
package struct ControlAPI: Sendable {
    private typealias Handler = @Sendable (ControlAPI, Request) -> Reply

    /// One row per route, with the line that the index prints about it.
    private static let routes: [(pattern: String, summary: String, handler: Handler)] = [
        ("/", "this text", { .now($0.index($1)) }),
        ("/ca.pem", "what clients of this server must trust", { api, _ in .now(api.trustFile()) }),
        ("/ca.crt", "the same for browsers to import", { api, _ in .now(api.browserFile()) }),
        ("/client-ca.pem", "what verifies client certificates", { api, _ in api.clientCA() }),
        ("/livez", "200 while the process runs", { api, _ in .now(api.live()) }),
        ("/readyz", "200 while every listener accepts, else 503", { api, _ in .now(api.readyz()) }),
        ("/ready", "the ready JSON: addresses, trust file, process", { .now($0.ready($1)) }),
    ]

    private static let table = RouteTable<Handler>(
        routes.map { Route("GET", $0.pattern, $0.handler) }
    )

    private let trust: TrustMaterial
    private let readiness: Readiness
    private let settings: SettingsRoute?
    private let access: ControlGuard

    /// Makes the control plane of one process.
    ///
    /// - Parameters:
    ///   - trust: What the routes about certificates answer with.
    ///   - readiness: What the composition says about itself.
    ///   - settings: The settings of the world; nil where there is none.
    ///   - access: Who may ask.
    package init(
        trust: TrustMaterial,
        readiness: Readiness,
        settings: SettingsRoute? = nil,
        access: ControlGuard = ControlGuard()
    ) {
        self.trust = trust
        self.readiness = readiness
        self.settings = settings
        self.access = access
    }

    /// Answers one request of the control listener.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - context: The connection it came on.
    /// - Returns: The answer, or the work that makes it.
    package func reply(to request: Request, in context: RequestContext) -> Reply {
        if let refusal = access.refusal(of: request) { return .now(refusal) }
        if let response = settings?.response(to: request) { return .now(response) }
        return switch Self.table.match(method: request.method, path: request.path) {
        case .matched(let handler, _):
            handler(self, request)
        case .methodNotAllowed(let allow):
            .now(Self.refusal(405, "\(request.path) answers GET only", allow: allow))
        case .notFound:
            .now(Self.refusal(404, "there is no \(request.path) here"))
        }
    }
}

// What each row of the table answers.
extension ControlAPI {
    private func index(_ request: Request) -> Response {
        var text = "mock-digicert-one, control plane\n\n"
        for (name, url) in readiness.announcement(askedAs: request.authority)?.addresses ?? [] {
            text += Self.row(name, url)
        }
        text += "\n"
        for route in Self.routes { text += Self.row("GET \(route.pattern)", route.summary) }
        for row in SettingsRoute.summaries {
            text += Self.row("\(row.method) \(SettingsRoute.path)", row.text)
        }
        return Response(
            status: 200,
            fields: ["content-type": "text/plain; charset=utf-8"],
            body: Array(text.utf8)
        )
    }

    /// One line of the index: a word and what there is to say about it.
    private static func row(_ word: String, _ text: String) -> String {
        word + String(repeating: " ", count: max(1, 30 - word.count)) + text + "\n"
    }

    private func trustFile() -> Response { Self.pem(trust.pem) }

    /// Browsers offer to import what comes with this type, unless it is an attachment.
    private func browserFile() -> Response {
        Response(
            status: 200,
            fields: [
                "content-type": "application/x-x509-ca-cert",
                "content-disposition": #"inline; filename="mock-digicert-one.crt""#,
            ],
            body: trust.der
        )
    }

    /// Waits for the authority's key where that is still being made.
    private func clientCA() -> Reply {
        .later { [trust] in
            do {
                return Self.pem(Array(try trust.clientAuthorityPEM().utf8))
            } catch {
                return Self.refusal(503, "the issuing authority is not there: \(error)")
            }
        }
    }

    private static func pem(_ bytes: [UInt8]) -> Response {
        Response(status: 200, fields: ["content-type": "application/x-pem-file"], body: bytes)
    }

    private func live() -> Response {
        Self.json(200) { $0.member("status", "live") }
    }

    private func readyz() -> Response {
        let isReady = readiness.isReady
        return Self.json(isReady ? 200 : 503) {
            $0.member("status", isReady ? "ready" : "not ready")
        }
    }

    private func ready(_ request: Request) -> Response {
        guard let announcement = readiness.announcement(askedAs: request.authority) else {
            return Self.refusal(
                503,
                "not every listener accepts yet, or the process is about to end"
            )
        }
        return Response(
            status: 200,
            fields: ["content-type": "application/json"],
            body: announcement.json
        )
    }

    /// An error that says what exists instead.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - message: What was wrong.
    ///   - allow: The methods for the `allow` field; empty leaves it out.
    /// - Returns: The answer.
    package static func refusal(
        _ status: Int,
        _ message: String,
        allow: [String] = []
    ) -> Response {
        var response = json(status) { writer in
            writer.beginObject("error")
            writer.member("message", message)
            writer.beginArray("routes")
            for route in routes { writer.value("GET \(route.pattern)") }
            for row in SettingsRoute.summaries {
                writer.value("\(row.method) \(SettingsRoute.path)")
            }
            writer.endArray()
            writer.endObject()
        }
        if !allow.isEmpty { response.fields.set("allow", allow.joined(separator: ", ")) }
        response.reason = message
        return response
    }

    private static func json(_ status: Int, _ members: (inout JSONWriter) -> Void) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        members(&writer)
        writer.endObject()
        return Response(
            status: status,
            fields: ["content-type": "application/json"],
            body: writer.bytes
        )
    }
}
