internal import HTTP
package import Pages

/// The pages of the Console.
package enum ConsolePages {
    /// Those on the control listener, below `/worlds/{world}/console`.
    package static let routes = [
        PageRoute("GET", "/worlds/{world}/console", home)
    ]

    private static func home(_ call: PageCall) throws(PageRefusal) -> Reply {
        _ = try call.world()
        var page = Page("Console", "console/home.html")
        page.section = "Console"
        return .now(page.response(to: call))
    }
}
