import AccountModel
import HTTP
import Testing

@testable import World

@Suite("Journal filter")
struct JournalFilterTests {
    /// A journal with a handshake that failed, and five requests.
    private static func journal() -> Journal {
        let fixture = JournalFixture()
        var failed = JournalFixture.handshake(3, isComplete: false)
        failed.detail = "certificate unknown"
        failed.presentedChain = [JournalFixture.certificate("64AB")]
        fixture.add(failed)
        fixture.add("GET", JournalFixture.path, key: "SERVICE_USER_TOKEN")
        fixture.add("POST", JournalFixture.issuance, status: 201, key: "SERVICE_USER_TOKEN")
        var refused = fixture.exchange(
            "GET",
            JournalFixture.path,
            status: 403,
            certificate: JournalFixture.certificate("64AB")
        )
        refused.reason = "certificate 64AB was disabled at 12:00 by ADMIN"
        fixture.add(refused)
        fixture.add("PUT", JournalFixture.issuance + "/x/enable", status: 500)
        return fixture.journal
    }

    private static let rows: [(query: [(name: String, value: String)], sequences: [UInt64])] = [
        ([], [1, 2, 3, 4, 5]),
        ([("kind", "handshake")], [1]),
        ([("kind", "request")], [2, 3, 4, 5]),
        ([("method", "get")], [2, 4]),
        ([("path", "/account/api/v1/user/me")], [2, 4]),
        ([("path", "/account/*")], []),
        ([("path", "/account/**")], [2, 3, 4, 5]),
        ([("path_prefix", "/account/api/v1/client")], [3, 5]),
        ([("status", "201")], [3]),
        ([("status", "4xx")], [4]),
        ([("outcome", "refused")], [1, 4]),
        ([("outcome", "failed")], [5]),
        ([("user", "Jane Doe")], [2, 3, 5]),
        ([("user", JournalFixture.jane)], [2, 3, 5]),
        ([("certificate", "64:ab")], [1, 4]),
        ([("certificate", "AB")], []),
        ([("token", JournalFixture.tokenID)], [2, 3]),
        ([("reason", "DISABLED")], [4]),
        ([("reason", "unknown")], [1]),
        ([("since", "2025-10-20T00:00:03Z")], [4, 5]),
        ([("until", "2025-10-20T00:00:01Z")], [1, 2]),
        ([("after", "4")], [5]),
        ([("before", "3")], [1, 2]),
        ([("limit", "2")], [1, 2]),
        ([("limit", "2"), ("order", "newest")], [5, 4]),
        ([("method", "GET"), ("status", "4xx")], [4]),
    ]

    @Test("lets pass what has everything that is asked for", arguments: rows.indices)
    func filters(_ index: Int) throws {
        let row = Self.rows[index]
        let filter = try JournalFilter.read(row.query)
        let found = Self.journal().entries(matching: filter).map(\.sequence)
        #expect(found == row.sequences, "\(row.query)")
    }

    @Test(
        "names the parameter that is wrong",
        arguments: [
            ("status", "42", "status must be a status such as 403, or a class such as 4xx"),
            ("status", "6xx", "status must be a status such as 403, or a class such as 4xx"),
            ("kind", "thing", "kind must be one of handshake, request"),
            ("since", "yesterday", "since must be a time such as 2025-10-20T00:00:00Z"),
            ("after", "-1", "after must be the sequence number of an entry"),
            ("limit", "0", "limit must be a number of entries, such as 100"),
            ("certificate", "::", "certificate must be a serial number, or how one begins"),
        ]
    )
    func problems(name: String, value: String, sentence: String) {
        #expect(throws: JournalProblem.self) { try JournalFilter.read([(name, value)]) }
        do {
            _ = try JournalFilter.read([(name, value)])
        } catch {
            #expect(error.description == sentence)
        }
    }

    @Test("refuses what it does not know, and what is said twice")
    func unknown() {
        for items in [[("colour", "red")], [("method", "GET"), ("method", "PUT")]] {
            #expect(throws: JournalProblem.self) { try JournalFilter.read(items) }
        }
    }

    @Test(
        "a pattern's star stays within its segment, two stars do not",
        arguments: [
            ("/a/*", "/a/b", true), ("/a/*", "/a/b/c", false), ("/a/*", "/a/", true),
            ("/a/**", "/a/b/c", true), ("/a/*/c", "/a/b/c", true), ("/a/*/c", "/a/b/d/c", false),
            ("/**/c", "/a/b/d/c", true), ("/**/c/*", "/c/b/c/d", true), ("/a?", "/ab", true),
            ("/a?", "/a/", false), ("*", "", true), ("/**", "", false), ("/a/b*d", "/a/bccd", true),
            ("/*/x/**y", "/a/x/b/y", true), ("/a", "/a", true), ("/a", "/ab", false),
            ("/*b*b", "/abab", true), ("/*b*b", "/aba", false),
        ]
    )
    func glob(pattern: String, path: String, fits: Bool) {
        #expect(PathMatcher(pattern).matches(path) == fits)
    }

    @Test("no pattern takes long")
    func hostile() {
        let pattern = String(repeating: "*a", count: 200) + "b"
        #expect(!PathMatcher(pattern).matches(String(repeating: "a", count: 4000)))
        #expect(StatusMatcher("4XX")?.matches(451) == true)
    }
}
