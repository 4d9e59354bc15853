import HTTP
import HTTPServer
import OpenSSLBridge
import TestClient
import Testing

@Suite("TLS on a connection", .timeLimit(.minutes(10)))
struct TLSBehaviourTests {
    static let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

    /// A server whose gate is every name that begins with `clientauth.`.
    static func makeServer() throws -> TestServer {
        let identity = try makeIdentity()
        let names = try ClientCANames(names: [
            DistinguishedName([.init(.commonName, "Clients' CA")]).der
        ])
        return try TestServer(
            TestDirector(choose: { hello in
                if hello.serverName == "refused.test" { return .refuse(alert: 112) }
                let isGate = hello.serverName?.hasPrefix("clientauth.") ?? false
                return .serve(
                    identity: identity,
                    world: hello.serverName == "other.test" ? "other" : "default",
                    asksFor: isGate ? names : nil
                )
            }),
            security: .tls
        )
    }

    static func makeIdentity() throws -> ServerIdentity {
        let fixture = try ClientCertificate(commonName: "server")
        return ServerIdentity(
            certificate: try .parse(pem: fixture.certificatePEM),
            privateKey: try .parse(pem: fixture.keyPEM),
            issuer: nil
        )
    }

    /// A self-signed certificate with its key.
    struct ClientCertificate {
        let certificatePEM: String
        let keyPEM: String
        let sha256: [UInt8]

        init(
            commonName: String,
            algorithm: KeyAlgorithm = .p256,
            notAfter: Int64 = 4_000_000_000
        ) throws {
            let key = try PrivateKey.generate(algorithm)
            let name = DistinguishedName([.init(.commonName, commonName)])
            let publicKey = try key.publicKeyInfo()
            let template = CertificateTemplate(
                serialNumber: SecureRandom.bytes(8).map { $0 & 0x7F | 1 },
                issuer: CertificateIssuer(subject: name, publicKey: publicKey),
                subject: name,
                notBefore: 1_000_000_000,
                notAfter: notAfter,
                extensions: []
            )
            let certificate = try Certificate.make(
                template,
                publicKey: publicKey,
                issuerKey: key
            )
            certificatePEM = try certificate.pem()
            keyPEM = try key.pem()
            sha256 = certificate.sha256
        }
    }

    @Test("TLS 1.2 and 1.3 are spoken", arguments: [(0x0303, "TLSv1.2"), (0x0304, "TLSv1.3")])
    func versions(number: Int32, name: String) throws {
        let server = try Self.makeServer()
        let client = try TestClient(port: server.port, tls: .init(version: number))
        #expect(client.version == name)
        #expect(try client.exchange(Self.request).status == 200)
        #expect(server.director.connections[0].tlsVersion == name)
        #expect(server.director.connections[0].cipher?.isEmpty == false)
    }

    @Test("TLS 1.1 is refused with protocol_version (RFC 8996)")
    func old() throws {
        let server = try Self.makeServer()
        let error = #expect(throws: TestClient.Failure.self) {
            try TestClient(port: server.port, tls: .init(version: 0x0302))
        }
        // Alert 70 where the client's own OpenSSL still speaks TLS 1.1; else it never asks.
        #expect(error?.alert == 70 || error?.alert == nil)
    }

    /// What a client offers by ALPN, and what comes of it.
    struct Offer: CustomTestStringConvertible {
        let protocols: [String]
        let agreed: String

        var testDescription: String { "\(protocols)" }
    }

    @Test(
        "h2 is preferred, http/1.1 is the default (RFC 7301)",
        arguments: [
            Offer(protocols: [], agreed: ""),
            Offer(protocols: ["http/1.1"], agreed: "http/1.1"),
            Offer(protocols: ["http/1.1", "h2"], agreed: "h2"),
            Offer(protocols: ["spdy/3", "http/1.1"], agreed: "http/1.1"),
        ]
    )
    func protocols(_ offer: Offer) throws {
        let server = try Self.makeServer()
        let client = try TestClient(port: server.port, tls: .init(protocols: offer.protocols))
        #expect(client.applicationProtocol == offer.agreed)
    }

    @Test("a client that speaks neither gets no_application_protocol (RFC 7301 §3.2)")
    func unknownProtocol() throws {
        let server = try Self.makeServer()
        let error = #expect(throws: TestClient.Failure.self) {
            try TestClient(port: server.port, tls: .init(protocols: ["spdy/3"]))
        }
        #expect(error?.alert == 120)
    }

    @Test("the director hears the name as sent, the listener and the address")
    func hello() throws {
        let server = try Self.makeServer()
        _ = try TestClient(port: server.port, tls: .init(serverName: "WWW.Test"))
        _ = try TestClient(port: server.port, tls: .init(serverName: nil))
        #expect(server.director.hellos.map(\.serverName) == ["WWW.Test", nil])
        #expect(server.director.hellos.map(\.listener) == ["api", "api"])
        #expect(server.director.hellos.map(\.localAddress) == ["127.0.0.1", "127.0.0.1"])
    }

    @Test("the director may refuse with any alert", arguments: [UInt8(112)])
    func refuses(alert: UInt8) throws {
        let server = try Self.makeServer()
        let error = #expect(throws: TestClient.Failure.self) {
            try TestClient(port: server.port, tls: .init(serverName: "refused.test"))
        }
        #expect(error?.alert == Int(alert))
    }

    /// A certificate that a client may present at the gate.
    struct Presented: CustomTestStringConvertible {
        let name: String
        let algorithm: KeyAlgorithm
        let notAfter: Int64

        var testDescription: String { name }
    }

    @Test(
        "the gate takes any certificate, and the handler sees which",
        arguments: [
            Presented(name: "P-256", algorithm: .p256, notAfter: 4_000_000_000),
            Presented(name: "RSA-2048", algorithm: .rsa(bits: 2048), notAfter: 4_000_000_000),
            Presented(name: "Ed25519", algorithm: .ed25519, notAfter: 4_000_000_000),
            Presented(name: "expired", algorithm: .p256, notAfter: 1_100_000_000),
        ],
        [Int32(0x0303), 0x0304]
    )
    func presents(_ presented: Presented, version: Int32) throws {
        let server = try Self.makeServer()
        let certificate = try ClientCertificate(
            commonName: presented.name,
            algorithm: presented.algorithm,
            notAfter: presented.notAfter
        )
        let client = try TestClient(
            port: server.port,
            tls: .init(
                serverName: "clientauth.test",
                version: version,
                certificate: (certificate.certificatePEM, certificate.keyPEM)
            )
        )
        #expect(client.namedIssuerCount == 1)
        #expect(try client.exchange(Self.request).status == 200)
        let facts = server.director.connections[0]
        #expect(facts.asksForClientCertificate)
        #expect(facts.presentedCertificate?.sha256 == certificate.sha256)
        #expect(facts.presentedCertificate?.notAfter == presented.notAfter)
    }

    @Test("without a certificate the gate opens all the same, and nothing else asks for one")
    func withoutCertificate() throws {
        let server = try Self.makeServer()
        let gate = try TestClient(port: server.port, tls: .init(serverName: "clientauth.test"))
        #expect(try gate.exchange(Self.request).status == 200)
        #expect(server.director.connections[0].presentedCertificate == nil)
        let plain = try TestClient(port: server.port, tls: .init(serverName: "test"))
        #expect(try plain.exchange(Self.request).status == 200)
        #expect(plain.namedIssuerCount == nil)
        #expect(!server.director.connections[1].asksForClientCertificate)
    }

    @Test(
        "plain HTTP on a TLS port is told to use https",
        arguments: ["GET", "POST", "DELETE", "get"]
    )
    func plainHTTP(method: String) throws {
        let server = try Self.makeServer()
        let client = try TestClient(port: server.port)
        let answer = try client.exchange("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer.status == 400)
        #expect(answer.text.contains("https://"))
        #expect(try client.isAtEnd())
    }

    @Test("bytes that are neither are ended without an answer of HTTP's")
    func garbage() throws {
        let server = try Self.makeServer()
        let client = try TestClient(port: server.port)
        try client.send([0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A])
        #expect(try client.readToEnd().first != UInt8(ascii: "H"))
        #expect(server.director.events.count == 1)
    }

    private static let http2Preface =
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]

    @Test("HTTP/2 begins with the server's SETTINGS (RFC 9113 §3.4)")
    func http2Preface() throws {
        let server = try Self.makeServer()
        let client = try TestClient(port: server.port, tls: .init(protocols: ["h2"]))
        try client.send(Self.http2Preface)
        let frame = try client.readSome()
        #expect(frame.count >= 9 && frame[3] == 4)
    }

    @Test("an idle HTTP/2 connection is drained at once, with GOAWAY (RFC 9113 §6.8)")
    func http2Drain() throws {
        let server = try Self.makeServer()
        let client = try TestClient(port: server.port, tls: .init(protocols: ["h2"]))
        try client.send(Self.http2Preface)
        _ = try client.readSome()
        let elapsed = ContinuousClock().measure { server.server.drain() }
        #expect(elapsed < .seconds(1))
        var rest = try client.readToEnd()[...]
        var types: [UInt8] = []
        while rest.count >= 9 {
            let bytes = Array(rest.prefix(9))
            types.append(bytes[3])
            rest = rest.dropFirst(9 + Int(bytes[0]) << 16 + Int(bytes[1]) << 8 + Int(bytes[2]))
        }
        #expect(types.last == 7)
    }
}
