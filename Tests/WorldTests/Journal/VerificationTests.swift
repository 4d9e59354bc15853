import AccountModel
import HTTP
import OpenSSLBridge
import Testing

@testable import World

@Suite("Verification")
struct VerificationTests {
    /// Three requests by key (r-1 GET, r-2 POST, r-3 GET), then r-4 let in and r-5 and r-6 refused
    /// by certificate 64AB.
    private static func fixture() -> JournalFixture {
        let fixture = JournalFixture()
        let certificate = JournalFixture.certificate("64AB")
        fixture.add("GET", key: "k")
        fixture.add("POST", JournalFixture.issuance, status: 201, key: "k")
        fixture.add("GET", key: "k")
        fixture.add("GET", certificate: certificate)
        fixture.add("GET", status: 403, certificate: certificate)
        fixture.add("GET", status: 403, certificate: certificate)
        return fixture
    }

    private static func verify(
        _ json: String,
        _ journal: Journal = fixture().journal,
        isKnown: Bool = true
    ) throws -> Verification {
        let expectations = try Expectation.read(
            JSONNode(value: try JSONTree.parse(Array(json.utf8)))
        )
        return Verification(of: expectations, in: journal.entries()) { _ in isKnown }
    }

    private static let get = #""request": {"method": "GET"}"#
    private static let post = #""request": {"method": "POST", "path": "/account/**"}"#

    @Test(
        "passes what is so",
        arguments: [
            "{\(get), \"exactly\": 5}", "{\(get), \"at_least\": 5}", "{\(get), \"at_most\": 5}",
            "{\(get), \"at_least\": 2, \"at_most\": 9}", "{\(post)}",
            #"{"request": {"method": "DELETE"}, "never": true}"#,
            #"{"request": {"status": 403}, "exactly": 2}"#,
            #"{"request": {"status": "2xx", "after": "r-2"}, "exactly": 2}"#,
            #"{"request": {"before": "r-2"}, "exactly": 1}"#,
            #"{"request": {"certificate": "64", "outcome": "refused"}, "exactly": 2}"#,
            #"{"no_request_after": "r-6"}"#, #"{"no_request_after": "2025-10-20T00:00:06Z"}"#,
            #"{"in_order": [{"method": "GET"}, {"method": "POST"}, {"status": "403"}]}"#,
            #"{"never_used": {"certificate": "99"}}"#,
            #"{"never_used": {"token": "\#(JournalFixture.tokenID)", "after": "r-3"}}"#,
            #"{"only_one_credential": true}"#,
            #"{"stopped_within": {"requests": 2, "certificate": "64AB"}}"#,
            #"{"stopped_within": {"requests": 1, "certificate": "64AB", "after": "r-5"}}"#,
        ]
    )
    func passes(_ expectation: String) throws {
        let verification = try Self.verify("[\(expectation)]")
        #expect(verification.passed, "\(verification.failures.map(\.sentence))")
        #expect(verification.expectationCount == 1)
    }

    @Test(
        "says what is not so, with the entries that show it",
        arguments: [
            ("{\(get), \"exactly\": 4}", "Expected exactly 4", [1, 3, 4, 5, 6]),
            ("{\(get), \"at_most\": 4}", "Expected at most 4", [1, 3, 4, 5, 6]),
            ("{\(post), \"never\": true}", "Expected none of the requests with method POST", [2]),
            (#"{"request": {"path": "/x"}}"#, "Expected at least 1", []),
            (
                #"{"request": {"method": "PUT", "path": "/account/api/v1/user/me"}}"#,
                "The nearest is request r-6: GET /account/api/v1/user/me was answered 403", [6]
            ),
            (#"{"no_request_after": "r-5"}"#, "after request r-5", [6]),
            (
                #"{"in_order": [{"status": "403"}, {"method": "POST"}]}"#,
                "Step 2 of 2 is missing: no request with method POST came after request r-5; the"
                    + " only ones came earlier: r-2.", [5, 2]
            ),
            (
                #"{"never_used": {"certificate": "64:ab"}}"#, "used by nobody, and was by 3",
                [4, 5, 6]
            ),
            (
                #"{"never_used": {"certificate": "64ab", "after": "2025-10-20T00:00:05Z"}}"#,
                "after 2025-10-20T00:00:05Z, and was by 1 request: r-6", [6]
            ),
            (
                #"{"never_used": {"user": "\#(JournalFixture.jane)", "after": "r-3"}}"#,
                "by 1 request", [4]
            ),
            (
                #"{"stopped_within": {"requests": 1, "certificate": "64AB"}}"#,
                "was used by 2 requests from its first refusal on", [5, 6]
            ),
            (
                #"{"stopped_within": {"requests": 0, "certificate": "64AB", "after": "r-5"}}"#,
                "after request r-5, and was to stop within 0", [6]
            ),
            (#"{"stopped_within": {"requests": 0, "token": "x"}}"#, "was never refused", []),
            (#"{"no_request_after": "r-99"}"#, "The journal has no request r-99", []),
            (#"{"new_key": true}"#, "There is no request for a certificate with a CSR", []),
        ] as [(String, String, [UInt64])]
    )
    func fails(expectation: String, part: String, sequences: [UInt64]) throws {
        let verification = try Self.verify("{\"expectations\": [\(expectation)]}")
        let failure = try #require(verification.failures.first)
        #expect(failure.sentence.contains(part), "\(failure.sentence)")
        #expect(failure.entries.map(\.sequence) == sequences)
    }

    @Test("a request with key and certificate brings two credentials")
    func both() throws {
        let fixture = Self.fixture()
        fixture.add(certificate: JournalFixture.certificate("64AB"), key: "k")
        let verification = try Self.verify(#"[{"only_one_credential": true}]"#, fixture.journal)
        #expect(verification.failures.first?.entries.map(\.sequence) == [7])
    }

    @Test("each certificate needs a new key, but a request that failed may be repeated")
    func newKeys() throws {
        let keys = [try PrivateKey.generate(.p256).pem(), try PrivateKey.generate(.p256).pem()]
        let fixture = JournalFixture()
        func order(_ key: Int, status: Int) throws {
            var exchange = fixture.exchange(
                "POST",
                JournalFixture.issuance,
                status: status,
                key: "k"
            )
            exchange.body = try JournalFixture.order(key: PrivateKey.parse(pem: keys[key]))
            fixture.add(exchange)
        }
        try order(0, status: 503)
        try order(0, status: 201)
        try order(1, status: 201)
        let expectation = #"[{"name": "fresh", "new_key": {"user": "\#(JournalFixture.jane)"}}]"#
        #expect(try Self.verify(expectation, fixture.journal).passed)
        try order(0, status: 201)
        let failure = try #require(try Self.verify(expectation, fixture.journal).failures.first)
        #expect(failure.name == "fresh")
        #expect(
            failure.sentence.contains("The CSR of request r-4 has the public key that request r-2")
        )
        #expect(failure.entries.map(\.sequence) == [2, 4])
        #expect(try Self.verify(#"[{"new_key": {"user": "x"}}]"#, fixture.journal).passed == false)
        let attempts = fixture.journal.entries().compactMap(IssuanceAttempt.init)
        #expect(attempts.map(\.isIssued) == [false, true, true, true])
        #expect(Set(attempts.compactMap(\.keyDigest)).count == 2)
    }

    @Test(
        "refuses what it does not understand, and names the place",
        arguments: [
            ("[]", "$ is empty"), ("3", "$ must be a list"), ("[3]", "$[0] must be an object"),
            ("[{}]", "$[0] says nothing that is expected"),
            (#"[{"request": {}, "new_key": true}]"#, "$[0] has request and new_key"),
            (
                #"[{"request": {"methud": "GET"}}]"#,
                "$[0].request.methud unknown key; known are method"
            ),
            (#"[{"request": {"status": 42}}]"#, "$[0].request.status must be a status such as 403"),
            (#"[{"request": {"method": 1.5}}]"#, "$[0].request.method must be a text"),
            (#"[{"request": {}, "exactly": -1}]"#, "$[0].exactly must be a whole number from 0"),
            (
                #"[{"request": {}, "exactly": 1, "at_most": 2}]"#,
                "$[0] has exactly and another count"
            ),
            (
                #"[{"request": {}, "never": true, "at_most": 2}]"#,
                "$[0] has never and another count"
            ),
            (#"[{"request": {}, "never": false}]"#, "$[0].never must be true"),
            (#"[{"request": {}, "at_least": 3, "at_most": 2}]"#, "$[0] expects at_least 3"),
            (
                #"[{"new_key": true, "exactly": 1}]"#,
                "$[0] has exactly, which belongs to request only"
            ),
            (#"[{"in_order": [{}]}]"#, "$[0].in_order must have two requests or more"),
            ("{}", "$ has no expectations: give a list of them"),
            (
                #"[{"never_used": {"certificate": "ZZTYPO"}}]"#,
                "$[0].never_used.certificate is \"ZZTYPO\"; a serial number"
            ),
            (#"[{"never_used": {"token": ""}}]"#, "$[0].never_used.token is empty"),
            (#"[{"never_used": {}}]"#, "$[0].never_used must have one of certificate"),
            (#"[{"never_used": {"user": "a", "token": "b"}}]"#, "$[0].never_used must have one of"),
            (#"[{"stopped_within": {"user": "a"}}]"#, "$[0].stopped_within requests is missing"),
            (#"[{"new_key": {}}]"#, "$[0].new_key user is missing"),
            (#"[{"only_one_credential": false}]"#, "$[0].only_one_credential must be true"),
        ]
    )
    func problems(json: String, beginning: String) throws {
        let error = try #require(throws: JSONProblem.self) { try Self.verify(json) }
        #expect(error.description.hasPrefix(beginning), "\(error)")
    }

    @Test(
        "fails of what only the world could know, and does not",
        arguments: [
            (#"{"certificate": "99"}"#, false), (#"{"token": "x"}"#, false),
            (#"{"user": "x"}"#, false), (#"{"certificate": "64ab"}"#, true),
            (#"{"user": "Jane Doe"}"#, true), (#"{"token": "\#(JournalFixture.tokenID)"}"#, true),
        ]
    )
    func knowledge(credential: String, isMentioned: Bool) throws {
        let json = #"[{"never_used": \#(credential)}]"#
        let verification = try Self.verify(json, isKnown: false)
        let sentence = verification.failures.first?.sentence ?? ""
        #expect(sentence.hasPrefix("Neither the journal nor the world") == !isMentioned)
        #expect(try Self.verify(json).passed == !isMentioned)
    }

    @Test("is one JSON object, and says what it could not see")
    func json() throws {
        let verification = Verification(
            of: [
                Expectation(
                    name: "n",
                    .requests(.init(filter: .init(), text: "x"), .init(least: 9, most: 9))
                )
            ],
            in: Self.fixture().journal.entries(),
            droppedCount: 3,
            isKnown: { _ in true }
        )
        var writer = JSONWriter()
        verification.write(to: &writer)
        let tree = try JSONTree.parse(writer.bytes)
        #expect(tree["passed"] == .flag(false))
        #expect(tree["expectations"] == .integer(1))
        #expect(tree["failures"]?.elements.first?["name"] == .text("n"))
        #expect(tree["failures"]?.elements.first?["entries"]?.elements.count == 6)
        #expect(verification.notes.first?.contains("oldest 3 entries") == true)
    }
}
