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

    private func answer(_ method: String, _ target: String) throws -> Response {
        let api = ControlAPI(trustFile: Array("PEM".utf8), readiness: readiness)
        let reply = api.reply(to: Request(method: method, target: target), in: context)
        guard case .now(let response) = reply else { throw UnexpectedReply() }
        return response
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
        readiness.announce(Array(#"{"pid":1}"#.utf8))
        #expect(try answer("GET", "/readyz").status == 200)
        #expect(try answer("GET", "/ready").body == Array(#"{"pid":1}"#.utf8))
        #expect(try answer("HEAD", "/ready").status == 200)
        readiness.withdraw()
        #expect(try answer("GET", "/readyz").status == 503)
        #expect(try answer("GET", "/livez").status == 200)
    }

    @Test("names every route in its index and in its errors")
    func names() throws {
        let index = String(decoding: try answer("GET", "/").body, as: UTF8.self)
        let missing = try answer("GET", "/nothing")
        let wrong = try answer("DELETE", "/ca.pem")
        #expect(missing.status == 404)
        #expect(wrong.status == 405)
        #expect(wrong.fields.first("allow")?.contains("GET") == true)
        for path in ["/ca.pem", "/livez", "/readyz", "/ready"] {
            #expect(index.contains("GET \(path) "))
            for response in [missing, wrong] {
                let body = String(decoding: response.body, as: UTF8.self)
                #expect(body.contains("\"GET \(path)\""))
                #expect(response.fields.first("content-type") == "application/json")
            }
        }
    }
}

private struct UnexpectedReply: Error {}
