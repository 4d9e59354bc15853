import FoundationEssentials
import Testing

@Suite("The commands for a running server", .timeLimit(.minutes(10)))
struct ControlCommandTests {
    /// One line of the table.
    private struct Row {
        let words: [String]
        let status: Int32
        let expectation: String

        /// A command that works, and what it prints.
        init(_ words: String..., prints expectation: String = "") {
            self.words = words
            self.expectation = expectation
            status = 0
        }

        /// A command that is refused, and what it complains about.
        init(_ words: String..., fails expectation: String, status: Int32 = 1) {
            self.words = words
            self.expectation = expectation
            self.status = status
        }
    }

    private static func check(_ rows: [Row], _ options: [String], in folder: String) async throws {
        for row in rows {
            let output = try await Program(
                path: MockServer.binary(),
                arguments: row.words + options,
                folder: folder
            ).run()
            #expect(output.status == row.status, "\(row.words): \(output)")
            let said = row.status == 0 ? output.text : output.complaints
            let isSaid = row.expectation.isEmpty || said.contains(row.expectation)
            #expect(isSaid, "\(row.words): \(output)")
            if row.status == 1 {
                #expect(output.complaints.split(separator: "\n").count == 1, "\(row.words)")
            }
        }
    }

    @Test("do what they say, in one line where they cannot")
    func table() async throws {
        let server = try await MockServer.start(["--ca-key-algorithm", "p-256"])
        let folder = server.folder
        try folder.write(#"[{"request":{"method":"GET"},"never":true}]"#, to: "never.json")
        try await Self.check(
            Self.worlds + Self.clocks + Self.faults + Self.journals + Self.mails,
            ["--control-url", server.ready.controlUrl],
            in: folder.path
        )
        _ = await server.stop()
    }

    @Test("say that there is no server")
    func noServer() async throws {
        let folder = try TemporaryFolder()
        let rows = [
            Row("clock", "show", fails: "no answer from http://127.0.0.1:1 "),
            Row("world", "list", "--control-url", "https://a", fails: "plain HTTP"),
            Row("clock", "advance", fails: "Give one of", status: 64),
        ]
        try await Self.check(
            [rows[0], rows[2]],
            ["--control-url", "http://127.0.0.1:1"],
            in: folder.path
        )
        try await Self.check([rows[1]], [], in: folder.path)
    }

    @Test("send the token that the server demands")
    func token() async throws {
        let server = try await MockServer.start(["--control-token", "secret"])
        let place = ["--control-url", server.ready.controlUrl]
        let rows = [
            Row("world", "list", fails: "needs a token"),
            Row("world", "list", "--control-token", "wrong", fails: "another token"),
            Row("world", "list", "--control-token", "secret", prints: "default"),
        ]
        try await Self.check(rows, place, in: server.folder.path)
        _ = await server.stop()
    }
}

// What is tried, command by command.
extension ControlCommandTests {
    private static let worlds = [
        Row("world", "create", "t42", prints: ".t42"),
        Row("world", "create", "t42", fails: "t42"),
        Row(
            "world",
            "create",
            "ro",
            "--fork-of",
            "t42",
            "--set",
            "refusedKeyStatus=403",
            "--clock",
            "2027-01-01T00:00:00Z",
            "--clock-frozen",
            prints: "2027-01-01T00:00:00Z"
        ),
        Row("world", "list", prints: "t42"),
        Row("world", "list", "--json", prints: #"{"worlds":["#),
        Row("world", "show", "ro", prints: "frozen"),
        Row("world", "show", "nope", fails: "there is no world nope"),
        Row("control", "GET", "/livez", prints: ""),
        Row("control", "PATCH", "/worlds/t42", "--body", #"{"ports":true}"#, prints: "t42"),
        Row("control", "GET", "/worlds/default/client-ca.crl", "--output", "ca.crl"),
        Row("control", "GET", "/nowhere", fails: "there is no /nowhere here"),
        Row("control", "get", "/livez", fails: "no method", status: 64),
        Row("control", "GET", "livez", fails: "no path", status: 64),
        Row("world", "ports", "t42", prints: "https://"),
        Row("world", "env", "ro", prints: "export MOCK_WORLD_TOKEN='SERVICE_USER_TOKEN.ro'"),
        Row("world", "env", "--world", "ro", "--json", prints: #""MOCK_WORLD_NAME""#),
        Row("world", "kit", "kit.zip", "--world", "ro", prints: "kit.zip: "),
        Row("snapshot", "save", "before", "--world", "ro", prints: "before 20"),
        Row("snapshot", "list", "--world", "ro", prints: " bytes"),
        Row("snapshot", "export", "before", "ro.sqlite", "--world", "ro", prints: "ro.sqlite: "),
        Row("snapshot", "import", "after", "ro.sqlite", "--world", "t42", prints: "after 20"),
        Row("snapshot", "import", "after", "none.sqlite", fails: "none.sqlite: cannot be read"),
        Row("snapshot", "restore", "after", "--world", "t42", prints: "as it was"),
        Row("snapshot", "delete", "after", "--world", "t42", prints: "is deleted"),
        Row("snapshot", "restore", "after", "--world", "t42", fails: "no snapshot after"),
        Row("world", "reset", "t42", prints: "world           t42"),
        Row("world", "delete", "t42", prints: "world t42 is deleted"),
        Row("world", "delete", "t42", fails: "there is no world t42"),
    ]

    private static let clocks = [
        Row("clock", "show", "--world", "ro", prints: "2027-01-01T00:00:00Z stands still"),
        Row("clock", "advance", "1d", "--world", "ro", prints: "2027-01-02T00:00:00Z"),
        Row("clock", "advance", "--next-event", "--world", "ro", prints: "last 90 days"),
        Row("clock", "advance", "--to", "2027-11-01T00:00:00Z", "--world", "ro"),
        Row("clock", "events", "--limit", "1", "--world", "ro", prints: "and more"),
        Row("clock", "set", "2027-11-02T00:00:00Z", "--world", "ro", prints: "2027-11-02"),
        Row("clock", "set", "2001-01-01T00:00:00Z", "--world", "ro", fails: "only moves forward"),
        Row("clock", "run", "--rate", "2", "--world", "ro", prints: "runs at 2"),
        Row("clock", "freeze", "--world", "ro", prints: "stands still"),
    ]

    private static let faults = [
        Row("fault", "add", #"{"id":"down","action":{"status":503}}"#, prints: "down: "),
        Row("fault", "add", #"{"acton":{}}"#, fails: "acton"),
        Row("fault", "list", prints: "matched 0"),
        Row("fault", "remove", "down", prints: "is removed"),
        Row("fault", "remove", "down", fails: "no fault rule down"),
        Row("fault", "clear", prints: "no rules"),
        Row("fault", "catalogue", prints: "delay: "),
    ]

    private static let journals = [
        Row("journal", "list"),
        Row("journal", "list", "--kind", "colour", fails: "kind"),
        Row("journal", "follow", "--count", "0"),
        Row("journal", "wait", "--timeout", "1s", fails: "0 of 1 entries"),
        Row("journal", "har", prints: #"{"log":"#),
        Row("journal", "har", "-o", "a.har", prints: "a.har: "),
        Row("journal", "report", prints: "# What the client did"),
        Row("journal", "clear", prints: "is empty"),
        Row("explain", "nope", fails: "nope"),
        Row("verify", "never.json", prints: "all expectations are met: 1"),
        Row("verify", #"[{"request":{"method":"GET"},"exactly":1}]"#, fails: "1 of 1"),
        Row("verify", "none.json", fails: "none.json: cannot be read"),
    ]

    private static let mails = [
        Row("mailbox", "list", "--world", "ro", prints: "certificate_expiring"),
        Row("mailbox", "wait", "--world", "ro", prints: "subject"),
        Row("mailbox", "wait", "--timeout", "1s", fails: "no such mail"),
        Row("mailbox", "show", "nope", fails: "no mail nope"),
        Row("mailbox", "clear", "--world", "ro", prints: "deleted: "),
        Row("settings", "show", "--world", "ro", prints: "refusedKeyStatus=403"),
        Row("settings", "set", "errorBody=error", prints: "errorBody=error"),
        Row("settings", "set", "bogus=1", fails: "bogus"),
        Row("settings", "set", "bogus", fails: "NAME=VALUE", status: 64),
    ]

    @Test("print the API's document, or the control listener's, without any server")
    func document() async throws {
        let output = try await Program(
            path: MockServer.binary(),
            arguments: ["openapi"]
        ).succeed()
        #expect(output.text.hasPrefix("{\n \"openapi\""))
        let control = try await Program(
            path: MockServer.binary(),
            arguments: ["openapi", "--control"]
        ).succeed()
        #expect(control.text.contains("\"title\": \"Control listener"))
    }
}
