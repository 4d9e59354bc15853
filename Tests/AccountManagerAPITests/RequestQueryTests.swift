import AccountModel
import HTTP
import Testing
import World

@testable import AccountManagerAPI

@Suite("RequestQuery")
struct RequestQueryTests {
    private static func query(_ text: String) throws -> RequestQuery {
        try RequestQuery.read(Request(method: "GET", target: "/?\(text)"))
    }

    struct Page: CustomTestStringConvertible {
        let query: String
        let offset: Int
        let limit: Int
        var testDescription: String { query }
    }

    static let pages = [
        Page(query: "", offset: 0, limit: 1000),
        Page(query: "limit=1", offset: 0, limit: 1),
        Page(query: "limit=1000", offset: 0, limit: 1000),
        Page(query: "offset=0&limit=20", offset: 0, limit: 20),
        Page(query: "offset=2147483647", offset: 2_147_483_647, limit: 1000),
        Page(query: "limit=&offset=", offset: 0, limit: 1000),
        Page(query: "limit=%31%30&other=-1&other=2", offset: 0, limit: 10),
    ]

    @Test("a page is as many items as asked for, or as the world's setting says", arguments: pages)
    func page(_ expected: Page) throws {
        var query = try Self.query(expected.query)
        let page = query.page(WorldSettings())
        #expect(page == PageRequest(offset: expected.offset, limit: expected.limit))
        #expect(query.isSound)
        var settings = WorldSettings()
        settings.defaultLimit = 7
        var other = try Self.query("offset=3")
        #expect(other.page(settings) == PageRequest(offset: 3, limit: 7))
    }

    static let broken = [
        "limit=0", "limit=1001", "limit=-1", "limit=+1", "limit=1.0", "limit=ten", "limit=1,2",
        "limit=1&limit=1", "offset=-1", "offset=2147483648", "offset=9223372036854775808",
        "offset=0x10", "limit=%D9%A1",
    ]

    @Test("a page that is none is 400 and says which numbers are possible", arguments: broken)
    func refusesPage(_ text: String) throws {
        var query = try Self.query(text)
        _ = query.page(WorldSettings())
        #expect(!query.isSound)
        let refusal = try #require(throws: APIRefusal.self) { try query.check() }
        #expect(refusal.error == .invalidInput)
        let name = try #require(text.split(separator: "=").first)
        #expect(refusal.reason.contains("query parameter \(name)"))
    }

    @Test("broken percent-encoding is refused", arguments: ["a=%", "a=%zz", "%ff=1", "a=%C3"])
    func refusesEncoding(_ text: String) {
        #expect(throws: APIRefusal.self) { try Self.query(text) }
    }

    @Test("texts, words, lists and days are read; empty ones count as absent")
    func reads() throws {
        var query = try Self.query("t=a+b%2Bc&w=DISABLED&l=a,%20b%20,,c&d=2025-10-20&e=&n=")
        #expect(query.text("t") == "a b+c")
        #expect(query.choice("w", of: AuditAction.self) == nil)
        #expect(!query.isSound)
        query = try Self.query("t=a+b%2Bc&w=DISABLE&l=a,%20b%20,,c&d=2025-10-20&e=&n=")
        #expect(query.choice("w", of: AuditAction.self) == .disable)
        #expect(query.list("l") == ["a", "b", "c"])
        #expect(query.list("e").isEmpty)
        #expect(query.day("d") == CalendarDate(year: 2025, month: 10, day: 20))
        #expect(query.day("n") == nil)
        #expect(query.text("e") == nil)
        #expect(query.isSound)
        #expect(query.day("t") == nil)
        #expect(query.refusal.reason.contains("YYYY-MM-DD"))
    }
}

@Suite("Evidence")
struct EvidenceTests {
    @Test("what is inferred is less than what was observed, and that less than what is documented")
    func order() {
        #expect(Evidence.allCases == Evidence.allCases.sorted())
        #expect(min(Evidence.documented, .inferred) == .inferred)
        #expect(min(Evidence.documented, .observed) == .observed)
    }
}
