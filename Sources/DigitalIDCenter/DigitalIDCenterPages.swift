internal import HTTP
package import Pages

/// The pages of the Digital ID Center.
package enum DigitalIDCenterPages {
    /// Those on the control listener, below `/worlds/{world}/digital-id-center`.
    package static let routes = [
        PageRoute("GET", "/worlds/{world}/digital-id-center", home)
    ]

    private static func home(_ call: PageCall) throws(PageRefusal) -> Reply {
        _ = try call.world()
        var page = Page("Digital ID Center", "digital-id-center/home.html")
        page.section = "Digital ID Center"
        return .now(page.response(to: call))
    }
}
