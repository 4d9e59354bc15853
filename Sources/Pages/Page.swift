internal import AccountModel
package import HTTP
internal import World

/// A page in the look that all share.
package struct Page: Sendable {
    /// The heading, and the name of the tab.
    package var title: String

    /// The template of what stands below the heading.
    package var template: String

    /// What goes into its gaps.
    package var values: PageValues

    /// The entry of the navigation that is marked: `Console` and so on; empty marks none.
    package var section = ""

    /// The links between the pages of one part, shown above the heading; empty shows none.
    package var tabs: [Tab] = []

    /// Style sheets and scripts of this page alone, by the names of their files.
    package var styles: [String] = []

    /// Scripts of this page alone, by the names of their files.
    package var scripts: [String] = []

    /// A link between the pages of one part.
    package struct Tab: Sendable, Hashable {
        /// What the link says.
        package let name: String

        /// Where it leads.
        package let href: String

        /// Whether it leads to the page it stands on.
        package let isCurrent: Bool

        /// Makes a link.
        ///
        /// - Parameters:
        ///   - name: What the link says.
        ///   - href: Where it leads.
        ///   - isCurrent: Whether it leads to the page it stands on.
        package init(_ name: String, _ href: String, isCurrent: Bool) {
            self.name = name
            self.href = href
            self.isCurrent = isCurrent
        }

        fileprivate var values: PageValues {
            ["name": .text(name), "href": .text(href), "isCurrent": .flag(isCurrent)]
        }
    }

    /// Makes a page.
    ///
    /// - Parameters:
    ///   - title: The heading.
    ///   - template: The file of the template, such as `console/home.html`.
    ///   - values: What goes into its gaps.
    package init(_ title: String, _ template: String, _ values: PageValues = [:]) {
        self.title = title
        self.template = template
        self.values = values
    }

    /// Makes the answer that shows the page.
    ///
    /// - Parameters:
    ///   - call: The call that asked for it.
    ///   - status: The status.
    /// - Returns: The answer.
    package func response(to call: PageCall, status: Int = 200) -> Response {
        let content = PageFiles.templates[template]?.render(values) ?? ""
        var layout: PageValues = [
            "title": .text(title),
            "content": .html(content),
            "version": .text(call.site.parts.programVersion),
            "styles": .list(styles.map { ["name": .text($0)] }),
            "scripts": .list(scripts.map { ["name": .text($0)] }),
            "home": .text("/"),
            "section": .text(section),
            "hasTabs": .flag(!tabs.isEmpty),
            "tabs": .list(tabs.map(\.values)),
        ]
        if let world = try? call.world() {
            // On a gate the control listener is another host.
            let control =
                call.boundWorld == nil ? "" : call.site.parts.control(call.request.authority)
            let base = control + PageCall.base(of: world)
            layout["home"] = .text(base + "/console")
            layout["hasNavigation"] = true
            layout["world"] = .text(world.name)
            layout["now"] = .text(world.clock.now.iso8601)
            layout["isFrozen"] = .flag(world.clock.state.isFrozen)
            layout["navigation"] = .list(
                Self.sections.map { name, path in
                    [
                        "name": .text(name), "href": .text(base + path),
                        "isCurrent": .flag(name == section),
                    ]
                }
            )
        }
        let text = PageFiles.templates["shared/layout.html"]?.render(layout) ?? content
        var response = Response(
            status: status,
            fields: ["content-type": "text/html; charset=utf-8"],
            body: Array(text.utf8)
        )
        PageSite.protect(&response)
        return response
    }

    private static let sections = [
        ("Console", "/console"), ("Digital ID Center", "/digital-id-center"),
        ("Two-factor sign-in", "/two-factor"),
    ]
}

extension Response {
    /// Sends the browser to a page, which it asks for with GET: nothing is sent twice.
    ///
    /// - Parameter path: The path of the page.
    /// - Returns: The answer, 303 (RFC 9110 section 15.4.4).
    package static func seeOther(_ path: String) -> Response {
        var response = Response(status: 303, fields: ["location": path])
        PageSite.protect(&response)
        return response
    }

    /// Sends the browser to the right spelling of a path, for good.
    ///
    /// - Parameter path: The path.
    /// - Returns: The answer, 308 (RFC 9110 section 15.4.9).
    package static func moved(to path: String) -> Response {
        var response = Response(status: 308, fields: ["location": path])
        PageSite.protect(&response)
        return response
    }

    /// A file that the browser stores.
    ///
    /// - Parameters:
    ///   - name: The name that the browser proposes; letters, digits, dots and hyphens.
    ///   - type: The media type.
    ///   - bytes: What is in it.
    /// - Returns: The answer.
    package static func download(_ name: String, type: String, _ bytes: [UInt8]) -> Response {
        var response = Response(
            status: 200,
            fields: [
                "content-type": type,
                "content-disposition": "attachment; filename=\"\(name)\"",
            ],
            body: bytes
        )
        PageSite.protect(&response)
        return response
    }
}
