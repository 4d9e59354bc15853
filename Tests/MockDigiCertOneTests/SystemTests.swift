import FoundationEssentials
import Glibc
import Testing

@testable import MockDigiCertOne

@Suite("System")
struct SystemTests {
    @Test("standard output and standard error get their own text and nothing else")
    func streams() async throws {
        let result = await #expect(
            processExitsWith: .success,
            observing: [\.standardOutputContent, \.standardErrorContent]
        ) {
            StandardStreams.writeOutput("one line\n")
            StandardStreams.writeError("another\n")
            exit(EXIT_SUCCESS)
        }
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        let error = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(output.contains("one line\n") && !output.contains("another"))
        #expect(error.contains("another\n") && !error.contains("one line"))
    }

    @Test("a file is replaced as a whole, with the given permissions and no remains")
    func replace() throws {
        try TemporaryFile.withDirectory { directory in
            let path = directory + "/ready.json"
            for text in ["first", "second"] {
                // More than a usual umask leaves.
                try FileBytes.replace(path: path, with: Array(text.utf8), mode: 0o666)
                #expect(try FileBytes.read(path: path, bytesMax: 100) == Array(text.utf8))
                var status = stat()
                #expect(unsafe stat(path, &status) == 0 && status.st_mode & 0o777 == 0o666)
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(names == ["ready.json"])
        }
    }

    @Test("a file is read up to its limit and not beyond", arguments: [(5, true), (4, false)])
    func read(bytesMax: Int, isRead: Bool) throws {
        try TemporaryFile.with("12345") { path in
            let bytes = try? FileBytes.read(path: path, bytesMax: bytesMax)
            #expect((bytes == Array("12345".utf8)) == isRead)
        }
    }

    @Test("a failed call says why in words")
    func failure() throws {
        let error = try #require(throws: SystemError.self) {
            _ = try FileBytes.read(path: "/nonexistent/file", bytesMax: 1)
        }
        #expect(error.operation == "open")
        #expect("\(error)" == "No such file or directory")
    }

    @Test("arguments are found without /proc, beside the environment", arguments: [0, 1, 3])
    func arguments(count: Int) {
        let texts = unsafe (0..<count).map { unsafe strdup("argument \($0)") }
        defer { unsafe texts.forEach { unsafe free($0) } }
        // What the kernel lays out: their number, a pointer to each, null, then the environment.
        var words: [UnsafeMutablePointer<CChar>?] = unsafe [.init(bitPattern: count)]
        unsafe words += texts
        unsafe words += [nil, nil]
        let found = unsafe words.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe ProcessArguments.besides($0 + count + 2) }
        }
        #expect(found == (0..<count).map { "argument \($0)" })
    }

    @Test("arguments come without the program's name")
    func currentArguments() {
        #expect(ProcessArguments.current() == Array(CommandLine.arguments.dropFirst()))
    }

    @Test("a path becomes one that others can use from elsewhere")
    func absolute() {
        #expect(FilePath.absolute("/a/b") == "/a/b")
        #expect(FilePath.absolute("a") == FileManager.default.currentDirectoryPath + "/a")
        #expect(FilePath.absolute(".") == FileManager.default.currentDirectoryPath + "/")
    }

    @Test(
        "addresses are told from names, and loopback from the world",
        arguments: [
            ("127.0.0.1", true, true), ("127.9.9.9", true, true), ("::1", true, true),
            ("10.0.0.1", true, false), ("::", true, false), ("fe80::1", true, false),
            ("1.2.3", false, false), ("127.example.test", false, false), ("[::1]", false, false),
        ]
    )
    func addresses(text: String, isAddress: Bool, isLoopback: Bool) {
        #expect(IPAddress.isAddress(text) == isAddress)
        #expect(IPAddress.isLoopback(text) == isLoopback)
    }

    @Test("the machine has a name that a certificate can carry")
    func machine() {
        #expect(HostName.isName(MachineName.current()))
    }

    @Test("the system's clock runs, in nanoseconds and in seconds")
    func clock() {
        let first = SystemClock.nanosecondsSince1970()
        #expect(SystemClock.secondsSince1970() >= first / 1_000_000_000)
        #expect(SystemClock.nanosecondsSince1970() >= first)
    }
}
