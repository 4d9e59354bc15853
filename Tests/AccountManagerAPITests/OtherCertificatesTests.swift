import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import PrivateCA
import Testing
import World

@testable import AccountManagerAPI

@Suite("Certificates of other users")
struct OtherCertificatesTests {
    private static let path = "client-auth-certificate"

    private static func order(_ members: String = "", name: String = "new") throws -> String {
        let csr = AccountManagerAPITests.quoted(try Fixture.csr())
        return "{\"csr\":\(csr),\"name\":\"\(name)\"\(members)}"
    }

    /// The certificate that the seed made for a user.
    private static func old(_ userID: String) -> String { "\(path)/9\(userID.dropFirst())" }

    struct Row: CustomTestStringConvertible {
        let key: String
        let owner: String
        let list: Int
        let show: Int
        let write: Int
        var testDescription: String { "\(key) \(owner)" }
    }

    static let rows = [
        Row(key: "MAX", owner: Office.service, list: 200, show: 200, write: 200),
        Row(key: "ADA", owner: Office.person, list: 200, show: 200, write: 200),
        Row(key: "VIC", owner: Office.service, list: 200, show: 200, write: 403),
        Row(key: "PAT", owner: Office.service, list: 403, show: 404, write: 404),
        Row(key: "PAT", owner: Office.outsider, list: 403, show: 404, write: 404),
        Row(key: "MAX", owner: Office.outsider, list: 404, show: 404, write: 404),
        Row(key: "MAX", owner: Office.admin, list: 200, show: 200, write: 403),
        Row(key: "ROBOT", owner: Office.service, list: 200, show: 200, write: 200),
    ]

    @Test("who may see them sees them, who may manage them manages them", arguments: rows)
    func may(_ row: Row) throws {
        let office = try Office()
        let list = office.send("GET", "\(Self.path)?user_id=\(row.owner)", by: row.key)
        #expect(list.status == row.list)
        let one = Self.old(row.owner)
        #expect(office.send("GET", one, by: row.key).status == row.show)
        let enable = office.send("PUT", "\(one)/enable", by: row.key, "{\"enabled\":false}")
        #expect(enable.status == row.write)
        let delete = office.send("DELETE", one, by: row.key)
        #expect(delete.status == (row.write == 200 ? 204 : row.write))
        if row.write == 404 { #expect(enable.text == Envelope.notFound) }
    }

    @Test("one is made for whom the body names, and the audit log says by whom")
    func issues() throws {
        let office = try Office()
        let body = try Self.order(",\"user_id\":\"\(Office.service)\"")
        let issued = office.send("POST", Self.path, by: "MAX", body)
        #expect(issued.status == 201)
        #expect(issued.member("user_id") == Office.service)
        #expect(issued.evidence == "INFERRED")
        let id = try #require(issued.member("id"))
        let entries = try office.world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.auditEntries(limit: 10).filter { $0.resourceID == id }
        }
        #expect(entries.map(\.userName) == ["Max"])
        #expect(office.send("GET", Self.path, by: "ROBOT").text.contains(id))
        // The name is taken with that user, and free with others.
        #expect(office.send("POST", Self.path, by: "MAX", body).text == Envelope.duplicate)
        #expect(office.send("POST", Self.path, by: "MAX", try Self.order()).status == 201)
        let strange = try Self.order(",\"user_id\":\"\(Office.outsider)\"")
        #expect(office.send("POST", Self.path, by: "MAX", strange).status == 404)
        #expect(office.send("POST", Self.path, by: "PAT", body).status == 403)
    }

    @Test("a list is filtered by name and status, and cut into pages")
    func filters() throws {
        let office = try Office()
        for name in ["a", "b"] {
            let body = try Self.order(name: name)
            #expect(office.send("POST", Self.path, by: "ROBOT", body).status == 201)
        }
        let enable = "\(Self.old(Office.service))/enable"
        #expect(office.send("PUT", enable, by: "ROBOT", "{\"enabled\":false}").status == 200)
        func names(_ query: String) throws -> [String] {
            let response = office.send("GET", "\(Self.path)?\(query)", by: "ROBOT")
            guard case .array(let items) = try JSONReader.read(response.body) else { return [] }
            return items.compactMap { item in
                guard case .object(let members) = item, case .string(let name) = members["name"]
                else { return nil }
                return name
            }
        }
        #expect(try names("") == ["old", "a", "b"])
        #expect(try names("name=a") == ["a"])
        #expect(try names("status=valid") == ["a", "b"])
        #expect(try names("status=disabled") == ["old"])
        #expect(try names("limit=1&offset=1") == ["a"])
        #expect(try names("offset=3").isEmpty)
        let wrong = office.send("GET", "\(Self.path)?status=VALID", by: "ROBOT")
        #expect(wrong.text == Envelope.invalidInput)
        office.wait(seconds: 29 * 86_400)
        #expect(try names("status=expired").isEmpty)
        office.wait(seconds: 400 * 86_400)
        let expired = office.send(
            "GET",
            "\(Self.path)?status=expired&user_id=\(Office.service)&limit=2",
            by: "MAX"
        )
        #expect(expired.text.contains("\"name\":\"a\""))
    }

    static let ends: [(String, String, String)] = [
        // The service user's own end, whoever asks.
        ("ROBOT", Office.service, "2025-11-19T00:00:00Z"),
        ("MAX", Office.service, "2025-11-19T00:00:00Z"),
        // A standard user's token ends before the certificate could.
        ("PAT", Office.person, "2025-10-30T00:00:00Z"),
        // Somebody else's token is no matter of the user's.
        ("MAX", Office.person, "2026-10-20T23:59:59Z"),
    ]

    @Test("one ends with its user, and a standard user's with the token", arguments: ends)
    func capped(_ key: String, _ owner: String, _ end: String) throws {
        let body = try Self.order(",\"user_id\":\"\(owner)\"")
        let issued = try Office().send("POST", Self.path, by: key, body)
        #expect(issued.member("end_date") == end)
        let limit = Cast.time(end)
        guard limit < Cast.time("2026-10-20T00:00:00Z") else { return }
        let refusing = try Office { $0.overlongValidity = .refuse }
        for (seconds, status) in [(Int64(0), 201), (1, 400)] {
            let date = limit.adding(seconds: seconds).iso8601
            let members = ",\"user_id\":\"\(owner)\",\"expiration_date\":\"\(date)\""
            let response = refusing.send("POST", Self.path, by: key, try Self.order(members))
            #expect(response.status == status)
        }
    }

    @Test("a key with its certificate comes in a file that its password opens")
    func keyStore() throws {
        let office = try Office()
        let body = """
            {"name":"filed","user_id":"\(Office.service)","encryption":"3DES",
             "signature_hash":"SHA-384","end_date":"2025-11-01T23:59:59Z"}
            """
        let made = office.send("POST", "\(Self.path)/pkcs12", by: "MAX", body)
        #expect(made.status == 201)
        #expect(made.member("file_name") == "Certificate_pkcs12.p12")
        #expect(made.member("common_name") == "filed")
        #expect(made.member("end_date") == "2025-11-01T23:59:59Z")
        #expect(made.member("password")?.count == 24)
        #expect(made.member("pkcs12")?.hasPrefix("MII") == true)
        #expect(made.evidence == "INFERRED")
        let id = try #require(made.member("id"))
        let shown = office.send("GET", "\(Self.path)/\(id)", by: "ROBOT")
        #expect(shown.status == 200)
        #expect(shown.member("password") == nil)
        #expect(shown.member("pkcs12") == nil)
    }

    @Test(
        "its end is a moment, or a day's last second",
        arguments: [
            ("\"end_date\":\"2025-11-01\"", "2025-11-01T23:59:59Z"),
            ("\"expiration_date\":\"2025-11-01\"", "2025-11-01T23:59:59Z"),
            ("\"end_date\":\"2025-11-01T08:00:00Z\"", "2025-11-01T08:00:00Z"),
            (
                "\"end_date\":\"2025-11-01\",\"expiration_date\":\"2025-11-01T23:59:59Z\"",
                "2025-11-01T23:59:59Z"
            ),
        ]
    )
    func endOfFile(_ members: String, _ end: String) throws {
        let body = "{\"name\":\"n\",\(members)}"
        let made = try Office().send("POST", "\(Self.path)/pkcs12", by: "ROBOT", body)
        #expect(made.status == 201)
        #expect(made.member("end_date") == end)
    }

    static let wrongOrders = [
        "{}", "{\"name\":\"\"}", "{\"name\":\"n\",\"encryption\":\"DES\"}",
        "{\"name\":\"n\",\"signature_hash\":\"SHA-1\"}",
        "{\"name\":\"n\",\"end_date\":\"2025-11-31\"}",
        "{\"name\":\"n\",\"end_date\":\"2025-10-19\"}",
        "{\"name\":\"n\",\"end_date\":\"2025-10-19T23:59:59Z\"}",
        """
        {"name":"n","end_date":"2025-11-01T00:00:00Z","expiration_date":"2025-11-02T00:00:00Z"}
        """,
        "{\"name\":\"n\",\"end_date\":\"2025-11-01\",\"expiration_date\":\"2025-11-02\"}",
    ]

    @Test("a file that is not described is 400, and nothing is made", arguments: wrongOrders)
    func wrongOrder(_ body: String) throws {
        let office = try Office()
        let made = office.send("POST", "\(Self.path)/pkcs12", by: "ROBOT", body)
        #expect(made.text == Envelope.invalidInput)
        #expect(made.reason?.isEmpty == false)
        #expect(!office.send("GET", Self.path, by: "ROBOT").text.contains("\"name\":\"n\""))
    }

    @Test("a limit of requests is lifted when the world's clock has moved on")
    func rateLimit() throws {
        let office = try Office {
            $0.rateLimitRequests = 1
            $0.rateLimitSeconds = 60
        }
        #expect(office.send("GET", "user/me", by: "ROBOT").status == 200)
        let refused = office.send("GET", "user/me", by: "ROBOT")
        #expect(refused.status == 429)
        #expect(refused.fields.first("retry-after") == "60")
        office.wait(seconds: 59)
        let again = office.send("GET", "user/me", by: "ROBOT")
        #expect(again.fields.first("retry-after") == "1")
        office.wait(seconds: 1)
        #expect(office.send("GET", "user/me", by: "ROBOT").status == 200)
    }
}
