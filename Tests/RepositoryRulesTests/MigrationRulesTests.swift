import Testing

@Suite("Rules of migrations")
struct MigrationRulesTests {
    /// What `printf 'CREATE TABLE t (c);' | sha256sum` prints.
    private static let released =
        "073b4b5a7b4c4724039dbd214b4a31887729b3d45b5458fac7b8880d216078e6  v0001_accounts.sql"

    /// A repository of migrations, and what the package and the schema make of them.
    private static func repository(
        _ migrations: [(name: String, text: String)],
        embedded: [String],
        applied: [String]
    ) -> Repository {
        let package = embedded.map { ".embedInCode(\"../../migrations/\($0)\")" }
        let schema = applied.map { "PackageResources.\($0)," }
        let list = "Tests/RepositoryRulesTests/released-migrations.txt"
        return Repository(
            files: [
                SourceFile(
                    path: "Sources/AccountStore/Schema.swift",
                    text: schema.joined(separator: "\n")
                )
            ],
            texts: migrations.map { .init(path: "migrations/\($0.name)", text: $0.text) } + [
                .init(path: "Package.swift", text: package.joined(separator: "\n")),
                .init(path: list, text: "# Released.\n\(released)\n"),
            ]
        )
    }

    private static func findings(_ repository: Repository) -> [Finding] {
        Rule.ofMigrations.flatMap { $0.findings(repository) }
    }

    @Test(
        "a migration may change until it is released",
        arguments: [("CREATE TABLE t (c);", true), ("CREATE TABLE t (d);", false)]
    )
    func released(_ text: String, isKept: Bool) {
        let repository = Self.repository(
            [("v0001_accounts.sql", text)],
            embedded: ["v0001_accounts.sql"],
            applied: ["v0001_accounts_sql"]
        )
        #expect(Self.findings(repository).isEmpty == isKept)
    }

    /// What can be forgotten of a second migration.
    struct Second: CustomTestStringConvertible {
        let testDescription: String
        var name = "v0002_roles.sql"
        var embedded = ["v0001_accounts.sql", "v0002_roles.sql"]
        var applied = ["v0001_accounts_sql", "v0002_roles_sql"]
        var isRight = false
    }

    static let seconds = [
        Second(testDescription: "nothing is forgotten", isRight: true),
        Second(testDescription: "a gap in the numbers", name: "v0003_roles.sql"),
        Second(testDescription: "a number twice", name: "v0001_roles.sql"),
        Second(testDescription: "another kind of file", name: "v0002_roles.txt"),
        Second(testDescription: "not embedded", embedded: ["v0001_accounts.sql"]),
        Second(testDescription: "not applied", applied: ["v0001_accounts_sql"]),
        Second(
            testDescription: "applied in another order",
            applied: ["v0002_roles_sql", "v0001_accounts_sql"]
        ),
    ]

    @Test("a migration that is not embedded, applied and in order is refused", arguments: seconds)
    func second(_ second: Second) {
        let repository = Self.repository(
            [("v0001_accounts.sql", "CREATE TABLE t (c);"), (second.name, "SELECT 1")],
            embedded: second.embedded,
            applied: second.applied
        )
        #expect(Self.findings(repository).isEmpty == second.isRight)
    }
}
