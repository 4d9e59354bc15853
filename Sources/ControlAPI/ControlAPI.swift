package import HTTP
package import Pages
package import World

/// What tests and probes ask on the control listener: one table of routes.
package struct ControlAPI: Sendable {
    /// Every route, in the order of the index.
    static let routes =
        ProcessRoutes.rows + WorldRoutes.rows + KitRoutes.rows + SettingsRoutes.rows
        + ClockRoutes.rows + FaultRoutes.rows + MailboxRoutes.rows + JournalRoutes.rows
        + VerifyRoutes.rows + ExplainRoutes.rows + SnapshotRoutes.rows

    private static let table = RouteTable<ControlRoute>(
        routes.map { Route($0.method, $0.pattern, $0) }
    )

    /// What the routes answer with.
    package struct Parts: Sendable {
        /// What the routes about certificates answer with.
        package var trust: TrustMaterial
        /// What the composition says about itself.
        package var readiness: Readiness
        /// The worlds of the process.
        package var worlds: Worlds
        /// How worlds are reached.
        package var ports: any WorldPorts
        /// Who may ask.
        package var access: ControlGuard
        /// Calls whoever waits for something when the time is over.
        package var alarm: Alarm
        /// The version of the program, for what it exports.
        package var programVersion: String
        /// What the process counts of its own work, in Prometheus' text format; asked on a worker.
        package var metrics: @Sendable () -> String = { "" }
        /// The pages for browsers; nil has none.
        package var pages: PageSite?
        /// What surrounds every world, for the kits of its clients; asked on a worker thread.
        package var surroundings: @Sendable () -> WorldKit.Surroundings

        /// Puts the parts together.
        ///
        /// - Parameters:
        ///   - trust: What the routes about certificates answer with.
        ///   - readiness: What the composition says about itself.
        ///   - worlds: The worlds of the process.
        ///   - ports: How worlds are reached.
        ///   - access: Who may ask.
        ///   - alarm: Calls whoever waits for something when the time is over.
        ///   - programVersion: The version of the program, for what it exports.
        package init(
            trust: TrustMaterial,
            readiness: Readiness,
            worlds: Worlds,
            ports: any WorldPorts,
            access: ControlGuard = ControlGuard(),
            alarm: Alarm = .silent,
            programVersion: String = "unknown"
        ) {
            self.trust = trust
            self.readiness = readiness
            self.worlds = worlds
            self.ports = ports
            self.access = access
            self.alarm = alarm
            self.programVersion = programVersion
            surroundings = {
                WorldKit.Surroundings(
                    trusted: String(decoding: trust.pem, as: UTF8.self),
                    systemRoots: nil,
                    vendorHosts: [],
                    names: []
                )
            }
        }
    }

    private let parts: Parts

    /// Makes the control plane of one process.
    ///
    /// - Parameter parts: What the routes answer with.
    package init(_ parts: Parts) {
        self.parts = parts
    }

    /// Answers one request of the control listener.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - context: The connection it came on.
    /// - Returns: The answer, or the work that makes it.
    package func reply(to request: Request, in context: RequestContext) -> Reply {
        let page = parts.pages?.match(request)
        let isFront = parts.pages != nil && Self.isBrowserAtFront(request)
        if let refusal = parts.access.refusal(of: request, isForPage: page != nil || isFront) {
            return .now(readable(refusal, request, in: context))
        }
        if isFront { return .now(.seeOther("/worlds/\(WorldName.main)/console")) }
        if let page, let pages = parts.pages {
            return pages.reply(with: page, to: request, in: context, world: nil)
        }
        switch Self.table.match(method: request.method, path: request.path) {
        case .matched(let route, let parameters):
            let call = ControlCall(
                request: request,
                context: context,
                parameters: parameters,
                worlds: parts.worlds,
                parts: parts
            )
            do throws(ControlRefusal) {
                return try route.handler(call)
            } catch {
                return .now(Self.refusal(error))
            }
        case .methodNotAllowed(let allow):
            let methods = allow.joined(separator: ", ")
            let message = "\(request.path) answers \(methods) only, and not \(request.method)"
            return .now(Self.refusal(405, message, allow: allow))
        case .notFound:
            if let path = pagePath(request) { return .now(.moved(to: path)) }
            let message = "there is no \(request.path) here; GET / lists what there is"
            return .now(readable(Self.refusal(404, message), request, in: context))
        }
    }

    /// Whether a browser asks for the address that was typed into it, and not a program for the
    /// index: programs that name `text/html` at all mean a page.
    private static func isBrowserAtFront(_ request: Request) -> Bool {
        guard ["GET", "HEAD"].contains(request.method), request.path == "/" else { return false }
        return request.fields.all("accept").contains { $0.lowercased().contains("text/html") }
    }

    /// The path of a page, where a slash too many was written behind it.
    private func pagePath(_ request: Request) -> String? {
        guard request.method == "GET", request.path.count > 1, request.path.last == "/" else {
            return nil
        }
        var page = request
        page.path.removeLast()
        return parts.pages?.match(page) == nil ? nil : page.path
    }

    /// A refusal as a page where a person is to read it.
    private func readable(
        _ response: Response,
        _ request: Request,
        in context: RequestContext
    ) -> Response {
        let accepted = request.fields.all("accept").joined(separator: ",").lowercased()
        guard accepted.contains("text/html"), let pages = parts.pages else { return response }
        let titles = [401: "This needs the control token", 404: "There is no such page"]
        let refusal = PageRefusal(
            response.status,
            titles[response.status] ?? "This was refused",
            response.reason ?? "",
            back: PageRefusal.Link("The console", "/worlds/default/console")
        )
        var page = pages.refuse(refusal, request, in: context)
        if let challenge = response.fields.first("www-authenticate") {
            page.fields.set("www-authenticate", challenge)
        }
        return page
    }

    /// An error in the control listener's form.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - message: What was wrong, where, and what to do.
    ///   - allow: The methods for the `allow` field; empty leaves it out.
    /// - Returns: The answer.
    package static func refusal(
        _ status: Int,
        _ message: String,
        allow: [String] = []
    ) -> Response {
        var response = Response.json(status) { writer in
            writer.beginObject("error")
            writer.member("message", message)
            writer.endObject()
        }
        if !allow.isEmpty { response.fields.set("allow", allow.joined(separator: ", ")) }
        response.reason = message
        return response
    }

    static func refusal(_ refusal: ControlRefusal) -> Response {
        self.refusal(refusal.status, refusal.message)
    }
}

extension Response {
    /// An answer that is one JSON object.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - members: Writes what the object holds.
    /// - Returns: The answer.
    static func json(_ status: Int, _ members: (inout JSONWriter) -> Void) -> Response {
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

    /// An answer that is a text for people.
    ///
    /// - Parameter text: The text.
    /// - Returns: The answer.
    static func text(_ text: String) -> Response {
        Response(
            status: 200,
            fields: ["content-type": "text/plain; charset=utf-8"],
            body: Array(text.utf8)
        )
    }

    /// An answer in PEM.
    ///
    /// - Parameter bytes: The PEM blocks.
    /// - Returns: The answer.
    static func pem(_ bytes: [UInt8]) -> Response {
        Response(status: 200, fields: ["content-type": "application/x-pem-file"], body: bytes)
    }
}
