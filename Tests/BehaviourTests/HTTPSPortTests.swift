import MockDigiCertOne
import TestClient
import Testing

@Suite("The port where the server name alone decides", .timeLimit(.minutes(10)))
struct HTTPSPortTests {
    private static let host = "demo.one.digicert.com"

    private static func connect(
        _ mock: Mock,
        _ options: TestClient.TLSOptions
    ) throws -> TestClient {
        try TestClient(port: try #require(mock.server.announcement.httpsPort), tls: options)
    }

    @Test("asks for a certificate under clientauth. names and under no others")
    func asks() throws {
        let mock = try Mock(["httpsPort": "0"])
        for (name, asks) in [
            (Self.host, false), ("localhost", false), (nil, false),
            ("clientauth." + Self.host, true), ("CLIENTAUTH.LOCALHOST", true),
        ] {
            let client = try Self.connect(mock, .init(serverName: name))
            #expect((client.namedIssuerCount != nil) == asks, "\(name ?? "no name")")
        }
    }

    @Test("serves the tutorial's requests under the vendor's names, which have no port")
    func vendorNames() throws {
        let mock = try Mock(["httpsPort": "0"])
        let enrolled = try mock.enroll()
        let api = try Self.connect(mock, .init(serverName: Self.host))
        let byKey = try api.exchange(
            .request("GET", .me, host: Self.host, token: "SERVICE_USER_TOKEN")
        )
        #expect(byKey.status == 200)
        let name = "clientauth." + Self.host
        let gate = try Self.connect(mock, .init(serverName: name, certificate: enrolled.pair))
        #expect(try gate.exchange(.request("GET", .me, host: name)).status == 200)
    }

    @Test("behaves as the API without a server name, whatever the client holds")
    func nameless() throws {
        let mock = try Mock(["httpsPort": "0"])
        let enrolled = try mock.enroll()
        let client = try Self.connect(mock, .init(serverName: nil, certificate: enrolled.pair))
        #expect(try client.exchange(.request("GET", .me)).status == 403)
        let byKey = try client.exchange(.request("GET", .me, token: "SERVICE_USER_TOKEN"))
        #expect(byKey.status == 200)
    }

    @Test("answers 421 where the connection did not ask and the request names the gate")
    func misdirected() throws {
        let mock = try Mock(["httpsPort": "0"])
        let client = try Self.connect(mock, .init(serverName: Self.host))
        let answer = try client.exchange(
            .request("GET", .me, host: "clientauth." + Self.host, token: "SERVICE_USER_TOKEN")
        )
        #expect(answer.status == 421)
        #expect(answer["x-mock-reason"]?.contains("new connection") == true)
    }

    @Test("is told in the ready JSON, and only where there is one")
    func announcement() throws {
        let with = try Mock(["httpsPort": "0"]).server.announcement
        #expect(with.line.hasSuffix(#""https_port":\#(try #require(with.httpsPort))}"# + "\n"))
        let without = try Mock().server.announcement
        #expect(without.httpsPort == nil)
        #expect(!without.line.contains("https_port"))
    }

    @Test("does without it where another process has the port")
    func taken() throws {
        let first = try Mock()
        let port = try Mock.port(of: first.server.apiURL)
        let second = try Mock(["httpsPort": "\(port)"])
        #expect(second.server.announcement.httpsPort == nil)
        let answer = try second.connect().exchange(
            .request("GET", .me, token: "SERVICE_USER_TOKEN")
        )
        #expect(answer.status == 200)
    }
}
