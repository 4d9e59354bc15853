import FoundationEssentials
import Glibc
import Testing

@testable import MockDigiCertOne

@Suite("State directory")
struct StateDirectoryTests {
    @Test("is made with those above it, for the user only")
    func make() throws {
        try TemporaryFile.withDirectory { base in
            let path = base + "/a/b"
            let directory = try StateDirectory.open(.directory(path))
            defer { directory.close() }
            #expect(try permissions(path) == 0o700)
            #expect(try permissions(base + "/a") == 0o700)
            #expect(try permissions(path + "/lock") == 0o600)
            #expect(directory.databaseFile(ofWorld: "x") == path + "/worlds/x.sqlite")
            #expect(directory.trustFile == path + "/ca.pem")
        }
    }

    @Test("refuses a second holder in words until the first lets go")
    func lock() throws {
        try TemporaryFile.withDirectory { path in
            let first = try StateDirectory.open(.directory(path))
            let error = try #require(throws: ConfigurationError.self) {
                _ = try StateDirectory.open(.directory(path))
            }
            #expect(error.subject == path)
            #expect(
                error.problem == "is in use by another mock-digicert-one (process \(getpid()))"
            )
            #expect(error.remedy.contains("stop that one, or give --state-dir"))
            let other = try #require(throws: ConfigurationError.self) {
                _ = try StateDirectory.open(.directory(path), whenInUse: "wait")
            }
            #expect(other.remedy == "wait")
            first.close()
            try StateDirectory.open(.directory(path)).close()
        }
    }

    @Test("names a holder on another machine, or in another container, with that machine")
    func elsewhere() throws {
        try TemporaryFile.withDirectory { path in
            let first = try StateDirectory.open(.directory(path))
            defer { first.close() }
            try Data("1 3f2a9c".utf8).write(to: URL(filePath: path + "/lock"))
            let error = try #require(throws: ConfigurationError.self) {
                _ = try StateDirectory.open(.directory(path))
            }
            #expect(error.problem.hasSuffix("(process 1 on 3f2a9c)"))
        }
    }

    @Test("goes with its content when it was temporary, and only then")
    func temporary() throws {
        try TemporaryFile.withDirectory { parent in
            let directory = try StateDirectory.open(.temporary(parent: parent))
            #expect(directory.path.hasPrefix(parent + "/mock-digicert-one."))
            #expect(try permissions(directory.path) == 0o700)
            directory.close()
            directory.close()
            #expect(try FileManager.default.contentsOfDirectory(atPath: parent).isEmpty)

            let kept = try StateDirectory.open(.directory(parent + "/kept"))
            kept.close()
            #expect(FileManager.default.fileExists(atPath: parent + "/kept/worlds"))
        }
    }

    @Test("that cannot be made is refused with the place and the remedy")
    func unusable() throws {
        try TemporaryFile.with("") { file in
            let error = try #require(throws: ConfigurationError.self) {
                _ = try StateDirectory.open(.directory(file + "/below"))
            }
            #expect(error.subject == file + "/below")
            #expect(error.remedy.contains("--state-dir"))
            let other = try #require(throws: ConfigurationError.self) {
                _ = try StateDirectory.open(.temporary(parent: file))
            }
            #expect(other.remedy.contains("TMPDIR"))
        }
    }

    private func permissions(_ path: String) throws -> Int {
        var status = stat()
        try #require(unsafe lstat(path, &status) == 0)
        return Int(status.st_mode & 0o777)
    }
}
