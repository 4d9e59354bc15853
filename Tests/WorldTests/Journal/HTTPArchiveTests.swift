import HTTP
import TestCommand
import Testing

@testable import World

@Suite("HTTP archive")
struct HTTPArchiveTests {
    /// Checks the members that HAR 1.2 demands, as viewers do, and says what it read.
    private static let reader = """
        import json, sys, datetime
        log = json.load(open(sys.argv[1]))["log"]
        assert log["version"] == "1.2" and log["creator"]["name"] and log["creator"]["version"]
        for e in log["entries"]:
            datetime.datetime.fromisoformat(e["startedDateTime"].replace("Z", "+00:00"))
            assert isinstance(e["time"], float) and e["cache"] == {}
            assert {"send", "wait", "receive"} <= e["timings"].keys()
            q, r = e["request"], e["response"]
            for name in ("method", "url", "httpVersion"):
                assert isinstance(q[name], str) and q[name]
            for part in (q, r):
                for name in ("cookies", "headers"):
                    assert isinstance(part[name], list)
                assert all({"name", "value"} <= h.keys() for h in part["headers"])
                assert isinstance(part["headersSize"], int) and isinstance(part["bodySize"], int)
            assert all({"name", "value"} <= p.keys() for p in q["queryString"])
            assert "postData" not in q or {"mimeType", "text"} <= q["postData"].keys()
            assert isinstance(r["status"], int) and {"statusText", "redirectURL"} <= r.keys()
            assert {"size", "mimeType"} <= r["content"].keys()
            print(q["method"], q["url"], r["status"], e.get("_tls", {}).get("tls_version"))
        """

    @Test("is what HAR 1.2 demands, its secrets masked and each handshake with its requests")
    func archive() throws {
        let fixture = JournalFixture()
        fixture.add(JournalFixture.handshake())
        var post = fixture.exchange("POST", status: 201, key: "SERVICE_USER_TOKEN")
        post.authority = "localhost"
        post.query = "a=%20&password=geheim"
        post.fields.append("content-type", "application/json")
        post.body = Array(#"{"password":"geheim"}"#.utf8)
        post.bodyByteCount = 21
        post.answerBody = [0xFF, 0xFE]
        post.answerBodyByteCount = 40
        post.reason = "created"
        fixture.add(post)
        var broken = fixture.exchange("-", "-", status: 400)
        broken.connection = JournalFixture.connection(8)
        fixture.add(broken)
        let json = HTTPArchive.json(
            of: fixture.journal.entries(),
            world: "default",
            programVersion: "1.0"
        )
        #expect(!text(json).contains("geheim"))
        #expect(!text(json).contains("SERVICE_USER_TOKEN"))
        let directory = try TemporaryDirectory()
        let result = try TestCommand.run([
            "python3", "-c", Self.reader, try directory.write("a.har", text(json)),
        ])
        #expect(
            result.text == """
                POST https://localhost/account/api/v1/user/me?a=%20&password=(masked) 201 TLSv1.3
                - https://localhost/ 400 None

                """,
            "\(result.errors)"
        )
    }
}
