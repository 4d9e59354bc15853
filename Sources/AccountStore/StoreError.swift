package import SQLiteBridge

/// Why the store did not do what it was asked to.
package enum StoreError: Error, Hashable {
    /// The user has a certificate of this name already.
    case duplicateCertificateName(String)

    /// SQLite failed: a full disk, a lock held for seconds, a damaged file.
    case database(SQLiteError)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .duplicateCertificateName(let name):
            "the user has a certificate named \"\(name)\" already"
        case .database(let error): error.description
        }
    }
}

/// Runs queries whose only failure is SQLite's.
func translating<Result: ~Copyable>(
    _ body: () throws(SQLiteError) -> Result
) throws(StoreError) -> Result {
    do throws(SQLiteError) {
        return try body()
    } catch {
        throw .database(error)
    }
}
