import MockDigiCertOne
import TestClient
import TestCommand
import Testing

@Suite("The console over the wire", .timeLimit(.minutes(10)))
struct ConsoleBehaviourTests {
    private let mock: Mock

    init() throws {
        mock = try Mock()
    }

    private var authority: String {
        String(mock.server.controlURL.split(separator: "/").last ?? "")
    }

    private func ask(_ method: String, _ path: String, _ fields: String = "", body: String = "")
        throws -> TestAnswer
    {
        let client = try TestClient(port: Mock.port(of: mock.server.controlURL))
        let length = method == "POST" ? "Content-Length: \(body.utf8.count)\r\n" : ""
        return try client.exchange(
            "\(method) \(path) HTTP/1.1\r\nHost: \(authority)\r\n\(fields)\(length)\r\n\(body)"
        )
    }

    private func post(_ path: String, _ form: String) throws -> TestAnswer {
        try ask("POST", path, "Content-Type: application/x-www-form-urlencoded\r\n", body: form)
    }

    @Test("a browser that asks for the address alone is led to the console, a program is not")
    func front() throws {
        let page = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
        let browser = try ask("GET", "/", page)
        #expect(browser.status == 303)
        #expect(browser["location"] == "/worlds/default/console")
        let foreign = try ask("GET", "/", page + "Sec-Fetch-Site: cross-site\r\n")
        #expect(foreign.status == 403)
        let program = try ask("GET", "/", "Accept: */*\r\n")
        #expect(program.status == 200 && program.text.hasPrefix("mock-digicert-one"))
        #expect(try ask("POST", "/", page).status != 303)
    }

    @Test("the tour makes real handshakes: 200, disabled, 403, enabled, 200", arguments: ["", "w"])
    func tour(_ other: String) throws {
        let world = other.isEmpty ? "default" : other
        if !other.isEmpty {
            let made = try post("/worlds/default/console/worlds", "name=\(other)&beginning=seed")
            #expect(made.status == 303)
        }
        let begun = try post("/worlds/\(world)/console/tour", "")
        let path = try #require(begun["location"])
        #expect(try post(path, "step=0&rest=yes").status == 303)
        let page = try ask("GET", path).text
        #expect(page.contains("That was it"))
        #expect(page.contains("CN=mock-digicert-one server,O=mock-digicert-one (trusted)"))
        #expect(page.contains("Presented: CN=Guided tour,O=Example Organization,C=US"))
        #expect(page.contains("TLSv1.3") && page.contains("HTTP/1.1 403"))
        #expect(page.contains("was disabled"))
    }

    @Test("from another machine a world's pages lead to that world, and back from the gate")
    func fromElsewhere() throws {
        _ = try post("/worlds/default/console/worlds", "name=w&beginning=seed")
        let (control, gate) = (
            try Mock.port(of: mock.server.controlURL), try Mock.port(of: mock.server.clientauthURL)
        )
        let link = "https://mock.test:\(gate)/worlds/w"
        let client = try TestClient(port: control)
        for (page, path) in [
            ("digital-id-center", "/digital-id-center/private"),
            ("console", "/account/api/v1/user/me"),
        ] {
            let text = try client.exchange(
                "GET /worlds/w/\(page) HTTP/1.1\r\nHost: mock.test:\(control)\r\n\r\n"
            ).text
            #expect(text.contains("href=\"\(link)\(path)\""), "\(page)")
        }
        let connection = try mock.connectToGate()
        let answer = try connection.exchange(
            "GET /worlds/w/digital-id-center/private HTTP/1.1\r\nHost: mock.test:\(gate)\r\n\r\n"
        )
        #expect(answer.status == 403 && answer["x-mock-world"] == "w")
        #expect(answer.text.contains("World <strong>w</strong>"))
        #expect(answer.text.contains("http://mock.test:\(control)/worlds/w/digital-id-center\""))
        // No name that was never seen leads to the mock from there.
        #expect(!answer.text.contains("localhost") && !answer.text.contains("Ask me again"))
        #expect(answer.text.contains("private window"))
        let api = try connection.exchange(
            "GET /worlds/w/account/api/v1/user/me HTTP/1.1\r\nHost: mock.test:\(gate)\r\n\r\n"
        )
        #expect(api.status == 403 && api["x-mock-world"] == "w")
        let unknown = try connection.exchange(
            "GET /worlds/v/x HTTP/1.1\r\nHost: mock.test:\(gate)\r\n\r\n"
        )
        #expect(unknown.status == 404)
        #expect(unknown["x-mock-reason"]?.contains("there is no world v;") == true)
    }

    /// How a snippet of the home page is run.
    struct Snippet: Sendable, CustomTestStringConvertible {
        let name: String
        let file: String
        let command: String
        var testDescription: String { name }
    }

    private static let snippets = [
        Snippet(name: "curl", file: "mock.sh", command: "sh ./mock.sh"),
        Snippet(name: "python", file: "mock.py", command: "python3 mock.py"),
        Snippet(name: "java", file: "Mock.java", command: "java Mock.java"),
        Snippet(name: "node", file: "mock.js", command: "node mock.js"),
    ]

    /// What can be run on this machine.
    private static let runnable = snippets.filter { snippet in
        let program = snippet.command.split(separator: " ").first ?? ""
        return (try? TestCommand.run(["sh", "-c", "command -v \(program)"]))?.status == 0
    }

    @Test("each snippet of the home page runs as it stands", arguments: runnable)
    func snippet(_ snippet: Snippet) throws {
        for world in ["default", "other"] {
            if world == "other" {
                _ = try post("/worlds/default/console/worlds", "name=other&beginning=seed")
            }
            let page = try ask("GET", "/worlds/\(world)/console").text
            let text = try #require(Self.code("snippet-\(snippet.name)", in: page))
            #expect(text.contains(world == "default" ? "SERVICE_USER_TOKEN" : "_TOKEN.other"))
            let directory = try TemporaryDirectory()
            _ = try directory.write(snippet.file, text)
            let run = try TestCommand.run([
                "sh", "-c", "cd '\(directory.path)' && \(snippet.command)",
            ])
            #expect(run.status == 0, "\(run.errors)")
            // Java tells no more than that the answer was good.
            let mark = snippet.name == "java" ? ") 200" : "783a6a45-b74b-4635-bb4b-69855910ccd3"
            #expect(run.text.split(separator: mark).count > 2, "\(run.text)")
        }
    }

    /// The text of an element of a page, as a person would copy it.
    private static func code(_ id: String, in page: String) -> String? {
        guard let start = page.firstRange(of: #"id="\#(id)">"#),
            let end = page[start.upperBound...].firstRange(of: "</code>")
        else { return nil }
        var text = String(page[start.upperBound..<end.lowerBound])
        for (mark, character) in [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
        ] {
            text = text.replacing(mark, with: character)
        }
        return text
    }
}
