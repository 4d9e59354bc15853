import AccountModel
import FoundationEssentials
import TestCommand
import Testing

@testable import World

@Suite("ZipArchive")
struct ZipArchiveTests {
    private static func archive(at time: Timestamp) -> ZipArchive {
        var archive = ZipArchive(time: time)
        archive.add("a.txt", Array("text".utf8))
        archive.add("folder/schlüssel 🗝.bin", Array(0...255), for: .owner)
        archive.add("empty", [])
        return archive
    }

    private static let time = Timestamp.parse(iso8601: "2025-10-20T13:37:59Z")

    @Test("Python's zipfile reads names, bytes, times and permissions, and every checksum is right")
    func python() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/kit.zip"
        let file = Self.archive(at: try #require(Self.time)).file
        try Data(file).write(to: URL(filePath: path))
        let script = """
            import sys, zipfile
            z = zipfile.ZipFile(sys.argv[1])
            assert z.testzip() is None
            for i in z.infolist():
                print(i.filename, i.date_time, oct(i.external_attr >> 16), z.read(i).hex())
            """
        let run = try TestCommand.run([
            "env", "PYTHONIOENCODING=utf-8", "python3", "-c", script, path,
        ])
        let bytes = (0...255).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(
            run.text == """
                a.txt (2025, 10, 20, 13, 37, 58) 0o100644 74657874
                folder/schlüssel 🗝.bin (2025, 10, 20, 13, 37, 58) 0o100600 \(bytes)
                empty (2025, 10, 20, 13, 37, 58) 0o100644 \n
                """,
            "\(run.errors)"
        )
    }

    @Test("unzip finds nothing wrong and restores permissions")
    func unzip() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/kit.zip"
        try Data(Self.archive(at: try #require(Self.time)).file).write(to: URL(filePath: path))
        let check = try TestCommand.run(["unzip", "-t", path])
        #expect(check.status == 0, "\(check.text)\(check.errors)")
        #expect(check.text.contains("No errors detected"))
        let run = try TestCommand.run(["unzip", "-q", path, "a.txt", "empty", "-d", folder.path])
        #expect(run.status == 0, "\(run.errors)")
        let text = try Data(contentsOf: URL(filePath: folder.path + "/a.txt"))
        #expect(Array(text) == Array("text".utf8))
    }

    @Test("the same content at the same time is the same file")
    func repeats() throws {
        let time = try #require(Self.time)
        #expect(Self.archive(at: time).file == Self.archive(at: time).file)
    }

    @Test("a time that zip has not becomes its first", arguments: [-1, 315_532_799, 4_354_819_200])
    func bounds(_ seconds: Int64) throws {
        let file = Self.archive(at: Timestamp(secondsSince1970: seconds)).file
        #expect(Array(file[10..<14]) == [0, 0, 0x21, 0])
    }
}
