import OpenSSLBridge

extension Rule {
    /// What keeps databases in the field readable.
    static let ofMigrations: [Rule] = [
        Rule(
            sentence: "a released migration does not change",
            remedy: "Restore it, and write a new migration."
        ) { repository in
            let listPath = "Tests/RepositoryRulesTests/released-migrations.txt"
            let list = repository.texts.first { $0.path == listPath }?.text ?? ""
            return list.split(separator: "\n").enumerated().compactMap { index, line in
                guard !line.hasPrefix("#") else { return nil }
                let words = line.split(separator: " ")
                guard let released = words.first, let name = words.last else { return nil }
                let migration = repository.texts.first { $0.path == "migrations/\(name)" }
                let sum = migration.map { hexadecimal(Digest.sha256(Array($0.text.utf8))) }
                guard sum != String(released) else { return nil }
                return Finding(path: listPath, line: index + 1, what: "migrations/\(name)")
            }
        },
        Rule(
            sentence: "every migration is embedded, and applied in the order of its number",
            remedy: "Name it v<number>_<subject>.sql, the numbers without a gap, and add it to "
                + "Package.swift and to Schema.swift."
        ) { repository in
            let names = repository.texts.map(\.path)
                .filter { $0.hasPrefix("migrations/") }
                .map { String($0.dropFirst("migrations/".count)) }
                .sorted()
            return names.enumerated().flatMap { index, name in
                defects(of: name, number: index + 1, in: repository).map { what in
                    Finding(path: "migrations/\(name)", line: 1, what: what)
                }
            } + misplaced(names, in: repository)
        },
    ]

    private static let schemaPath = "Sources/AccountStore/Schema.swift"

    private static func defects(
        of name: String,
        number: Int,
        in repository: Repository
    ) -> [String] {
        var defects: [String] = []
        let digits = String(number)
        let prefix = "v" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_"
        if !name.hasPrefix(prefix) || !name.hasSuffix(".sql") {
            defects.append("is not called \(prefix)….sql")
        }
        let package = repository.texts.first { $0.path == "Package.swift" }?.text ?? ""
        if !package.contains(".embedInCode(\"../../migrations/\(name)\")") {
            defects.append("is not embedded by Package.swift")
        }
        return defects
    }

    /// What Schema.swift applies must be the migrations, in the order of their names.
    private static func misplaced(_ names: [String], in repository: Repository) -> [Finding] {
        let schema = repository.files.first { $0.path == schemaPath }
        let applied = schema?.code.compactMap { line in
            line.firstRange(of: "PackageResources.").map { found in
                String(line[found.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
            }
        }
        let expected = names.map { $0.replacing(".", with: "_") }
        guard let applied, applied != expected else { return [] }
        return [
            Finding(
                path: schemaPath,
                line: 1,
                what: "applies \(applied) where migrations/ has \(expected)"
            )
        ]
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
