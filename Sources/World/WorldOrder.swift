/// How somebody wants a new world.
package struct WorldOrder: Sendable {
    /// What a new world begins from.
    package enum Beginning: Sendable {
        /// A seed; nil takes the one that the process was started with.
        case seed(Seed?)

        /// Another world as it is now.
        case fork(of: String)

        /// A snapshot of a world.
        case snapshot(String, of: String)
    }

    /// The world's name; nil makes one up.
    package var name: String?

    /// What it begins from.
    package var beginning: Beginning = .seed(nil)

    /// What is chosen where the vendor is silent; it wins over seed, origin and process.
    package var settings = ChosenSettings()

    /// How its clock begins, where it does not begin as the process says, or as the clock of what
    /// the world is a copy of.
    package var clockStart = ClockStart.system

    /// Whether a fork gets a CA of its own in place of its origin's.
    package var ownsAuthority = false

    /// After how many seconds without a request it is deleted; nil never.
    package var expiresAfterIdleSeconds: Int?

    /// Whether a world of that name is deleted first.
    package var replaces = false

    /// An order for a world of the process's own seed.
    ///
    /// - Parameter name: The world's name; nil makes one up.
    package init(name: String? = nil) {
        self.name = name
    }
}

/// Why a world cannot be made, found or changed.
package struct WorldsError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is: it decides about the status of the answer.
    package enum Kind: Sendable, Hashable {
        /// What was asked for cannot be.
        case refused

        /// There is one already, or somebody is making it.
        case exists

        /// There is no such world or snapshot.
        case missing

        /// There are as many as there may be.
        case full

        /// The system, or the file of a world, failed.
        case failed
    }

    /// What kind of failure it is.
    package let kind: Kind

    /// One sentence that says what was wrong and what to do.
    package let description: String

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - kind: What kind of failure it is.
    ///   - description: One sentence that says what was wrong and what to do.
    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
