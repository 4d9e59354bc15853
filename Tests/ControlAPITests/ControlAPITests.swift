import HTTP
import Testing
import World

@testable import ControlAPI

@Suite("Control API")
struct ControlAPITests {
    private let control: ControlFixture

    init() throws {
        control = try ControlFixture()
    }

    private var readiness: Readiness { control.readiness }

    private func answer(_ method: String, _ target: String, host: String? = nil) -> Response {
        control.answer(method, target, host: host)
    }

    private func announce() {
        readiness.announce { authority in
            let url = "https://\(authority ?? "nobody")"
            return Announcement(json: Array(#"{"u":"\#(url)"}"#.utf8), addresses: [("api", url)])
        }
    }

    @Test("hands out the trust file")
    func trustFile() throws {
        let response = answer("GET", "/ca.pem?x=1")
        #expect(response.status == 200)
        #expect(response.fields.first("content-type") == "application/x-pem-file")
        #expect(response.body == Array("PEM".utf8))
    }

    @Test("is ready only between announcement and withdrawal, and alive always")
    func ready() throws {
        #expect(answer("GET", "/readyz").status == 503)
        #expect(answer("GET", "/ready").status == 503)
        announce()
        #expect(answer("GET", "/readyz").status == 200)
        #expect(answer("GET", "/ready").body == Array(#"{"u":"https://nobody"}"#.utf8))
        #expect(answer("HEAD", "/ready").status == 200)
        readiness.withdraw()
        #expect(answer("GET", "/readyz").status == 503)
        #expect(answer("GET", "/livez").status == 200)
    }

    @Test("hands the same certificate to browsers, to import and not to save")
    func browserFile() throws {
        let response = answer("GET", "/ca.crt")
        #expect(response.fields.first("content-type") == "application/x-x509-ca-cert")
        #expect(response.fields.first("content-disposition")?.hasPrefix("inline;") == true)
        #expect(response.body == [0x30, 0x00])
    }

    @Test("hands out the issuing authority of any world")
    func clientCA() throws {
        let response = answer("GET", "/client-ca.pem")
        #expect(response.fields.first("content-type") == "application/x-pem-file")
        #expect(response.bodyText == (try control.worlds.main.issuerPEM))
        #expect(answer("GET", "/worlds/default/client-ca.pem").body == response.body)
        #expect(answer("GET", "/worlds/none/client-ca.pem").status == 404)
    }

    @Test("tells addresses by the name that was asked for")
    func addresses() throws {
        announce()
        for path in ["/ready", "/"] {
            let text = String(
                decoding: answer("GET", path, host: "mock:8440").body,
                as: UTF8.self
            )
            #expect(text.contains("https://mock:8440"))
        }
    }

    @Test("names every route in its index, and the index in its errors")
    func names() throws {
        let index = answer("GET", "/").bodyText
        for route in ControlAPI.routes {
            #expect(index.contains("\(route.method) \(route.pattern) "))
        }
        let missing = answer("GET", "/nothing")
        #expect(missing.status == 404)
        #expect(missing.bodyText.contains("GET / lists"))
        let wrong = answer("DELETE", "/ca.pem")
        #expect(wrong.status == 405)
        #expect(wrong.fields.first("allow")?.contains("GET") == true)
        #expect(wrong.fields.first("content-type") == "application/json")
    }

    @Test("aligns what its index says about each route")
    func alignment() throws {
        let rows = answer("GET", "/").bodyText.split(separator: "\n").filter { $0.contains(" /") }
        #expect(rows.contains { $0.hasPrefix("PUT /worlds/{world}/settings") })
        for row in rows {
            let (words, text) = (row.prefix(56), row.dropFirst(56))
            #expect(words.hasSuffix(" "), "\(row)")
            #expect(!text.hasPrefix(" ") && !text.isEmpty, "\(row)")
        }
    }
}
