package import HTTP
package import World

/// One request on its way through a handler of a page.
package struct PageCall: Sendable {
    /// What was sent.
    package let request: Request

    /// The connection it came on, with the certificate that the browser presented there.
    package let context: RequestContext

    /// What the pattern's braces matched, in order.
    package let parameters: [String]

    /// The site that is asked.
    package let site: PageSite

    /// The world that the connection belongs to; nil where the path names it.
    let boundWorld: World?

    /// The world that the page is about.
    ///
    /// - Returns: The world, opened if it was dormant.
    /// - Throws: ``PageRefusal`` with 404 when there is none of the name, 503 when it cannot open.
    package func world() throws(PageRefusal) -> World {
        if let boundWorld { return boundWorld }
        let name = parameters.first ?? ""
        do throws(WorldError) {
            if let world = try site.parts.worlds.world(named: name) { return world }
        } catch {
            throw PageRefusal(503, "The world \(name) cannot be opened", "\(error)")
        }
        let remedy =
            WorldName.problem(name).map { "\($0)." }
            ?? "Make it on the page of the worlds, or \(Worlds.advice(toCreate: name))."
        throw PageRefusal(
            404,
            "There is no world \(name)",
            remedy,
            back: PageRefusal.Link("Worlds", "/worlds/default/console/worlds")
        )
    }

    /// The fields of the form that was sent.
    ///
    /// - Returns: The form.
    /// - Throws: ``PageRefusal`` with 400 when it is none.
    package func form() throws(PageRefusal) -> PageForm { try PageForm(request) }

    /// A parameter of the query, the first of its name.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The text; empty without one.
    package func query(_ name: String) -> String {
        PercentEncoding.queryItems(request.query)?.first { $0.name == name }?.value ?? ""
    }

    /// Where the pages of a world begin on the control listener: `/worlds/NAME`.
    ///
    /// - Parameter world: The world.
    /// - Returns: The path.
    package static func base(of world: World) -> String { "/worlds/\(world.name)" }
}
