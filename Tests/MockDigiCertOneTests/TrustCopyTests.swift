import FoundationEssentials
import Glibc
import TestCommand
import Testing

@testable import MockDigiCertOne

@Suite("Copy of the trust file", .timeLimit(.minutes(10)))
struct TrustCopyTests {
    private func start(_ path: String) throws {
        try MockServer.start(try Configuration.embedded(["caCopy": path])).stop()
    }

    private func expectRefusal(_ path: String, _ words: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try start(path) }
        #expect(error.subject == "--ca-copy \(path)")
        #expect(error.problem.contains(words), "\(error)")
    }

    @Test("is written for all to read, and takes the place of an earlier one")
    func written() throws {
        try TemporaryFile.withDirectory { directory in
            let path = directory + "/copy.pem"
            try start(path)
            let first = try FileBytes.read(path: path, bytesMax: 65_536)
            #expect(first.starts(with: Array("-----BEGIN CERTIFICATE-----\n".utf8)))
            var status = stat()
            #expect(unsafe stat(path, &status) == 0 && status.st_mode & 0o777 == 0o644)
            try start(path)
            #expect(try FileBytes.read(path: path, bytesMax: 65_536) != first)
            try FileBytes.replace(path: path, with: [], mode: 0o600)
            try start(path)
            #expect(try !FileBytes.read(path: path, bytesMax: 65_536).isEmpty)
        }
    }

    @Test("never takes the place of a key, of a database or of anything else")
    func occupied() throws {
        let own = try TestAuthority().own
        for text in [own.certificate + own.key, own.key, "SQLite format 3\u{0}", "notes\n"] {
            try TemporaryFile.with(text) { path in
                try expectRefusal(path, "was left as it is")
                #expect(try FileBytes.read(path: path, bytesMax: 65_536) == Array(text.utf8))
            }
        }
    }

    @Test("takes the place of no pipe or device, and of no directory")
    func notRegular() throws {
        try TemporaryFile.withDirectory { directory in
            try expectRefusal(directory, "cannot be written")
            let pipe = directory + "/pipe"
            #expect(unsafe mkfifo(pipe, 0o600) == 0)
            try expectRefusal(pipe, "cannot be written")
        }
    }
}
