internal import HTTP
package import Pages

/// The pages of the Two-factor sign-in.
package enum TwoFactorPages {
    /// Those on the control listener, below `/worlds/{world}/two-factor`.
    package static let routes = [
        PageRoute("GET", "/worlds/{world}/two-factor", home)
    ]

    private static func home(_ call: PageCall) throws(PageRefusal) -> Reply {
        _ = try call.world()
        var page = Page("Two-factor sign-in", "two-factor/home.html")
        page.section = "Two-factor sign-in"
        return .now(page.response(to: call))
    }
}
