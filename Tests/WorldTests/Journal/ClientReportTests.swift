import AccountModel
import HTTP
import OpenSSLBridge
import TestCommand
import Testing

@testable import World

@Suite("Client report")
struct ClientReportTests {
    private static func verdict(_ id: String, _ fixture: JournalFixture) -> ClientReport.Check? {
        ClientReport(of: fixture.journal.entries()).checks.first { $0.id == id }
    }

    private func expect(
        _ id: String,
        _ verdict: ClientReport.Verdict,
        _ fixture: JournalFixture,
        _ ids: [String] = [],
        at location: SourceLocation = #_sourceLocation
    ) {
        let check = Self.verdict(id, fixture)
        #expect(check?.verdict == verdict, "\(check?.sentence ?? "")", sourceLocation: location)
        #expect(check?.requestIDs == ids, sourceLocation: location)
    }

    @Test("finds nothing to say without requests")
    func empty() {
        let report = ClientReport(of: [])
        #expect(report.count(.notSeen) == report.checks.count)
        #expect(report.requestCount == 0)
    }

    @Test("a key for each certificate is good, one twice is bad; RSA below 2048 bits is bad")
    func keys() throws {
        let fixture = JournalFixture()
        let key = try PrivateKey.generate(.p256).pem()
        func order(_ key: borrowing PrivateKey, status: Int = 201) throws {
            var exchange = fixture.exchange(
                "POST",
                JournalFixture.issuance,
                status: status,
                key: "k"
            )
            exchange.body = try JournalFixture.order(key: key)
            fixture.add(exchange)
        }
        try order(PrivateKey.parse(pem: key))
        expect("new-key", .good, fixture)
        expect("rsa-2048", .notSeen, fixture)
        try order(PrivateKey.generate(.rsa(bits: 2048)))
        expect("rsa-2048", .good, fixture)
        try order(PrivateKey.parse(pem: key))
        try order(PrivateKey.generate(.rsa(bits: 1024)), status: 400)
        expect("new-key", .bad, fixture, ["r-1", "r-3"])
        expect("rsa-2048", .bad, fixture, ["r-4"])
    }

    @Test(
        "Retry-After is waited for by either clock",
        arguments: [
            (100, 0, false), (1940, 0, false), (1960, 0, true), (5000, 0, true), (100, 2, true),
            (100, 1, false),
        ] as [(Int64, Int64, Bool)]
    )
    func retryAfter(milliseconds: Int64, worldSeconds: Int64, isGood: Bool) {
        let fixture = JournalFixture()
        var refused = fixture.exchange(status: 429, key: "k")
        refused.microseconds = 0
        refused.answerFields.append("retry-after", "2")
        fixture.add(refused)
        var again = fixture.exchange(key: "k")
        again.microseconds = 0
        fixture.seconds += worldSeconds
        fixture.add(again, afterMilliseconds: milliseconds)
        expect("retry-after", isGood ? .good : .bad, fixture, isGood ? [] : ["r-1", "r-2"])
    }

    @Test("another path, another key and no number of seconds say nothing about Retry-After")
    func otherPaths() {
        let fixture = JournalFixture()
        var refused = fixture.exchange(status: 429, key: "k")
        refused.answerFields.append("retry-after", "60")
        fixture.add(refused)
        fixture.add(fixture.exchange("GET", "/other", key: "k"), afterMilliseconds: 1)
        fixture.add(fixture.exchange(key: "k2"), afterMilliseconds: 1)
        expect("retry-after", .good, fixture)
        let dated = JournalFixture()
        var exchange = dated.exchange(status: 503)
        exchange.answerFields.append("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")
        dated.add(exchange)
        expect("retry-after", .notSeen, dated)
    }

    @Test(
        "three repetitions without a pause are bad, two are not",
        arguments: [
            (2, 50, true), (3, 50, false), (3, 150, true), (5, 99, false),
        ] as [(Int, Int64, Bool)]
    )
    func backoff(repetitions: Int, milliseconds: Int64, isGood: Bool) {
        let fixture = JournalFixture()
        var failed = fixture.exchange(status: 503, key: "k")
        failed.microseconds = 0
        for _ in 0...repetitions { fixture.add(failed, afterMilliseconds: milliseconds) }
        let ids = Array(repeating: "r-1", count: repetitions + 1)
        expect("backoff", isGood ? .good : .bad, fixture, isGood ? [] : ids)
    }

    @Test(
        "a POST that failed and met its own effect was repeated blindly",
        arguments: [0, 500, 503]
    )
    func blindPosts(status: Int) {
        let fixture = JournalFixture()
        fixture.add("POST", JournalFixture.issuance, status: status, key: "k")
        expect("blind-post", .good, fixture)
        var duplicate = fixture.exchange("POST", JournalFixture.issuance, status: 400, key: "k")
        duplicate.answerBody = Array(#"{"errors":[{"code":"duplicate_error"}]}"#.utf8)
        fixture.add(duplicate)
        expect("blind-post", .bad, fixture, ["r-1", "r-2"])
    }

    @Test("a secret in a query is bad")
    func queries() {
        let fixture = JournalFixture()
        fixture.add()
        expect("secret-in-query", .good, fixture)
        var exchange = fixture.exchange()
        exchange.query = "api_key=SERVICE_USER_TOKEN"
        fixture.add(exchange)
        expect("secret-in-query", .bad, fixture, ["r-2"])
        let sentence = Self.verdict("secret-in-query", fixture)?.sentence ?? ""
        #expect(!sentence.contains("SERVICE"))
    }

    @Test(
        "a certificate in its last days without a newer one is bad",
        arguments: [
            (10, false, true), (92, false, true), (94, false, false), (94, true, true),
            (101, false, false),
        ] as [(Int64, Bool, Bool)]
    )
    func renewal(day: Int64, isRenewed: Bool, isGood: Bool) {
        let fixture = JournalFixture()
        let certificate = JournalFixture.certificate("64AB")
        func issue(_ serial: String) {
            var issuance = fixture.exchange("POST", JournalFixture.issuance, status: 201, key: "k")
            issuance.answerBody = Array(#"{"serial_number":"\#(serial)"}"#.utf8)
            fixture.add(issuance)
        }
        issue("64AB")
        if isRenewed { issue("64CD") }
        fixture.seconds = day * 86_400
        fixture.add(certificate: certificate)
        let ids = isGood ? [] : ["r-2"]
        expect("renewal", isGood ? .good : .bad, fixture, ids)
    }

    @Test("both credentials, a missing User-Agent and old versions of TLS are bad")
    func connection() {
        let fixture = JournalFixture()
        var old = JournalFixture.handshake()
        old.tlsVersion = "TLSv1.2"
        fixture.add(old)
        var both = fixture.exchange(certificate: JournalFixture.certificate("64AB"), key: "k")
        both.fields.remove("user-agent")
        fixture.add(both)
        expect("one-credential", .bad, fixture, ["r-1"])
        expect("user-agent", .bad, fixture, ["r-1"])
        #expect(Self.verdict("tls-1.3", fixture)?.verdict == .bad)
        fixture.add(JournalFixture.handshake(8))
        expect("tls-1.3", .good, fixture)
    }

    /// A report with a bad check whose text has what XML and tables do not bear.
    private static func report() -> ClientReport {
        let fixture = JournalFixture()
        for _ in 0..<4 {
            fixture.add(
                fixture.exchange("GET", "/a|<b>&\"\u{1}`", status: 503, key: "k"),
                afterMilliseconds: 2
            )
        }
        return ClientReport(of: fixture.journal.entries(), droppedCount: 5)
    }

    @Test("python3 reads the JUnit file and counts what it says")
    func junit() throws {
        let directory = try TemporaryDirectory()
        let program = """
            import sys, xml.etree.ElementTree as E
            root = E.parse(sys.argv[1]).getroot()
            suite = root.find("testsuite")
            cases = suite.findall("testcase")
            bad = suite.findall("testcase/failure")
            assert root.tag == "testsuites" and len(cases) == int(suite.get("tests"))
            assert len(bad) == int(suite.get("failures"))
            assert len(suite.findall("testcase/skipped")) == int(suite.get("skipped"))
            has_path = '/a|<b>&"' in bad[0].get("message")
            print(len(bad), bad[0].get("type"), bad[0].text.split(), has_path)
            """
        let file = try directory.write("report.xml", text(Self.report().written(as: .junit)))
        let result = try TestCommand.run(["python3", "-c", program, file])
        #expect(
            result.text == "1 backoff ['r-1', 'r-2', 'r-3', 'r-4'] True\n",
            "\(result.errors)"
        )
    }

    @Test("python3 reads the JSON file")
    func json() throws {
        let directory = try TemporaryDirectory()
        let program = """
            import json, sys
            report = json.load(open(sys.argv[1]))
            bad = [c for c in report["checks"] if c["verdict"] == "bad"]
            print(report["version"], report["requests"], report["dropped"], report["bad"])
            print([(c["id"], c["request_ids"]) for c in bad])
            """
        let file = try directory.write("report.json", text(Self.report().written(as: .json)))
        let result = try TestCommand.run(["python3", "-c", program, file])
        #expect(
            result.text == "1 4 5 1\n[('backoff', ['r-1', 'r-2', 'r-3', 'r-4'])]\n",
            "\(result.errors)"
        )
    }

    @Test("the table of the Markdown file has three cells in each row")
    func markdown() {
        let lines = text(Self.report().written(as: .markdown)).split(separator: "\n")
        let rows = lines.filter { $0.hasPrefix("|") }
        #expect(rows.count == Self.report().checks.count + 2)
        for row in rows {
            #expect(row.replacing("\\|", with: "").count { $0 == "|" } == 4, "\(row)")
        }
        #expect(lines.contains("**backoff**: `r-1`, `r-2`, `r-3`, `r-4`"))
        #expect(ClientReport.Format.allCases.map(\.contentType).count == 3)
    }
}
