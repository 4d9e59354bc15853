package import AccountModel
internal import AccountStore

/// What somebody who looks at a world from outside wants to know.
package struct WorldFacts: Sendable, Hashable {
    /// How it was made: a JSON object.
    package let origin: String

    /// When it began, by its own clock.
    package let createdAt: Timestamp

    /// After how many seconds without a request it is deleted; nil never.
    package let expiresAfterIdleSeconds: Int?

    /// How many users it has.
    package let users: Int

    /// How many tokens they have.
    package let tokens: Int

    /// How many certificates they have.
    package let certificates: Int
}

extension World {
    /// Looks at the world from outside.
    ///
    /// - Returns: The facts.
    /// - Throws: ``WorldError`` when its file cannot be read.
    package func facts() throws(WorldError) -> WorldFacts {
        do throws(StoreError) {
            let identity = try store.identity()
            let census = try store.census()
            return WorldFacts(
                origin: identity?.origin ?? #"{"kind":"seed"}"#,
                createdAt: try store.state()?.createdAt ?? clock.now,
                expiresAfterIdleSeconds: identity?.expiresAfterIdleSeconds,
                users: census.users,
                tokens: census.tokens,
                certificates: census.certificates
            )
        } catch {
            throw WorldError(description: "world \(name): \(error)")
        }
    }
}
