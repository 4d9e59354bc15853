/// Why a world of an embedded server cannot be made, found or steered as somebody wants.
public struct MockError: Error, Hashable, CustomStringConvertible {
    /// One sentence that says what was wrong and what to do.
    public let description: String

    /// Describes a failure.
    ///
    /// - Parameter description: One sentence that says what was wrong and what to do.
    package init(_ description: String) {
        self.description = description
    }

    /// Does something, and tells in public words why it fails.
    ///
    /// - Parameter body: What to do.
    /// - Returns: What `body` returns.
    /// - Throws: ``MockError``.
    static func wrapping<Value, Failure: Error>(
        _ body: () throws(Failure) -> Value
    ) throws(MockError) -> Value {
        do throws(Failure) {
            return try body()
        } catch let error as MockError {
            throw error
        } catch {
            throw MockError("\(error)")
        }
    }
}
