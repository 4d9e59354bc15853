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
        }
    ]

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
