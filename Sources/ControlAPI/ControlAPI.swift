package import HTTP

/// What tests and probes ask on the control listener: one table of routes.
package struct ControlAPI: Sendable {
    private typealias Handler = @Sendable (ControlAPI) -> Response

    /// One row per route, with the line that the index prints about it.
    private static let routes: [(pattern: String, summary: String, handler: Handler)] = [
        ("/", "this text", { $0.index() }),
        ("/ca.pem", "the certificate that clients of this server must trust", { $0.trustFile() }),
        ("/livez", "200 while the process runs", { $0.live() }),
        ("/readyz", "200 while every listener accepts, else 503", { $0.readyz() }),
        ("/ready", "the ready JSON: addresses, trust file, world, process", { $0.ready() }),
    ]

    private static let table = RouteTable<Handler>(
        routes.map { Route("GET", $0.pattern, $0.handler) }
    )

    private let trustFileBytes: [UInt8]
    private let readiness: Readiness
    private let settings: SettingsRoute?

    /// Makes the control plane of one process.
    ///
    /// - Parameters:
    ///   - trustFile: The PEM text that `/ca.pem` answers with.
    ///   - readiness: What the composition says about itself.
    ///   - settings: The settings of the world; nil where there is none.
    package init(trustFile: [UInt8], readiness: Readiness, settings: SettingsRoute? = nil) {
        trustFileBytes = trustFile
        self.readiness = readiness
        self.settings = settings
    }

    /// Answers one request of the control listener.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - context: The connection it came on.
    /// - Returns: The answer, always at once.
    package func reply(to request: Request, in context: RequestContext) -> Reply {
        if let response = settings?.response(to: request) { return .now(response) }
        return switch Self.table.match(method: request.method, path: request.path) {
        case .matched(let handler, _):
            .now(handler(self))
        case .methodNotAllowed(let allow):
            .now(Self.refusal(405, "\(request.path) answers GET only", allow: allow))
        case .notFound:
            .now(Self.refusal(404, "there is no \(request.path) here"))
        }
    }
}

// What each row of the table answers.
extension ControlAPI {
    private func index() -> Response {
        var text = "mock-digicert-one, control plane\n\n"
        for route in Self.routes {
            let padding = String(repeating: " ", count: max(1, 10 - route.pattern.count))
            text += "GET \(route.pattern)\(padding)\(route.summary)\n"
        }
        for row in SettingsRoute.summaries {
            text += "\(row.method) \(SettingsRoute.path) \(row.text)\n"
        }
        return Response(
            status: 200,
            fields: ["content-type": "text/plain; charset=utf-8"],
            body: Array(text.utf8)
        )
    }

    private func trustFile() -> Response {
        Response(
            status: 200,
            fields: ["content-type": "application/x-pem-file"],
            body: trustFileBytes
        )
    }

    private func live() -> Response {
        Self.json(200) { $0.member("status", "live") }
    }

    private func readyz() -> Response {
        let isReady = readiness.announcement != nil
        return Self.json(isReady ? 200 : 503) {
            $0.member("status", isReady ? "ready" : "not ready")
        }
    }

    private func ready() -> Response {
        guard let announcement = readiness.announcement else {
            return Self.refusal(
                503,
                "not every listener accepts yet, or the process is about to end"
            )
        }
        return Response(
            status: 200,
            fields: ["content-type": "application/json"],
            body: announcement
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
