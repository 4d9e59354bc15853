import AccountModel
import Testing

@testable import AccountStore

@Suite("AccountReader+Audit and AuditRows")
struct AuditTests {
    /// Six entries, a minute apart but for the last two.
    private func store() throws -> AccountStore {
        let store = try Crowd.store()
        let rows: [(String, String, AuditAction, AuditResourceType, Int64)] = [
            ("a", "Ann Person", .create, .user, 0),
            ("b", "Robot bob", .create, .apiAccessToken, 60),
            ("c", "root", .disable, .clientAuthCertificate, 120),
            ("a", "ann person", .delete, .user, 180),
            ("b", "Robot cid", .signIn, .user, 240),
            ("a", "Éva", .update, .user, 240),
        ]
        for (index, (account, name, action, type, seconds)) in rows.enumerated() {
            try store.record(
                Crowd.entry(index + 1) {
                    $0.accountID = account
                    $0.userName = name
                    $0.action = action
                    $0.resourceType = type
                    $0.resourceID = index == 2 ? nil : "thing-\(index % 2)"
                    $0.status = index == 4 ? .failure : .success
                    $0.createdAt = Crowd.now.adding(seconds: seconds)
                }
            )
        }
        return store
    }

    /// A question to the log, and the entries that answer it.
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        let expected: [Int]
        let query: AuditQuery

        init(_ testDescription: String, _ expected: [Int], _ change: (inout AuditQuery) -> Void) {
            self.testDescription = testDescription
            self.expected = expected
            var query = AuditQuery()
            change(&query)
            self.query = query
        }
    }

    static let rows = [
        Row("everything, the newest first", [6, 5, 4, 3, 2, 1]) { _ in },
        Row("the oldest first", [1, 2, 3, 4, 5, 6]) { $0.isAscending = true },
        Row("part of a name in another case", [4, 1]) { $0.userName = "ANN" },
        Row("part of a name, no pattern", []) { $0.userName = "%" },
        Row("a name beyond ASCII", [6]) { $0.userName = "Éva" },
        Row("action", [2, 1]) { $0.action = "CREATE" },
        Row("action in another case", []) { $0.action = "create" },
        Row("one type", [3]) { $0.resourceTypes = ["client_auth_cert"] },
        Row("two types", [3, 2]) {
            $0.resourceTypes = ["client_auth_cert", "API_ACCESS_TOKEN"]
        },
        Row("resource", [5, 1]) { $0.resourceID = "thing-0" },
        Row("status", [5]) { $0.status = "FAILURE" },
        Row("account", [5, 2]) { $0.accountID = "b" },
        Row("from, this moment included", [6, 5, 4]) { $0.from = Crowd.now.adding(seconds: 180) },
        Row("to, this moment included", [2, 1]) { $0.to = Crowd.now.adding(seconds: 60) },
        Row("all at once", [1]) {
            $0.userName = "person"
            $0.action = "CREATE"
            $0.resourceTypes = ["USER"]
            $0.resourceID = "thing-0"
            $0.status = "SUCCESS"
            $0.accountID = "a"
            $0.from = Crowd.now
            $0.to = Crowd.now
        },
        Row("by name", [1, 2, 5, 4, 3, 6]) {
            $0.sortField = .userName
            $0.isAscending = true
        },
        Row("by action downwards, equal ones the newest first", [6, 5, 3, 4, 2, 1]) {
            $0.sortField = .action
        },
        Row("by type", [2, 6, 5, 4, 1, 3]) {
            $0.sortField = .resourceType
            $0.isAscending = true
        },
        Row("by resource, none first", [3, 5, 1, 6, 4, 2]) {
            $0.sortField = .resourceID
            $0.isAscending = true
        },
        Row("by status", [5, 6, 4, 3, 2, 1]) {
            $0.sortField = .status
            $0.isAscending = true
        },
        Row("by account", [6, 4, 1, 5, 2, 3]) {
            $0.sortField = .accountID
            $0.isAscending = true
        },
        Row("by address", [6, 5, 4, 3, 2, 1]) { $0.sortField = .ipAddress },
    ]

    @Test("filters and sorting combine, and a page knows the total", arguments: rows)
    func query(_ row: Row) throws {
        let store = try store()
        let expected = row.expected.map { "entry-\($0)" }
        let whole = try store.audit(row.query)
        #expect(whole.records.map(\.entry.id) == expected)
        #expect(whole.total == expected.count)
        for offset in 0...expected.count {
            let page = PageRequest(offset: offset, limit: 2)
            let part = try store.audit(row.query, page: page)
            #expect(part.records.map(\.entry.id) == Array(expected.dropFirst(offset).prefix(2)))
            #expect(part.total == expected.count)
        }
    }

    @Test("somebody sees the entries of its accounts, and else only its own")
    func visibility() throws {
        let store = try store()
        let sights = [
            ("ann", [6, 4, 1]), ("bob", [6, 5, 4, 2, 1]), ("cid", [5, 2]), ("eve", []),
        ]
        for (viewer, seen) in sights {
            let visibility = try Crowd.visibility(viewer)
            let page = try store.audit(visibleTo: visibility)
            #expect(page.records.map(\.entry.id) == seen.map { "entry-\($0)" }, "\(viewer)")
            #expect(page.total == seen.count)
            for number in 1...6 {
                let record = try store.read(loop: 0) { (reader) throws(StoreError) in
                    try reader.auditRecord(id: "entry-\(number)", visibleTo: visibility)
                }
                #expect((record != nil) == seen.contains(number))
            }
        }
        try store.record(Crowd.entry(7) { ($0.userID, $0.accountID) = ("eve", "elsewhere") })
        let own = try store.audit(visibleTo: Crowd.visibility("eve"))
        #expect(own.records.map(\.entry.id) == ["entry-7"])
        #expect(own.records.first?.accountName == nil)
    }

    @Test("an entry comes back as it was written, with the name of its account")
    func record() throws {
        let store = try store()
        let entry = Crowd.entry(7)
        try store.record(entry)
        let record = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.auditRecord(id: "entry-7", visibleTo: .everything)
        }
        #expect(record == AuditRecord(entry: entry, accountName: "Account a"))
    }

    @Test("an entry whose account does not exist is filed where its author belongs")
    func filing() throws {
        let store = try store()
        try store.record(Crowd.entry(7) { ($0.userID, $0.accountID) = ("bob", "elsewhere") })
        #expect(try store.audit().records.first?.entry.accountID == "a")
    }

    /// How many entries may be kept, and how many are after some were written.
    struct Retention: CustomTestStringConvertible {
        let entriesMax: Int
        let written: Int
        let kept: Int

        var testDescription: String { "\(written) of at most \(entriesMax)" }
    }

    static let retentions = [
        Retention(entriesMax: 1, written: 3, kept: 1),
        Retention(entriesMax: 10, written: 10, kept: 10),
        Retention(entriesMax: 10, written: 11, kept: 10),
        Retention(entriesMax: 10, written: 35, kept: 10),
        // Two more than the limit are waited for, and then go at once.
        Retention(entriesMax: 200, written: 202, kept: 202),
        Retention(entriesMax: 200, written: 203, kept: 200),
    ]

    @Test("the oldest entries go when there are too many", arguments: retentions)
    func retention(_ row: Retention) throws {
        let store = try Crowd.store()
        store.retain(auditEntriesMax: row.entriesMax)
        for number in 1...row.written { try store.record(Crowd.entry(number)) }
        let page = try store.audit()
        #expect(page.total == row.kept)
        #expect(page.records.first?.entry.id == "entry-\(row.written)")
        #expect(page.records.last?.entry.id == "entry-\(row.written - row.kept + 1)")
    }
}
