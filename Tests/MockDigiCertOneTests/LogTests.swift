import FoundationEssentials
import Glibc
import HTTP
@testable import HTTPServer
import Logging
import Testing
import World

@testable import MockDigiCertOne

/// Text that could forge a line or move a terminal's cursor, and both escaped forms.
struct Injection: Sendable, CustomTestStringConvertible {
    let raw: String
    let plain: String
    let quoted: String

    init(_ raw: String, plain: String, quoted: String) {
        self.raw = raw
        self.plain = plain
        self.quoted = quoted
    }

    var testDescription: String { quoted }
}

private let injections: [Injection] = [
    Injection("a\nb", plain: #"a\nb"#, quoted: #""a\nb""#),
    Injection("a\r\nb", plain: #"a\r\nb"#, quoted: #""a\r\nb""#),
    Injection("a\tb", plain: #"a\tb"#, quoted: #""a\tb""#),
    Injection("\u{1B}[2J", plain: #"\u{1b}[2J"#, quoted: #""\u001b[2J""#),
    Injection("\u{0}", plain: #"\u{0}"#, quoted: #""\u0000""#),
    Injection("\u{7F}", plain: #"\u{7f}"#, quoted: #""\u007f""#),
    Injection("\u{9B}2J", plain: #"\u{9b}2J"#, quoted: #""\u009b2J""#),
    Injection("\u{202E}x", plain: #"\u{202e}x"#, quoted: #""\u202ex""#),
    Injection("\u{2028}", plain: #"\u{2028}"#, quoted: #""\u2028""#),
    Injection(#"say "hi""#, plain: #"say "hi""#, quoted: #""say \"hi\"""#),
    Injection(#"C:\n"#, plain: #"C:\n"#, quoted: #""C:\\n""#),
    Injection("Zürich ✓", plain: "Zürich ✓", quoted: #""Zürich ✓""#),
    Injection("", plain: "", quoted: #""""#),
]

@Suite("Log")
struct LogTests {
    /// 2025-10-20T00:00:01.007Z in nanoseconds.
    private static let time: Int64 = 1_760_918_401_007_000_000

    @Test("a text line escapes what could forge another", arguments: injections)
    func text(_ row: Injection) {
        var writer = LogLineWriter(format: .text)
        writer.begin(at: Self.time, level: "info", message: row.raw)
        writer.field(LogFieldName("value"), row.raw + " ")
        writer.end()
        let quoted = row.quoted.dropLast() + " \""
        let expected = "2025-10-20T00:00:01.007Z info \(row.plain) value=\(quoted)\n"
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test("a JSON line is one JSON object that gives back what was logged", arguments: injections)
    func json(_ row: Injection) throws {
        var writer = LogLineWriter(format: .json)
        writer.begin(at: Self.time, level: "warning", message: row.raw)
        writer.field(LogFieldName("value"), row.raw)
        writer.field(LogFieldName("count"), -5)
        writer.end()
        let line = String(decoding: writer.bytes, as: UTF8.self)
        #expect(line.contains(#""message":\#(row.quoted)"#))
        #expect(line.filter { $0 == "\n" }.count == 1 && line.hasSuffix("}\n"))
        let object = try JSONDecoder().decode(JSONTree.self, from: Data(writer.bytes))
        #expect(
            object
                == .object([
                    "time": .text("2025-10-20T00:00:01.007Z"), "level": .text("warning"),
                    "message": .text(row.raw), "value": .text(row.raw), "count": .integer(-5),
                ])
        )
    }

    @Test("plain text is escaped in error messages too", arguments: injections)
    func plain(_ row: Injection) {
        #expect(LogText.escaped(row.raw) == row.plain)
    }

    @Test("a word in a text line needs no quotation marks")
    func word() {
        var writer = LogLineWriter(format: .text)
        writer.begin(at: Self.time, level: "info", message: "x")
        writer.field(LogFieldName("path"), "/account/api?")
        writer.end()
        #expect(String(decoding: writer.bytes, as: UTF8.self).hasSuffix(" path=/account/api?\n"))
    }

    @Test("the time of a line follows its second, whichever line came before")
    func times() {
        var writer = LogLineWriter(format: .text)
        for time in [Self.time, Self.time + 1_000_000_000, Self.time] {
            writer.begin(at: time, level: "info", message: "x")
            writer.end()
        }
        let lines = String(decoding: writer.bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.map { $0.prefix(24).suffix(5) } == ["007Z", "007Z", "007Z"].map { "." + $0 })
        #expect(lines.map { $0.prefix(19).suffix(2) } == ["01", "02", "01"])
    }

    @Test("a logger writes metadata in order of names and nothing below its level")
    func handler() throws {
        let lines = try OutputFile.lines { output in
            let logger = Logger(label: "test") { _ in
                LineLogHandler(output: output, format: .text, level: .notice, now: { Self.time })
            }
            logger.info("hidden")
            logger.notice("shown", metadata: ["b": "2", "a": "1"])
        }
        #expect(lines == ["2025-10-20T00:00:01.007Z notice shown a=1 b=2"])
    }

    @Test("the access log writes a line when its loop flushes, and cuts off what is long")
    func accessLog() throws {
        let lines = try OutputFile.lines { output in
            let log = accessLog(output, loops: 2)
            log.record(exchange(path: "/" + String(repeating: "a", count: 600), reason: "a\nb"))
            log.flush(loop: 0)
            log.record(exchange(path: "/lost", reason: nil, loop: 0))
            log.flush(loop: 1)
        }
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.contains("request_id=r-1 remote=192.0.2.1:5 listener=api world=default"))
        #expect(line.contains("method=GET path=\"/aaaa"))
        #expect(line.contains("status=403 bytes=5 microseconds=17 principal=somebody"))
        #expect(line.hasSuffix(#"reason="a\nb""#))
        #expect(line.utf8.count < 900)
    }

    @Test("a probe that finds all well is logged at debug only", arguments: probes)
    func probe(_ row: Probe) throws {
        let lines = try OutputFile.lines { output in
            let log = accessLog(output, hasProbes: row.hasProbes)
            log.record(
                exchange(
                    path: row.path,
                    reason: nil,
                    listener: row.listener,
                    status: row.status
                )
            )
            log.flush(loop: 0)
        }
        #expect(lines.count == (row.isLogged ? 1 : 0))
    }

    struct Probe: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var path = "/readyz"
        var listener = "control"
        var status = 200
        var hasProbes = false
        var isLogged = true
    }

    static let probes = [
        Probe(testDescription: "ready", isLogged: false),
        Probe(testDescription: "alive", path: "/livez", isLogged: false),
        Probe(testDescription: "ready, at debug", hasProbes: true),
        Probe(testDescription: "not ready", status: 503),
        Probe(testDescription: "not a probe", path: "/ready"),
        Probe(testDescription: "not on the control listener", listener: "api"),
    ]

    private func accessLog(
        _ output: LogOutput,
        loops: Int = 1,
        hasProbes: Bool = false
    ) -> AccessLog {
        AccessLog(
            output: output,
            format: .text,
            loops: loops,
            hasProbes: hasProbes,
            now: { Self.time }
        )
    }

    private func exchange(
        path: String,
        reason: String?,
        loop: Int = 0,
        listener: String = "api",
        status: Int = 403
    ) -> Exchange {
        Exchange(
            requestID: "r-1",
            connection: ConnectionFacts(
                id: 1,
                loop: loop,
                listener: listener,
                remoteAddress: "192.0.2.1:5",
                world: "default"
            ),
            request: Request(method: "GET", target: path),
            response: Response(status: status, reason: reason, principal: "somebody"),
            version: .http11,
            bodyBytes: 5,
            microseconds: 17
        )
    }
}

/// A log output that ends in a file.
enum OutputFile {
    /// Lends an output and reads back what was written.
    static func lines(_ body: (LogOutput) throws -> Void) throws -> [String] {
        try TemporaryFile.with("") { path in
            let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
            try #require(descriptor >= 0)
            defer { _ = close(descriptor) }
            try body(LogOutput(descriptor: descriptor))
            let bytes = try FileBytes.read(path: path, bytesMax: 1_048_576)
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }
}
