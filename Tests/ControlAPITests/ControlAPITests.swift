import HTTP
import Testing

@testable import ControlAPI

@Suite("Control API")
struct ControlAPITests {
    private let readiness = Readiness()
    private let context = RequestContext(
        requestID: "r-1",
        connection: ConnectionFacts(
            id: 1,
            loop: 0,
            listener: "control",
            remoteAddress: "127.0.0.1:1",
            world: "default"
        )
    )

    private func answer(
        _ method: String,
        _ target: String,
        host: String? = nil,
        clientCA: @escaping @Sendable () throws -> String = { "CLIENT" }
    ) throws -> Response {
        let trust = TrustMaterial(
            pem: Array("PEM".utf8),
            der: [0x30, 0x00],
            clientAuthorityPEM: clientCA
        )
        let api = ControlAPI(trust: trust, readiness: readiness)
        let request = Request(
            method: method,
            target: target,
            authority: host,
            fields: method == "GET" ? [:] : ["content-type": "application/json"]
        )
        switch api.reply(to: request, in: context) {
        case .now(let response): return response
        case .later(let work): return work()
        // Nothing here is held back.
        case .whenever, .stream: return Response(status: 501)
        }
    }

    private func announce() {
        readiness.announce { authority in
            let url = "https://\(authority ?? "nobody")"
            return Announcement(json: Array(#"{"u":"\#(url)"}"#.utf8), addresses: [("api", url)])
        }
    }

    @Test("hands out the trust file")
    func trustFile() throws {
        let response = try answer("GET", "/ca.pem?x=1")
        #expect(response.status == 200)
        #expect(response.fields.first("content-type") == "application/x-pem-file")
        #expect(response.body == Array("PEM".utf8))
    }

    @Test("is ready only between announcement and withdrawal, and alive always")
    func ready() throws {
        #expect(try answer("GET", "/readyz").status == 503)
        #expect(try answer("GET", "/ready").status == 503)
        announce()
        #expect(try answer("GET", "/readyz").status == 200)
        #expect(try answer("GET", "/ready").body == Array(#"{"u":"https://nobody"}"#.utf8))
        #expect(try answer("HEAD", "/ready").status == 200)
        readiness.withdraw()
        #expect(try answer("GET", "/readyz").status == 503)
        #expect(try answer("GET", "/livez").status == 200)
    }

    @Test("hands the same certificate to browsers, to import and not to save")
    func browserFile() throws {
        let response = try answer("GET", "/ca.crt")
        #expect(response.fields.first("content-type") == "application/x-x509-ca-cert")
        #expect(response.fields.first("content-disposition")?.hasPrefix("inline;") == true)
        #expect(response.body == [0x30, 0x00])
    }

    @Test("hands out the issuing authority once it is there, and says so where it never is")
    func clientCA() throws {
        let response = try answer("GET", "/client-ca.pem")
        #expect(response.fields.first("content-type") == "application/x-pem-file")
        #expect(response.body == Array("CLIENT".utf8))
        let missing = try answer("GET", "/client-ca.pem", clientCA: { throw UnexpectedReply() })
        #expect(missing.status == 503)
    }

    @Test("tells addresses by the name that was asked for")
    func addresses() throws {
        announce()
        for path in ["/ready", "/"] {
            let text = String(
                decoding: try answer("GET", path, host: "mock:8440").body,
                as: UTF8.self
            )
            #expect(text.contains("https://mock:8440"))
        }
    }

    @Test("names every route in its index and in its errors")
    func names() throws {
        let index = String(decoding: try answer("GET", "/").body, as: UTF8.self)
        let missing = try answer("GET", "/nothing")
        let wrong = try answer("DELETE", "/ca.pem")
        #expect(missing.status == 404)
        #expect(wrong.status == 405)
        #expect(wrong.fields.first("allow")?.contains("GET") == true)
        for path in [
            "/ca.pem", "/ca.crt", "/client-ca.pem", "/livez", "/readyz", "/ready",
        ] {
            #expect(index.contains("GET \(path) "))
            for response in [missing, wrong] {
                let body = String(decoding: response.body, as: UTF8.self)
                #expect(body.contains("\"GET \(path)\""))
                #expect(response.fields.first("content-type") == "application/json")
            }
        }
    }

    @Test("aligns what its index says about each route")
    func alignment() throws {
        let index = String(decoding: try answer("GET", "/").body, as: UTF8.self)
        let rows = index.split(separator: "\n").filter { $0.contains(" /") }
        #expect(rows.contains { $0.hasPrefix("PUT /worlds/default/settings") })
        for row in rows {
            let (words, text) = (row.prefix(30), row.dropFirst(30))
            #expect(words.hasSuffix(" "), "\(row)")
            #expect(!text.hasPrefix(" ") && !text.isEmpty, "\(row)")
        }
    }
}

private struct UnexpectedReply: Error {}
