import AccountManagerDocuments
import HTTP
import World

/// What there is to ask of the process as a whole.
enum ProcessRoutes {
    static let rows = [
        ControlRoute("GET", "/", "this text") { .now(index($0)) },
        ControlRoute("GET", "/openapi.json", "the routes in OpenAPI 3.1") { _ in
            .now(document)
        },
        ControlRoute("GET", "/ca.pem", "what clients of this server must trust") {
            .now(.pem($0.parts.trust.pem))
        },
        ControlRoute("GET", "/ca.crt", "the same for browsers to import") { .now(browserFile($0)) },
        ControlRoute("GET", "/client-ca.pem", "what verifies client certificates") { call in
            .later { issuer(of: call.worlds.main) }
        },
        ControlRoute("GET", "/livez", "200 while the process runs") { _ in
            .now(.json(200) { $0.member("status", "live") })
        },
        ControlRoute("GET", "/readyz", "200 while every listener accepts, else 503") {
            .now(readyz($0))
        },
        ControlRoute("GET", "/metrics", "counts of requests and handshakes for Prometheus") {
            call in
            .later { metrics(call) }
        },
        ControlRoute("GET", "/ready", "the ready JSON: addresses, trust file, process") {
            (call) throws(ControlRefusal) in .now(try ready(call))
        },
    ]

    private static let document = Response(
        status: 200,
        fields: ["content-type": "application/json"],
        body: AccountManagerDocuments.controlOpenAPI
    )

    private static func index(_ call: ControlCall) -> Response {
        var text = "mock-digicert-one, control plane\n\n"
        let announcement = call.parts.readiness.announcement(askedAs: call.request.authority)
        for (name, url) in announcement?.addresses ?? [] { text += row(name, url) }
        text += "\n"
        for route in ControlAPI.routes {
            text += row("\(route.method) \(route.pattern)", route.summary)
        }
        return .text(text)
    }

    /// One line of the index: a word and what there is to say about it.
    private static func row(_ word: String, _ text: String) -> String {
        word + String(repeating: " ", count: max(1, 56 - word.count)) + text + "\n"
    }

    /// Browsers offer to import what comes with this type, unless it is an attachment.
    private static func browserFile(_ call: ControlCall) -> Response {
        Response(
            status: 200,
            fields: [
                "content-type": "application/x-x509-ca-cert",
                "content-disposition": #"inline; filename="mock-digicert-one.crt""#,
            ],
            body: call.parts.trust.der
        )
    }

    /// What verifies a world's client certificates; waits for the authority's key where that is
    /// still being made.
    static func issuer(of world: World) -> Response {
        do {
            return .pem(Array(try world.issuerPEM.utf8))
        } catch {
            return ControlAPI.refusal(503, "the issuing authority is not there: \(error)")
        }
    }

    private static func metrics(_ call: ControlCall) -> Response {
        var response = Response.text(call.parts.metrics())
        response.fields.set("content-type", "text/plain; version=0.0.4; charset=utf-8")
        return response
    }

    private static func readyz(_ call: ControlCall) -> Response {
        let isReady = call.parts.readiness.isReady
        return .json(isReady ? 200 : 503) {
            $0.member("status", isReady ? "ready" : "not ready")
        }
    }

    private static func ready(_ call: ControlCall) throws(ControlRefusal) -> Response {
        let announcement = call.parts.readiness.announcement(askedAs: call.request.authority)
        guard let announcement else {
            throw ControlRefusal(
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
}
