import FoundationEssentials

/// The repository that this test file lies in.
struct Repository: Sendable {
    /// Every Swift file under `Sources` and `Tests`, sorted by path.
    let files: [SourceFile]

    /// Every other text file that a person wrote: documents, scripts, SQL, configuration.
    let texts: [TextFile]

    /// Where all of it lies, whatever kind it is; nil where it lies nowhere.
    var root: String?

    /// A file of another language, of which only the text matters.
    struct TextFile: Sendable {
        let path: String
        let text: String
    }

    /// Reads the tree around this source file, wherever the tests are started from.
    ///
    /// - Returns: What was found.
    /// - Throws: An error of `FileManager` when a folder cannot be read.
    static func read() throws -> Repository {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return try read(root: "/" + parts.joined(separator: "/"))
    }

    /// Reads a tree.
    ///
    /// - Parameter root: The absolute path of its top folder.
    /// - Returns: What was found.
    /// - Throws: An error of `FileManager` when a folder cannot be read.
    static func read(root: String) throws -> Repository {
        var files: [SourceFile] = []
        var texts: [TextFile] = []
        for folder in [
            "Sources", "Tests", "config", "docs", "migrations", "scripts", ".ci", ".github",
            "Benchmarks",
        ] {
            for path in try paths(under: folder, root: root) {
                guard let text = text(at: root + "/" + path) else { continue }
                if path.hasSuffix(".swift") && !path.hasPrefix("Benchmarks/") {
                    files.append(SourceFile(path: path, text: text))
                } else {
                    texts.append(TextFile(path: path, text: text))
                }
            }
        }
        for path in [
            "README.md", "CHANGELOG.md", "Dockerfile", ".dockerignore", "Package.swift",
            "Package.resolved",
        ] {
            if let text = text(at: root + "/" + path) {
                texts.append(TextFile(path: path, text: text))
            }
        }
        return Repository(
            files: files.sorted { $0.path < $1.path },
            texts: texts.sorted { $0.path < $1.path },
            root: root
        )
    }

    private static func paths(under folder: String, root: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: root + "/" + folder) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: root + "/" + folder)
            .filter { !$0.contains("__pycache__") && !$0.contains(".build") }
            .map { folder + "/" + $0 }
    }

    private static func text(at path: String) -> String? {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder,
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        return String(validating: data, as: UTF8.self)
    }
}
