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

/// Why a world's file cannot be opened.
package struct StoreOpeningError: Error, Hashable, CustomStringConvertible {
    /// One sentence that names the file, the cause and the remedy.
    package let description: String

    /// Describes what the migrator refused.
    init(path: String, _ error: MigrationError) {
        description =
            switch error {
            case .foreign(let found, let expected):
                """
                \(path) is another program's database (application_id \(found), ours is \
                \(expected)): name another state directory with --state-dir
                """
            case .newer(let version, let known):
                """
                \(path) has schema version \(version), and this program knows versions up to \
                \(known): use the newer program that wrote it, or name another state directory \
                with --state-dir
                """
            case .failed(let error):
                StoreOpeningError(path: path, error).description
            }
    }

    /// Describes what SQLite said.
    init(path: String, _ error: SQLiteError) {
        description =
            error.isNotADatabase
            ? "\(path) is no SQLite database: move it away or name another one with --state-dir"
            : "cannot open \(path): \(error.message)"
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
