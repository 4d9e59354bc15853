/// How well something that the mock answers or understands is known; the worst comes first.
package enum Evidence: String, Sendable, CaseIterable, Comparable {
    /// Nobody public says it; chosen so that a client's author is least surprised.
    case inferred = "INFERRED"
    /// Seen in an answer of the vendor's that somebody else recorded.
    case observed = "OBSERVED"
    /// Printed in a page of the vendor's.
    case documented = "DOCUMENTED"

    package static func < (left: Evidence, right: Evidence) -> Bool {
        switch (left, right) {
        case (.inferred, .observed), (.inferred, .documented), (.observed, .documented): true
        case (.inferred, .inferred), (.observed, .inferred), (.observed, .observed),
            (.documented, .inferred), (.documented, .observed), (.documented, .documented):
            false
        }
    }
}
