import Testing

/// A snippet that a rule must refuse, or must let pass.
private struct Snippet: Sendable, CustomTestStringConvertible {
    let what: String
    let rule: String
    var path = "Sources/World/Snippet.swift"
    let text: String

    var testDescription: String { what }

    var findings: [Finding] {
        let file = SourceFile(path: path, text: text)
        let test = SourceFile(
            path: "Tests/WorldTests/SnippetTests.swift",
            text: "// Snippet is tested here.\n"
        )
        let repository = Repository(files: [file, test], texts: [])
        return House.rules.filter { $0.sentence.contains(rule) }.flatMap {
            $0.findings(repository)
        }
    }
}

@Suite("Rules refuse and let pass")
struct RuleSelfTests {
    private static let refused: [Snippet] = [
        Snippet(
            what: "401 lines",
            rule: "a file has at most",
            text: String(repeating: "// line\n", count: 401)
        ),
        Snippet(
            what: "101 characters",
            rule: "a line has at most",
            text: String(repeating: "x", count: 101)
        ),
        Snippet(
            what: "a function of 61 lines",
            rule: "a function has at most",
            text: "func f() {\n" + String(repeating: "    g()\n", count: 59) + "}\n"
        ),
        Snippet(
            what: "an initializer of 61 lines",
            rule: "a function has at most",
            text: "init(x: Int) {\n" + String(repeating: "    g()\n", count: 59) + "}\n"
        ),
        Snippet(
            what: "a C module outside its bridge",
            rule: "only a bridge imports",
            text: "import COpenSSL\n"
        ),
        Snippet(
            what: "another bridge's C module",
            rule: "only a bridge imports",
            path: "Sources/SQLiteBridge/Snippet.swift",
            text: "internal import CNghttp2\n"
        ),
        Snippet(
            what: "a system library among values",
            rule: "values import no system",
            path: "Sources/HTTP/Snippet.swift",
            text: "import Glibc\n"
        ),
        Snippet(
            what: "Foundation",
            rule: "all of Foundation",
            text: "import Foundation\n"
        ),
        Snippet(
            what: "a part of Foundation",
            rule: "all of Foundation",
            text: "import struct Foundation.Data\n"
        ),
        Snippet(
            what: "a suspension in a bridge",
            rule: "a bridge is synchronous",
            path: "Sources/OpenSSLBridge/Snippet.swift",
            text: "func f() async {}\n"
        ),
        Snippet(what: "the clock", rule: "time is an argument", text: "let now = Date()\n"),
        Snippet(what: "chance", rule: "chance is an argument", text: "Int.random(in: 0...9)\n"),
        Snippet(
            what: "the environment",
            rule: "reads the environment",
            text: "getenv(name)\n"
        ),
        Snippet(
            what: "a mark of work left",
            rule: "no work is left",
            text: "// TO" + "DO: later\n"
        ),
        Snippet(
            what: "a forced try",
            rule: "no failure ends",
            text: "let x = try! f()\n"
        ),
        Snippet(
            what: "a fatal error",
            rule: "no failure ends",
            text: "fatalError(message)\n"
        ),
        Snippet(what: "printing", rule: "only the command line prints", text: "print(x)\n"),
        Snippet(
            what: "a sleeping test",
            rule: "waits for events",
            path: "Tests/WorldTests/Snippet.swift",
            text: "try await Task.sleep(for: .seconds(1))"
        ),
        Snippet(
            what: "a task beside a test",
            rule: "a thread of its own",
            path: "Tests/WorldTests/Snippet.swift",
            text: "let task = Task.detached { wait() }\n"
        ),
        Snippet(
            what: "unexplained sharing",
            rule: "unchecked sharing",
            text: "final class C: @unchecked Sendable {}\n"
        ),
        Snippet(
            what: "a name that only helps",
            rule: "a type's name",
            text: "package final class SessionManager {}\n"
        ),
        Snippet(
            what: "a folder of a machine",
            rule: "somebody's machine",
            text: "let path = \"/wo" + "rk/x\"\n"
        ),
        Snippet(
            what: "a test without a name",
            rule: "a sentence for its name",
            text: "@Test func f() {}\n"
        ),
        Snippet(
            what: "a table of tests without a name",
            rule: "a sentence for its name",
            text: "@Test(arguments: rows)\nfunc f() {}\n"
        ),
        Snippet(
            what: "a socket without a time limit",
            rule: "has a time limit",
            path: "Tests/BehaviourTests/Snippet.swift",
            text: "@Suite(\"S\")\nstruct S {}\n"
        ),
        Snippet(
            what: "a source without tests",
            rule: "named by a test",
            path: "Sources/World/Other.swift",
            text: "package struct Other {}\n"
        ),
        Snippet(
            what: "an undocumented function",
            rule: "is documented",
            text: "struct S {\n    package static func f() {}\n}\n"
        ),
        Snippet(
            what: "an undocumented type",
            rule: "is documented",
            text: "// No document.\n@safe\npackage struct S: ~Copyable {}\n"
        ),
        Snippet(
            what: "an undescribed route",
            rule: "every route",
            path: "Sources/World/Routes.swift",
            text: "Row(\"GET\", \"/account/api/v1/x\")\n"
        ),
    ]

    private static let passing: [Snippet] = [
        Snippet(
            what: "a function that is called like a forbidden one",
            rule: "waits for events",
            path: "Tests/WorldTests/Snippet.swift",
            text: "func sleep() {}\n"
        ),
        Snippet(
            what: "400 lines",
            rule: "a file has at most",
            text: String(repeating: "// line\n", count: 400)
        ),
        Snippet(
            what: "100 characters",
            rule: "a line has at most",
            text: String(repeating: "x", count: 100)
        ),
        Snippet(
            what: "a function of 60 lines",
            rule: "a function has at most",
            text: "func f() {\n" + String(repeating: "    g()\n", count: 58) + "}\n"
        ),
        Snippet(
            what: "requirements before a long type",
            rule: "a function has at most",
            text: "protocol P {\n    func f()\n}\nenum E {\n"
                + String(repeating: "    case c\n", count: 80) + "}\n"
        ),
        Snippet(
            what: "a C module in its bridge",
            rule: "only a bridge imports",
            path: "Sources/OpenSSLBridge/Snippet.swift",
            text: "import COpenSSL\n"
        ),
        Snippet(
            what: "FoundationEssentials",
            rule: "all of Foundation",
            text: "import FoundationEssentials\n"
        ),
        Snippet(
            what: "forbidden words in comments and strings",
            rule: "no failure ends",
            text: "// fatalError is not used.\nlet s = \"try! \\(f(\"as!\")) abort()\"\n"
        ),
        Snippet(
            what: "forbidden words in a longer string",
            rule: "only the command line prints",
            text: "let s = #\"print(\"x\")\"#\nlet t = \"\"\"\n    print(1)\n    \"\"\"\n"
        ),
        Snippet(
            what: "a longer word",
            rule: "only the command line prints",
            text: "let x = fingerprint(y)\n"
        ),
        Snippet(
            what: "explained sharing",
            rule: "unchecked sharing",
            text: "// The loop's thread alone touches it.\nclass C: @unchecked Sendable {}\n"
        ),
        Snippet(
            what: "the vendor's product",
            rule: "a type's name",
            text: "package struct AccountManagerAPI {}\n"
        ),
        Snippet(
            what: "a named test",
            rule: "a sentence for its name",
            text: "@Test(\n    \"works\", arguments: rows)\nfunc f() {}\n"
        ),
        Snippet(
            what: "a socket with a time limit",
            rule: "has a time limit",
            path: "Tests/BehaviourTests/Snippet.swift",
            text: "@Suite(\"S\", .timeLimit(.minutes(10)))\nstruct S {}\n"
        ),
        Snippet(
            what: "explained sharing behind an attribute",
            rule: "unchecked sharing",
            text: "/// The pointer is never written.\n@safe\nstruct S: @unchecked Sendable {}\n"
        ),
        Snippet(
            what: "a source that a test names",
            rule: "named by a test",
            text: "package struct Snippet {}\n"
        ),
        Snippet(
            what: "a source that its target alone uses",
            rule: "named by a test",
            path: "Sources/World/Other.swift",
            text: "struct Other {}\n"
        ),
        Snippet(
            what: "a documented function",
            rule: "is documented",
            text: "/// Does.\n@discardableResult\npackage func f() {}\n"
        ),
        Snippet(
            what: "a package import",
            rule: "is documented",
            text: "package import HTTP\n"
        ),
    ]

    @Test("refuses", arguments: refused)
    private func refuses(_ snippet: Snippet) {
        #expect(!snippet.findings.isEmpty)
    }

    @Test("lets pass", arguments: passing)
    private func letsPass(_ snippet: Snippet) {
        #expect(snippet.findings.isEmpty)
    }

    @Test("every rule about sources has a snippet that it refuses")
    func everyRuleHasASnippet() {
        // Rules about other files have tests of their own.
        let others = Set(
            (Rule.ofMigrations + Rule.ofRecipes + Rule.ofImage + Rule.ofLinks).map(\.sentence)
        )
        for rule in House.rules where !others.contains(rule.sentence) {
            #expect(Self.refused.contains { rule.sentence.contains($0.rule) }, "\(rule.sentence)")
        }
    }
}
