package import SQLiteBridge

/// Why the store did not do what it was asked to.
package enum StoreError: Error, Hashable {
    /// The user has a certificate of this name already.
    case duplicateCertificateName(String)

    /// The user has a token of this name already.
    case duplicateTokenName(String)

    /// Another service user has this name already.
    case duplicateFriendlyName(String)

    /// Another standard user has this address already, perhaps in another case.
    case duplicateEmail(String)

    /// Another user signs in with this name already, perhaps in another case.
    case duplicateUsername(String)

    /// The user of this id, for whom something was to be stored, is gone.
    case unknownUser(String)

    /// SQLite failed: a full disk, a lock held for seconds, a damaged file.
    case database(SQLiteError)
}

extension StoreError {
    /// Whether what the database contains contradicts itself.
    package var isDamage: Bool {
        guard case .database(let error) = self else { return false }
        return error.isDamage || error.isNotADatabase
    }

    /// Whether the same may succeed later: the disk has no room, or another program a lock.
    package var isTemporary: Bool {
        guard case .database(let error) = self else { return false }
        return error.isBusy || error.isLackOfRoom
    }

    /// The error for the person who started the program: damage is told with file and remedy.
    ///
    /// - Parameter location: Where the database is.
    /// - Returns: One sentence.
    package func sentence(about location: AccountStore.Location) -> String {
        guard case .file(let path) = location, case .database(let error) = self, error.isDamage
        else { return description }
        return StoreOpeningError(of: .file(path: path), error).description
    }
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .duplicateCertificateName(let name):
            "the user has a certificate named \"\(name)\" already"
        case .duplicateTokenName(let name):
            "the user has a token named \"\(name)\" already"
        case .duplicateFriendlyName(let name):
            "another service user is named \"\(name)\" already"
        case .duplicateEmail(let address):
            "another user has the address \"\(address)\" already"
        case .duplicateUsername(let name):
            "another user has the username \"\(name)\" already"
        case .unknownUser(let id):
            "the user \(id) is gone"
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
