import TestClient
import Testing

@Suite("The clientauth gate", .timeLimit(.minutes(10)))
struct GateBehaviourTests {
    private static let me = String.request("GET", .me)

    @Test(
        "a certificate alone opens it, by port and by name",
        arguments: ["localhost", "clientauth.localhost"]
    )
    func certificateAlone(name: String) throws {
        let mock = try Mock()
        let enrolled = try mock.enroll()
        let options = TestClient.TLSOptions(serverName: name, certificate: enrolled.pair)
        let client =
            name == "localhost" ? try mock.connectToGate(options) : try mock.connect(options)
        #expect(try client.exchange(.request("GET", .me, host: name)).status == 200)
    }

    @Test("a key alone opens it (observed at the vendor)")
    func keyAlone() throws {
        let mock = try Mock()
        let client = try mock.connectToGate()
        #expect(
            try client.exchange(.request("GET", .me, token: "SERVICE_USER_TOKEN")).status == 200
        )
    }

    @Test("nothing at all is 403, with the reason beside it")
    func nothing() throws {
        let mock = try Mock()
        let answer = try mock.connectToGate().exchange(Self.me)
        #expect(answer.status == 403)
        let error = #"{"code":"AUTHORIZATION_ERROR","message":"No authentication data provided"}"#
        #expect(answer.text == #"{"errors":["# + error + "]}")
        #expect(answer["x-mock-reason"]?.contains("no certificate") == true)
    }

    @Test("it decides anew on every request of the same connection")
    func everyRequest() throws {
        let mock = try Mock()
        let enrolled = try mock.enroll()
        let client = try mock.connectToGate(.init(certificate: enrolled.pair))
        #expect(try client.exchange(Self.me).status == 200)
        #expect(try mock.setEnabled(false, enrolled).status == 200)
        let refused = try client.exchange(Self.me)
        #expect(refused.status == 403)
        #expect(refused["x-mock-reason"]?.contains("disabled") == true)
        #expect(try mock.setEnabled(true, enrolled).status == 200)
        #expect(try client.exchange(Self.me).status == 200)
        #expect((200...204).contains(try mock.delete(enrolled).status))
        #expect(try client.exchange(Self.me).status == 403)
    }

    @Test(
        "it decides anew on a resumed connection, which carries its certificate",
        arguments: [Int32(0x0303), 0x0304]
    )
    func resumed(version: Int32) throws {
        let mock = try Mock()
        let enrolled = try mock.enroll()
        let first = try mock.connectToGate(.init(version: version, certificate: enrolled.pair))
        #expect(try first.exchange(Self.me).status == 200)
        let session = first.session
        let second = try mock.connectToGate(.init(version: version, session: session))
        #expect(second.isResumed)
        #expect(try second.exchange(Self.me).status == 200)
        _ = try mock.setEnabled(false, enrolled)
        let third = try mock.connectToGate(.init(version: version, session: session))
        #expect(try third.exchange(Self.me).status == 403)
    }

    @Test(
        "a session of the API's port is not resumed at the gate",
        arguments: [Int32(0x0303), 0x0304]
    )
    func crossed(version: Int32) throws {
        let mock = try Mock()
        let first = try mock.connect(.init(version: version))
        _ = try first.exchange(.request("GET", .me, token: "SERVICE_USER_TOKEN"))
        let second = try mock.connectToGate(.init(version: version, session: first.session))
        #expect(!second.isResumed)
    }

    @Test("another mock's certificate passes the handshake and gets 403")
    func foreign() throws {
        let mock = try Mock()
        let foreign = try Mock().enroll()
        let answer = try mock.connectToGate(.init(certificate: foreign.pair)).exchange(Self.me)
        #expect(answer.status == 403)
        #expect(answer["x-mock-reason"]?.isEmpty == false)
    }

    @Test("only the gate asks for a certificate, and it names one issuer")
    func asks() throws {
        let mock = try Mock()
        #expect(try mock.connectToGate().namedIssuerCount == 1)
        #expect(try mock.connect(.init(serverName: "clientauth.localhost")).namedIssuerCount == 1)
        #expect(try mock.connect().namedIssuerCount == nil)
    }
}

@Suite("Requests on the wrong connection", .timeLimit(.minutes(10)))
struct MisdirectionTests {
    @Test(
        "a host of the gate's on a connection that did not ask is 421 (RFC 9110 §15.5.20)",
        arguments: ["clientauth.localhost", "CLIENTAUTH.demo.one.digicert.com:8443"]
    )
    func misdirected(host: String) throws {
        let mock = try Mock()
        let client = try mock.connect()
        let answer = try client.exchange(
            .request("GET", .me, host: host, token: "SERVICE_USER_TOKEN")
        )
        #expect(answer.status == 421)
        #expect(answer.text.hasPrefix(#"{"errors":[{"code":"#))
        #expect(answer["x-mock-reason"]?.contains("new connection") == true)
    }

    @Test("the same host is right where a certificate was asked for")
    func right() throws {
        let mock = try Mock()
        let client = try mock.connectToGate()
        let answer = try client.exchange(
            .request("GET", .me, host: "clientauth.localhost", token: "SERVICE_USER_TOKEN")
        )
        #expect(answer.status == 200)
    }
}
