internal import Glibc
internal import SQLiteBridge

/// What opening a world's file did to its schema.
package struct SchemaMigration: Sendable, Hashable {
    /// One sentence for the log; nil when the file was new or had the newest schema.
    package let notice: String?

    /// Describes what the migrator did.
    init(path: String, _ migration: Migration) {
        guard migration.isUpgrade else {
            notice = nil
            return
        }
        let copy = migration.copyPath.map { "; the file as it was is kept as \($0)" } ?? ""
        notice =
            "\(path) was brought from schema version \(migration.from) to \(migration.to)\(copy)"
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
                with --state-dir\(Self.wayBack(from: path, to: known))
                """
            case .notCopied(let copy, let error):
                """
                \(path) has an older schema and was left as it is, because its copy \(copy) \
                cannot be made: \(error.message); make room or let this user write there
                """
            case .stopped(let from, let to, let copy, let error):
                """
                \(path) could not be brought from schema version \(from) to \(to) and is as it \
                was: \(error.message)\(copy.map { "; a copy of it is \($0)" } ?? ""): \
                \(Self.wayOn(after: error)), or name another state directory with --state-dir
                """
            case .failed(let error):
                StoreOpeningError(path: path, error).description
            }
    }

    /// Describes what SQLite said.
    init(path: String, _ error: SQLiteError) {
        description =
            if error.isNotADatabase {
                "\(path) is no SQLite database: move it away or name another one with --state-dir"
            } else if error.isDamage {
                """
                \(path) is damaged (\(error.message)): put a copy of it back, or move it away and \
                a new world begins
                """
            } else {
                "cannot open \(path): \(error.message)"
            }
    }

    /// What to do about a migration that failed.
    private static func wayOn(after error: SQLiteError) -> String {
        error.isLackOfRoom ? "make room and start again" : "use the program that wrote it"
    }

    /// Names the copy that the newer program made before it changed the file, if it lies there.
    private static func wayBack(from path: String, to known: Int64) -> String {
        let copy = "\(path).v\(known)-backup"
        guard unsafe access(copy, F_OK) == 0 else { return "" }
        return "; the file as this program left it is \(copy)"
    }
}
