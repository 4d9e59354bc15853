package import AccountStore
internal import HTTP
package import World

extension PageCall {
    /// Reads from a world's store.
    ///
    /// - Parameters:
    ///   - world: The world.
    ///   - body: What to read.
    /// - Returns: What `body` returns.
    /// - Throws: ``PageRefusal`` with 503 when SQLite fails.
    package func reading<Value: Sendable>(
        _ world: World,
        _ body: @Sendable (borrowing AccountReader) throws(StoreError) -> Value
    ) throws(PageRefusal) -> Value {
        try Self.storing(world) { () throws(StoreError) in
            try world.store.read(loop: context.connection.loop, body)
        }
    }

    /// Does something with a world's store, and says in words that it failed.
    ///
    /// - Parameters:
    ///   - world: The world.
    ///   - body: What to do.
    /// - Returns: What `body` returns.
    /// - Throws: ``PageRefusal`` with 503 when SQLite fails.
    package static func storing<Value>(
        _ world: World,
        _ body: () throws(StoreError) -> Value
    ) throws(PageRefusal) -> Value {
        do throws(StoreError) {
            return try body()
        } catch {
            throw PageRefusal(
                503,
                "The world’s database does not answer",
                "\(error.sentence(about: world.store.location)). Try again in a moment."
            )
        }
    }
}
