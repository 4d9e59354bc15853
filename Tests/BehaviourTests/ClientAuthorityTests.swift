import FoundationEssentials
import MockDigiCertOne
import TestClient
import TestCommand
import Testing

@Suite("A client authority of one's own", .timeLimit(.minutes(10)))
struct ClientAuthorityTests {
    private static let me = String.request("GET", .me)

    @Test("issues, is named in the handshake, in the answer and on the control plane")
    func issues() throws {
        let directory = try TemporaryDirectory()
        let authority = try TestAuthority(subject: "/O=Ours/CN=Our client CA").own
        let file = try directory.write("ca.pem", authority.key + authority.certificate)
        let mock = try Mock(["clientCa": file])
        let enrolled = try mock.enroll()
        #expect(enrolled.issuerPEM == authority.certificate)
        let control = try TestClient(port: Mock.port(of: mock.server.controlURL))
        let served = try control.exchange(.request("GET", "/client-ca.pem"))
        #expect(served.text == authority.certificate)
        let verified = try TestCommand.run([
            "openssl", "verify", "-purpose", "sslclient", "-CAfile",
            directory.write("served.pem", served.text),
            directory.write("client.pem", enrolled.certificatePEM),
        ])
        #expect(verified.status == 0, "\(verified.errors)")
        let gate = try mock.connectToGate(.init(certificate: enrolled.pair))
        #expect(gate.namedIssuerCount == 1)
        #expect(try gate.exchange(Self.me).status == 200)
    }

    @Test("what was issued before a change of authority still opens the gate")
    func change() throws {
        let directory = try TemporaryDirectory()
        let state = ["stateDir": directory.path + "/state"]
        let authority = try TestAuthority().own
        let file = try directory.write("ca.pem", authority.certificate)
        let key = try directory.write("ca.key", authority.key)
        let given = ["clientCa": file, "clientCaKey": key]

        let first = try Mock(state)
        let earlier = try first.enroll(name: "earlier")
        first.server.stop()
        let second = try Mock(state.merging(given) { $1 })
        let later = try second.enroll(name: "later")
        #expect(later.issuerPEM != earlier.issuerPEM)
        for enrolled in [earlier, later] {
            let gate = try second.connectToGate(.init(certificate: enrolled.pair))
            #expect(gate.namedIssuerCount == 2)
            #expect(try gate.exchange(Self.me).status == 200)
        }
        second.server.stop()
        let third = try Mock(state)
        for enrolled in [earlier, later] {
            let gate = try third.connectToGate(.init(certificate: enrolled.pair))
            #expect(gate.namedIssuerCount == 2)
            #expect(try gate.exchange(Self.me).status == 200)
        }
        #expect(try third.enroll(name: "last").issuerPEM == earlier.issuerPEM)
    }

    @Test("a foreign certificate is told whose this mock's are")
    func foreign() throws {
        let directory = try TemporaryDirectory()
        let authority = try TestAuthority(subject: "/CN=Our client CA").own
        let file = try directory.write("ca.pem", authority.key + authority.certificate)
        let mock = try Mock(["clientCa": file])
        let foreign = try Mock().enroll()
        let answer = try mock.connectToGate(.init(certificate: foreign.pair)).exchange(Self.me)
        #expect(answer.status == 403)
        #expect(answer["x-mock-reason"]?.contains("this mock's is CN=Our client CA") == true)
    }
}

@Suite("What clients must trust", .timeLimit(.minutes(10)))
struct TrustBehaviourTests {
    @Test("is copied for all to read before the server is ready, and the copy stays")
    func copy() throws {
        let directory = try TemporaryDirectory()
        let copy = directory.path + "/shared-ca.pem"
        let mock = try Mock(["caCopy": copy])
        let trusted = try String(contentsOfFile: mock.server.caFile, encoding: .utf8)
        #expect(try String(contentsOfFile: copy, encoding: .utf8) == trusted)
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions]
        #expect(mode as? Int == 0o644)
        mock.server.stop()
        #expect(FileManager.default.fileExists(atPath: copy))
    }

    @Test("a copy that cannot be written is refused in words, and the state is given back")
    func refusedCopy() throws {
        let directory = try TemporaryDirectory()
        let settings = ["caCopy": "/nonexistent/ca.pem", "stateDir": directory.path + "/state"]
        for _ in 0..<2 {
            let error = try #require(throws: ConfigurationError.self) { _ = try Mock(settings) }
            #expect(error.subject == "--ca-copy /nonexistent/ca.pem")
            #expect(error.problem.contains("No such file"))
        }
    }

    @Test("is served to browsers as the same certificate, DER")
    func browserFile() throws {
        let mock = try Mock()
        let control = try TestClient(port: Mock.port(of: mock.server.controlURL))
        let answer = try control.exchange(.request("GET", "/ca.crt"))
        #expect(answer["content-type"] == "application/x-x509-ca-cert")
        let pem = try TestCommand.run(
            ["openssl", "x509", "-inform", "DER"],
            input: answer.body
        ).text
        #expect(pem == (try String(contentsOfFile: mock.server.caFile, encoding: .utf8)))
    }
}

@Suite("Addresses that are told", .timeLimit(.minutes(10)))
struct ToldAddressesTests {
    @Test("follow the Host of the request that asks, and are configured where ports are mapped")
    func addresses() throws {
        let mock = try Mock()
        let port = { (url: String) in "\(try Mock.port(of: url))" }
        let control = try TestClient(port: Mock.port(of: mock.server.controlURL))
        let answer = try control.exchange(.request("GET", "/ready", host: "mock:8440"))
        let api = "https://mock:" + (try port(mock.server.apiURL))
        #expect(answer.text.contains(#""api_url":"\#(api)""#))
        #expect(answer.text.contains(#""control_url":"http://mock:8440""#))
        #expect(try control.exchange(.request("GET", "/", host: "mock:8440")).text.contains(api))

        let mapped = try Mock(["publicApiUrl": "https://mock.test:18443"])
        #expect(mapped.server.apiURL == "https://mock.test:18443")
        #expect(mapped.server.announcement.line.contains(#""api_url":"https://mock.test:18443""#))
        let other = try TestClient(port: Mock.port(of: mapped.server.controlURL))
        let ready = try other.exchange(.request("GET", "/ready", host: "mock:8440"))
        #expect(ready.text.contains(#""api_url":"https://mock.test:18443""#))
        #expect(ready.text.contains(#""clientauth_url":"https://mock:"#))
    }
}
