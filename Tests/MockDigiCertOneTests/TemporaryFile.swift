import FoundationEssentials

/// Files that exist for one test.
enum TemporaryFile {
    /// Writes a file, lends its path and removes it.
    static func with<Result>(
        _ text: String,
        _ body: (String) throws -> Result
    ) throws -> Result {
        try withDirectory { directory in
            let path = directory + "/file"
            try Data(text.utf8).write(to: URL(filePath: path))
            return try body(path)
        }
    }

    /// Makes a directory, lends its path and removes it with all it holds.
    static func withDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "mock-digicert-one-tests-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }
}
