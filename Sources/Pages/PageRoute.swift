package import HTTP

/// One row of a site's table.
package struct PageRoute: Sendable {
    /// Who answers; on the event loop, so it must be quick or answer with ``Reply/later(_:)``.
    package typealias Handler = @Sendable (PageCall) throws(PageRefusal) -> Reply

    /// The method; GET answers HEAD as well.
    package let method: String

    /// The path; a segment in braces matches any one segment.
    package let pattern: String

    /// Who answers.
    let handler: Handler

    /// Makes a row.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - pattern: The path, with parameters in braces; the first one of a page on the control
    ///     listener is the name of the world.
    ///   - handler: Who answers.
    package init(_ method: String, _ pattern: String, _ handler: @escaping Handler) {
        self.method = method
        self.pattern = pattern
        self.handler = handler
    }
}

/// Why a page does not do what was asked, in words for the person in front of it.
package struct PageRefusal: Error, Hashable {
    /// The status.
    package let status: Int

    /// The heading.
    package let title: String

    /// What was wrong, and what to do.
    package let message: String

    /// Where to go from here; nil where the browser's back button is the way.
    package let back: Link?

    /// The methods that the path answers, for the field `allow`; empty leaves it out.
    var allow: [String] = []

    /// A way out of a refusal.
    package struct Link: Sendable, Hashable {
        /// What the link says.
        package let name: String
        /// Where it leads.
        package let href: String

        /// Makes one.
        ///
        /// - Parameters:
        ///   - name: What the link says.
        ///   - href: Where it leads.
        package init(_ name: String, _ href: String) {
            self.name = name
            self.href = href
        }
    }

    /// Refuses.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - title: The heading.
    ///   - message: What was wrong, and what to do.
    ///   - back: Where to go from here.
    package init(_ status: Int, _ title: String, _ message: String, back: Link? = nil) {
        self.status = status
        self.title = title
        self.message = message
        self.back = back
    }
}
