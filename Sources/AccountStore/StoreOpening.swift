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

/// Where a database comes from: it decides what a person can do about one that cannot be used.
enum DatabaseOrigin: Sendable {
    /// A world's own file.
    case file(path: String)

    /// A copy of a world: a snapshot, a start, or what somebody sent.
    case copy(name: String)

    /// What complaints call it.
    var name: String {
        switch self {
        case .file(let path): path
        case .copy(let name): name
        }
    }

    /// What else could be used in its place.
    var alternative: String {
        switch self {
        case .file: "name another state directory with --state-dir"
        case .copy:
            "take a file that GET /worlds/{world}/snapshots/{snapshot}/file gave, as it was given"
        }
    }
}

/// Why a world's database cannot be opened.
package struct StoreOpeningError: Error, Hashable, CustomStringConvertible {
    /// One sentence that names the database, the cause and the remedy.
    package let description: String

    /// Whether the database contradicts itself, or is none.
    package let isDamage: Bool

    init(description: String, isDamage: Bool) {
        self.description = description
        self.isDamage = isDamage
    }

    /// Describes what the migrator refused.
    init(of origin: DatabaseOrigin, _ error: MigrationError) {
        let name = origin.name
        switch error {
        case .foreign(let found, let expected):
            self.init(
                description: """
                    \(name) is another program's database (application_id \(found), ours is \
                    \(expected)): \(origin.alternative)
                    """,
                isDamage: false
            )
        case .newer(let version, let known):
            self.init(
                description: """
                    \(name) has schema version \(version), and this program knows versions up to \
                    \(known): use the newer program that wrote it, or \
                    \(origin.alternative)\(Self.wayBack(from: origin, to: known))
                    """,
                isDamage: false
            )
        case .notCopied(let copy, let error):
            self.init(
                description: """
                    \(name) has an older schema and was left as it is, because its copy \(copy) \
                    cannot be made: \(error.message); make room or let this user write there
                    """,
                isDamage: false
            )
        case .stopped(let from, let to, let copy, let error):
            self.init(
                description: """
                    \(name) could not be brought from schema version \(from) to \(to) and is as \
                    it was: \(error.message)\(copy.map { "; a copy of it is \($0)" } ?? ""): \
                    \(Self.wayOn(after: error)), or \(origin.alternative)
                    """,
                isDamage: error.isDamage
            )
        case .failed(let error):
            self.init(of: origin, error)
        }
    }

    /// Describes what SQLite said.
    init(of origin: DatabaseOrigin, _ error: SQLiteError) {
        let name = origin.name
        let isDamage = error.isNotADatabase || error.isDamage
        let description =
            switch origin {
            case .file where error.isNotADatabase:
                "\(name) is no SQLite database: move it away or name another one with --state-dir"
            case .file where error.isDamage:
                """
                \(name) is damaged (\(error.message)): put a copy of it back, or move it away and \
                a new world begins
                """
            case .copy where error.isNotADatabase:
                "\(name) is no SQLite database: \(origin.alternative)"
            case .copy where error.isDamage:
                "\(name) is damaged (\(error.message)): \(origin.alternative)"
            default: "cannot open \(name): \(error.message)"
            }
        self.init(description: description, isDamage: isDamage)
    }

    /// What to do about a migration that failed.
    private static func wayOn(after error: SQLiteError) -> String {
        error.isLackOfRoom ? "make room and start again" : "use the program that wrote it"
    }

    /// Names the copy that the newer program made before it changed the file, if it lies there.
    private static func wayBack(from origin: DatabaseOrigin, to known: Int64) -> String {
        guard case .file(let path) = origin else { return "" }
        let copy = "\(path).v\(known)-backup"
        guard unsafe access(copy, F_OK) == 0 else { return "" }
        return "; the file as this program left it is \(copy)"
    }
}
