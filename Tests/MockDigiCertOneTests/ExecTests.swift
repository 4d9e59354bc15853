import AccountModel
import Dispatch
import FoundationEssentials
import Glibc
import HTTP
import Synchronization
import Testing
import World

@testable import MockDigiCertOne

@Suite("exec's parts")
struct ExecTests {
    private static func resolve(
        _ flags: [Setting: String] = [:],
        _ environment: [String: String] = [:]
    ) throws -> Configuration {
        try .resolveForExec(
            flags: flags,
            configurationFile: nil,
            environment: ProcessEnvironment(environment)
        )
    }

    private static func value(of setting: Setting, in configuration: Configuration) -> SettingValue?
    {
        configuration.settings.first { $0.setting == setting }?.value
    }

    // MARK: - ExecOrder

    @Test("the world is private, quick and quiet unless a flag says otherwise")
    func defaults() throws {
        let configuration = try Self.resolve(
            [:],
            [
                "MOCK_DIGICERT_ONE_LISTEN": "0.0.0.0", "MOCK_DIGICERT_ONE_CONTROL_PORT": "8440",
                "MOCK_DIGICERT_ONE_STATE_DIR": "/var/lib/x", "TMPDIR": "/t",
            ]
        )
        #expect(configuration.listen == Setting.loopbackAddresses)
        #expect(configuration.controlPort == 0 && configuration.apiPort == 0)
        #expect(configuration.state == .temporary(parent: "/t"))
        #expect(configuration.logLevel == .error)
        #expect(Self.value(of: .caKeyAlgorithm, in: configuration) == .text("p-256"))
    }

    @Test("flags decide about everything, the environment about what is not private")
    func chosen() throws {
        let configuration = try Self.resolve(
            [.stateDir: "/s", .apiPort: "8443", .caKeyAlgorithm: "rsa-2048"],
            ["MOCK_DIGICERT_ONE_LOG_LEVEL": "info", "MOCK_DIGICERT_ONE_NAMES": "a.test"]
        )
        #expect(configuration.state == .directory("/s"))
        #expect(configuration.apiPort == 8443)
        #expect(Self.value(of: .caKeyAlgorithm, in: configuration) == .text("rsa-2048"))
        #expect(configuration.logLevel == .info)
        #expect(configuration.names == ["a.test"])
        let order = ExecOrder(["true"], flags: [:], environment: ProcessEnvironment([:]))
        #expect(order.user == nil && !order.fakesTime)
    }

    // MARK: - SystemRoots

    @Test("the roots are those of SSL_CERT_FILE, else those of the system")
    func roots() throws {
        try TemporaryFile.with("chosen") { path in
            #expect(SystemRoots.read(chosen: path) == "chosen")
        }
        let missing = SystemRoots.read(chosen: "/nonesuch")
        #expect(missing == SystemRoots.read(chosen: nil))
        #expect(missing?.contains("BEGIN CERTIFICATE") == true)
        #expect(SystemRoots.paths.allSatisfy { $0.hasPrefix("/etc/") })
    }

    // MARK: - CommandProcess

    @Test("a program that is not there, or is none, is refused as shells do it")
    func refusals() {
        let inheritance = CommandProcess.Inheritance.keep()
        for (name, status) in [("/nonesuch", 127), ("/etc/passwd", 126), ("/etc", 126)] {
            let refusal = #expect(throws: CommandProcess.Refusal.self) {
                _ = try CommandProcess.start([name], environment: [:], inheritance: inheritance)
            }
            #expect(refusal?.status == Int32(status))
        }
    }

    // MARK: - RefusalReport

    private static func entry(_ number: UInt64, _ event: JournalEntry.Event) -> JournalEntry {
        JournalEntry(
            sequence: number,
            worldTime: Timestamp(secondsSince1970: 0),
            systemNanoseconds: Int64(number),
            event: event
        )
    }

    private static func exchange(
        _ number: UInt64,
        status: Int,
        listener: String = "api",
        reason: String? = nil
    ) -> JournalEntry {
        var exchange = JournalEntry.Exchange(
            requestID: "id-\(number)",
            connection: ConnectionFacts(
                id: 1,
                loop: 0,
                listener: listener,
                remoteAddress: "192.0.2.1:5",
                world: "default"
            ),
            method: "GET",
            path: "/x",
            status: status
        )
        exchange.principal = "jane"
        exchange.reason = reason
        return entry(number, .exchange(exchange))
    }

    private static func text(_ entries: [JournalEntry]) -> String {
        RefusalReport(of: entries, apiURL: "u").text
    }

    @Test("the report tells the last refusals with their reasons, on one line each")
    func report() {
        let none = "mock-digicert-one: no request reached the mock at u\n"
        #expect(Self.text([]) == none)
        #expect(Self.text([Self.exchange(1, status: 404, listener: "control")]) == none)
        let good = Self.exchange(20, status: 200)
        #expect(Self.text([good]).contains("the mock refused none of 1 requests"))
        let refused = (1...12).map { number in
            Self.exchange(number, status: 403, reason: "no\nright")
        }
        let report = Self.text([good] + refused.reversed())
        #expect(report.contains("the mock refused 12 of 13 requests; the last 10:"))
        #expect(report.contains(#"  GET /x 403 as jane: no\nright (id-12)"#), "\(report)")
        #expect(!report.contains("id-2)") && report.contains("id-3)"))
    }

    @Test("a client that does not trust the server is told of once")
    func distrust() {
        func handshake(_ name: String?, _ alert: UInt8?, _ detail: String?) -> JournalEntry {
            var handshake = JournalEntry.Handshake(
                connectionID: 1,
                listener: "api",
                remoteAddress: "192.0.2.1:5",
                localPort: 1,
                isComplete: false
            )
            handshake.serverName = name
            handshake.alertReceived = alert
            handshake.detail = detail
            return Self.entry(1, .handshake(handshake))
        }
        let distrust = handshake("localhost", 48, nil)
        let lines = Self.text([distrust, distrust, handshake(nil, nil, "eof")])
            .split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1].contains("asked for localhost does not trust the mock"))
        #expect(lines[2].contains("a handshake for no name failed: eof"))
    }

    // MARK: - Reports

    @Test("--report takes forms and files in turn, and any number of them")
    func reports() throws {
        let reports = try ExecOrder.Report.read(["junit", "/a.xml", "json", "b.json"])
        #expect(reports.map(\.format) == ["junit", "json"])
        #expect(reports[0].path == "/a.xml" && reports[1].path.hasSuffix("/b.json"))
        for words in [["html", "x"], ["junit"], ["junit", "a", "b"]] {
            let error = #expect(throws: ConfigurationError.self) {
                try ExecOrder.Report.read(words)
            }
            #expect(error?.remedy.contains("junit, json, markdown and a file") == true)
        }
    }

    @Test("a report that cannot be written is refused before the command starts")
    func unwritableReport() throws {
        try TemporaryFile.withDirectory { directory in
            for path in ["/no/such/r.xml", directory] {
                var order = ExecOrder(
                    ["touch", directory + "/touched"],
                    flags: [.logLevel: "critical"],
                    environment: ProcessEnvironment([:])
                )
                order.reports = try ExecOrder.Report.read(["junit", path])
                let error = #expect(throws: ConfigurationError.self) { try ExecRun.run(order) }
                #expect(error?.subject == "--report junit \(path)")
                #expect(error?.problem.contains("cannot be written") == true)
            }
            #expect(FileBytes.problemOfReplacing(path: directory + "/new.xml") == nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        }
    }

    // MARK: - ExecRun

    @Test("--faketime without the library says how to get it, and a user must exist")
    func refusedOrders() throws {
        let order = ExecOrder(
            ["true"],
            as: "nobody",
            flags: [.logLevel: "critical"],
            environment: ProcessEnvironment([:])
        )
        let error = #expect(throws: ConfigurationError.self) { try ExecRun.run(order) }
        #expect(error?.description.hasPrefix(#"--user: there is no user "nobody"; give"#) == true)
    }
}

@Suite("Leftovers of killed processes")
struct LeftoversTests {
    private static func names(in parent: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: parent).sorted()
    }

    /// What a killed process leaves: a lock that nobody holds.
    private static func leave(_ path: String, withLock: Bool = true) throws {
        try FileManager.default.createDirectory(
            atPath: path + "/worlds",
            withIntermediateDirectories: true
        )
        try Data("x".utf8).write(to: URL(filePath: path + "/worlds/default.sqlite"))
        if withLock { try Data("1 x".utf8).write(to: URL(filePath: path + "/lock")) }
    }

    @Test("a start removes them, and nothing that is in use or not ours")
    func removes() throws {
        try TemporaryFile.withDirectory { parent in
            let running = try StateDirectory.open(.temporary(parent: parent))
            defer { running.close() }
            try Self.leave(parent + "/mock-digicert-one.Abc123")
            try Self.leave(parent + "/mock-digicert-one.tests-1")
            try Self.leave(parent + "/mock-digicert-one-Abc123")
            try Self.leave(parent + "/mock-digicert-one.NoLock", withLock: false)
            _ = unsafe mkdir(parent + "/mock-digicert-one.Empty1", 0o700)
            _ = unsafe symlink(
                parent + "/mock-digicert-one-Abc123",
                parent + "/mock-digicert-one.Link12"
            )
            let next = try StateDirectory.open(.temporary(parent: parent))
            defer { next.close() }
            let expected =
                [running.path, next.path].map { String($0.dropFirst(parent.count + 1)) } + [
                    "mock-digicert-one-Abc123", "mock-digicert-one.Link12",
                    "mock-digicert-one.NoLock", "mock-digicert-one.tests-1",
                ]
            #expect(try Self.names(in: parent) == expected.sorted())
            #expect(try Self.names(in: parent + "/mock-digicert-one-Abc123") == ["lock", "worlds"])
        }
    }

    @Test("many that start at once do not take each other for one")
    func race() throws {
        try TemporaryFile.withDirectory { parent in
            let problems = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                for _ in 0..<25 {
                    do {
                        try StateDirectory.open(.temporary(parent: parent)).close()
                    } catch {
                        problems.withLock { $0.append("\(error)") }
                    }
                }
            }
            #expect(problems.withLock { $0 } == [])
            let left = try Self.names(in: parent)
            #expect(left == [])
        }
    }
}
