package import HTTP
package import World

/// Pages for browsers on one listener: a table of routes, the files they need, and one look.
package struct PageSite: Sendable {
    /// What the pages are made with.
    package struct Parts: Sendable {
        /// The worlds of the process.
        package var worlds: Worlds

        /// The version of the program, which every page names.
        package var programVersion: String

        /// Where a browser is asked for its certificate in a world, without a trailing slash.
        ///
        /// Browsers remember the certificate they chose or refused for a host, so a label that was
        /// never used before makes them ask again. Called with the name of the world, the `Host`
        /// under which the page was asked for, and such a label or nil; where names of labels
        /// cannot be reached the address is the one without.
        package var gate: @Sendable (_ world: String, _ host: String?, _ again: String?) -> String

        /// Where the control listener is for a browser on this machine, without a trailing slash.
        ///
        /// Called with the `Host` of the request.
        package var control: @Sendable (_ host: String?) -> String

        /// Calls whoever waits for something when the time is over.
        package var alarm: Alarm

        /// Puts the parts together.
        ///
        /// - Parameters:
        ///   - worlds: The worlds of the process.
        ///   - programVersion: The version of the program.
        ///   - gate: Where a browser is asked for its certificate.
        ///   - control: Where the control listener is.
        ///   - alarm: Calls whoever waits.
        package init(
            worlds: Worlds,
            programVersion: String = "unknown",
            gate: @escaping @Sendable (String, String?, String?) -> String,
            control: @escaping @Sendable (String?) -> String,
            alarm: Alarm = .silent
        ) {
            self.worlds = worlds
            self.programVersion = programVersion
            self.gate = gate
            self.control = control
            self.alarm = alarm
        }

        /// Where a browser is asked for its certificate under a name that it has never seen.
        ///
        /// - Parameters:
        ///   - world: The name of the world.
        ///   - host: The `Host` under which the page was asked for.
        ///   - label: A label that was never used before.
        /// - Returns: An address without a trailing slash; empty where no such name leads to the
        ///   mock, as from another machine: browsers ask again only after they were closed there,
        ///   or in a private window.
        package func freshGate(world: String, host: String?, label: String) -> String {
            let fresh = gate(world, host, label)
            return fresh == gate(world, host, nil) ? "" : fresh
        }
    }

    /// What the pages are made with.
    package let parts: Parts

    private let table: RouteTable<PageRoute>
    private static let filesPrefix = "/pages/"

    /// Makes a site.
    ///
    /// - Parameters:
    ///   - parts: What the pages are made with.
    ///   - routes: Every page.
    package init(_ parts: Parts, _ routes: [PageRoute]) {
        self.parts = parts
        table = RouteTable(routes.map { Route($0.method, $0.pattern, $0) })
    }

    /// Where a request leads on a site, found once.
    package struct Match: Sendable {
        fileprivate enum Goal {
            case file(name: String)
            case page(PageRoute, parameters: [String])
            case wrongMethod(allow: [String])
        }

        fileprivate let goal: Goal
    }

    /// Finds the page or the file that a request is for.
    ///
    /// - Parameter request: The request.
    /// - Returns: What ``reply(with:to:in:world:)`` answers with; nil when the site has no such
    ///   page.
    package func match(_ request: Request) -> Match? {
        if request.path.hasPrefix(Self.filesPrefix) {
            guard ["GET", "HEAD"].contains(request.method) else {
                return Match(goal: .wrongMethod(allow: ["GET", "HEAD"]))
            }
            return Match(goal: .file(name: String(request.path.dropFirst(Self.filesPrefix.count))))
        }
        switch table.match(method: request.method, path: request.path) {
        case .notFound: return nil
        case .methodNotAllowed(let allow): return Match(goal: .wrongMethod(allow: allow))
        case .matched(let route, let parameters):
            return Match(goal: .page(route, parameters: parameters))
        }
    }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - match: Where it leads.
    ///   - request: The request.
    ///   - context: The connection it came on.
    ///   - world: The world that the connection belongs to; nil where the path names it.
    /// - Returns: The answer.
    package func reply(
        with match: Match,
        to request: Request,
        in context: RequestContext,
        world: World?
    ) -> Reply {
        func call(_ parameters: [String] = []) -> PageCall {
            PageCall(
                request: request,
                context: context,
                parameters: parameters,
                site: self,
                boundWorld: world
            )
        }
        switch match.goal {
        case .file(let name): return .now(Self.file(name))
        case .wrongMethod(let allow):
            return .now(page(Self.wrongMethod(request, allow), to: call()))
        case .page(let route, let parameters):
            let call = call(parameters)
            do throws(PageRefusal) {
                return try route.handler(call)
            } catch {
                return .now(page(error, to: call))
            }
        }
    }

    /// Answers a request, if it is for a page of this site.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - context: The connection it came on.
    ///   - world: The world that the connection belongs to; nil where the path names it.
    /// - Returns: The answer; nil when the site has no such page.
    package func reply(to request: Request, in context: RequestContext, world: World?) -> Reply? {
        match(request).map { reply(with: $0, to: request, in: context, world: world) }
    }

    /// Refuses a request in words, where it came from a browser and no page was asked for.
    ///
    /// - Parameters:
    ///   - refusal: What was wrong.
    ///   - request: The request.
    ///   - context: The connection it came on.
    /// - Returns: The page that says so.
    package func refuse(
        _ refusal: PageRefusal,
        _ request: Request,
        in context: RequestContext
    ) -> Response {
        let call = PageCall(
            request: request,
            context: context,
            parameters: [],
            site: self,
            boundWorld: nil
        )
        return page(refusal, to: call)
    }

    private static func wrongMethod(_ request: Request, _ allow: [String]) -> PageRefusal {
        var refusal = PageRefusal(
            405,
            "This page cannot be asked that way",
            "\(request.path) answers \(allow.joined(separator: ", ")) only."
        )
        refusal.allow = allow
        return refusal
    }

    /// Does work on a worker thread that ends in a page or a refusal.
    ///
    /// - Parameters:
    ///   - call: The call that asks for it.
    ///   - work: The work.
    /// - Returns: The answer.
    package func later(
        _ call: PageCall,
        _ work: @escaping @Sendable () throws(PageRefusal) -> Response
    ) -> Reply {
        .later {
            do throws(PageRefusal) {
                return try work()
            } catch {
                return page(error, to: call)
            }
        }
    }

    private func page(_ refusal: PageRefusal, to call: PageCall) -> Response {
        var response = Page(refusal.title, "shared/refusal.html", refusal.values).response(to: call)
        response.status = refusal.status
        response.reason = "\(refusal.title): \(refusal.message)"
        if !refusal.allow.isEmpty {
            response.fields.set("allow", refusal.allow.joined(separator: ", "))
        }
        return response
    }

    private static func file(_ name: String) -> Response {
        guard let bytes = PageFiles.all[name], let type = PageFiles.mediaType(of: name) else {
            return Response(
                status: 404,
                fields: ["content-type": "text/plain; charset=utf-8"],
                body: Array("there is no file \(name)\n".utf8)
            )
        }
        var response = Response(status: 200, fields: ["content-type": type], body: bytes)
        protect(&response)
        return response
    }

    /// Keeps a page from being framed, sniffed, kept, or made to load or run what is not its own.
    static func protect(_ response: inout Response) {
        response.fields.set(
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        response.fields.set("x-content-type-options", "nosniff")
        response.fields.set("x-frame-options", "DENY")
        // Not no-referrer: a form then says that its origin is null.
        response.fields.set("referrer-policy", "same-origin")
        response.fields.set("cross-origin-opener-policy", "same-origin")
        response.fields.set("cross-origin-resource-policy", "same-origin")
        response.fields.set("cache-control", "no-store")
    }
}

extension PageRefusal {
    fileprivate var values: PageValues {
        var values: PageValues = ["message": .text(message)]
        if let back {
            values["back"] = .text(back.href)
            values["backName"] = .text(back.name)
        }
        return values
    }
}
