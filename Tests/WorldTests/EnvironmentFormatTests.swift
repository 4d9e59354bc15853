import FoundationEssentials
import TestCommand
import Testing

@testable import World

@Suite("EnvironmentFormat")
struct EnvironmentFormatTests {
    /// Everything that some format gives a meaning to.
    private static let hostile = [
        EnvironmentVariable("PLAIN", "https://localhost:8443"),
        EnvironmentVariable("EMPTY", ""),
        EnvironmentVariable("SPACES", "  two  spaces  "),
        EnvironmentVariable("QUOTES", #"it's "quoted" `date` $(date) $HOME ${HOME} %PATH% !x"#),
        EnvironmentVariable("APOSTROPHES", "''\u{2019}\u{201B}"),
        EnvironmentVariable("BACKSLASHES", #"\n \\ \' \" \"#),
        EnvironmentVariable("LINES", "one\ntwo\r\nthree\n"),
        EnvironmentVariable("MARK", "END_OF_MARK\nEND_OF_MARK_\n=x<<y"),
        EnvironmentVariable("COMMENT", "# no comment; & | < > * ? ~ [a]"),
        EnvironmentVariable("CONTROL", "\u{1}\t\u{7F}"),
        EnvironmentVariable("UNICODE", "é e\u{301} '\u{301} 日本 🗝"),
    ]

    /// Prints the variables as NUL-separated pairs, whatever is in them.
    private static let printer = "env -0"

    private static func pairs(_ output: [UInt8]) -> [String: String] {
        output.split(separator: 0).reduce(into: [:]) { pairs, pair in
            let text = String(decoding: pair, as: UTF8.self)
            guard let equals = text.unicodeScalars.firstIndex(of: "=") else { return }
            pairs[String(text[..<equals])] = String(
                text.unicodeScalars[text.unicodeScalars.index(after: equals)...]
            )
        }
    }

    /// Compares bytes: two texts that are equal to Unicode are not to a program.
    private static func expect(_ found: [String: String], _ comment: Comment) {
        for variable in hostile {
            let value = found[variable.name].map { Array($0.utf8) }
            #expect(value == Array(variable.value.utf8), "\(comment) \(variable.name)")
        }
    }

    @Test("a shell gives every value back", arguments: ["sh", "bash", "dash"])
    func shell(_ shell: String) throws {
        let script = EnvironmentFormat.sh.text(Self.hostile) + Self.printer
        let run = try TestCommand.run([shell, "-eu", "-c", script])
        #expect(run.status == 0, "\(run.errors)")
        Self.expect(Self.pairs(run.output), "\(shell)")
    }

    @Test("eval takes the text out of a command's output")
    func eval() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("env.sh", EnvironmentFormat.sh.text(Self.hostile))
        let script = "eval \"$(cat \"$0\")\" && \(Self.printer)"
        let run = try TestCommand.run(["sh", "-c", script, path])
        Self.expect(Self.pairs(run.output), "eval")
    }

    @Test("a shell appends to what is there, and only then with a joint")
    func appends() throws {
        let variable = EnvironmentVariable("LIST", "it's", appendedAfter: ",")
        let script = EnvironmentFormat.sh.text([variable]) + "printf %s \"$LIST\""
        for (older, joined) in [("LIST=", "it's"), ("LIST=a b", "a b,it's")] {
            let run = try TestCommand.run(["env", older, "sh", "-eu", "-c", script])
            #expect(run.text == joined)
        }
        #expect(variable.appended(to: nil).value == "it's")
        #expect(variable.appended(to: "a b").value == "a b,it's")
        #expect(EnvironmentFormat.json.text([variable]) == "{\n  \"LIST\": \"it's\"\n}\n")
        #expect(
            EnvironmentFormat.powershell.text([variable])
                == "$env:LIST = $(if ($env:LIST) { $env:LIST + ',' }) + 'it''s'\n"
        )
    }

    @Test("JSON holds every value")
    func json() throws {
        let text = EnvironmentFormat.json.text(Self.hostile)
        let found = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        Self.expect(found, "JSON")
        #expect(EnvironmentFormat.json.text([]) == "{\n}\n")
    }

    @Test("GitHub reads lines up to a mark that no value has")
    func github() {
        let text = EnvironmentFormat.github.text(Self.hostile)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        var found: [String: String] = [:]
        // As the runner does it: NAME=value, or NAME<<MARK and lines up to one that is the mark.
        while let line = lines.popFirst(), !line.isEmpty || !lines.isEmpty {
            let equals = line.firstIndex(of: "=") ?? line.endIndex
            let heredoc = line.firstRange(of: "<<")
            guard let heredoc, heredoc.lowerBound < equals else {
                found[String(line[..<equals])] = String(line[equals...].dropFirst())
                continue
            }
            let mark = line[heredoc.upperBound...]
            let body = lines.prefix { $0 != mark }
            lines = lines.dropFirst(body.count + 1)
            found[String(line[..<heredoc.lowerBound])] = body.joined(separator: "\n")
        }
        Self.expect(found, "GitHub")
    }

    @Test("a .env file stands in apostrophes, and between quotation marks where it cannot")
    func dotenv() {
        func line(_ value: String) -> String {
            EnvironmentFormat.dotenv.text([EnvironmentVariable("X", value)])
        }
        #expect(line("a # b $c \"d\"") == "X='a # b $c \"d\"'\n")
        #expect(line("one\ntwo\n") == "X='one\ntwo\n'\n")
        #expect(line(#"a\b"#) == #"X='a\b'"# + "\n")
        #expect(line(#"a\"#) == #"X="a\\""# + "\n")
        #expect(line("it's\n\"x\"") == #"X="it's\n\"x\"""# + "\n")
    }

    @Test("PowerShell reads no more than doubled apostrophes of any kind")
    func powershell() {
        let values = ["a$b`n", "it's", "\u{2018}x\u{2019}", "two\nlines"]
        let lines = values.map { value in
            EnvironmentFormat.powershell.text([EnvironmentVariable("X", value)])
        }
        #expect(
            lines == [
                "$env:X = 'a$b`n'\n", "$env:X = 'it''s'\n",
                "$env:X = '\u{2018}\u{2018}x\u{2019}\u{2019}'\n", "$env:X = 'two\nlines'\n",
            ]
        )
        #expect(EnvironmentFormat.powershell.mediaType == "text/plain; charset=utf-8")
        #expect(EnvironmentFormat.json.mediaType == "application/json")
    }
}
