import FoundationEssentials
import MockDigiCertOne
import OpenSSLBridge
import TestClient
import Testing

/// A mock in this process, and the way a client talks to it.
final class Mock {
    let server: MockServer

    /// Starts a mock on free ports, in a world of its own; its CA has a key that is quickly made.
    init(_ settings: [String: String] = [:]) throws {
        let quick = ["world.caKeyAlgorithm": "p-256"]
        server = try MockServer.start(.embedded(quick.merging(settings) { $1 }))
    }

    deinit {
        server.stop()
    }

    /// The port at the end of one of the server's URLs.
    static func port(of url: String) throws -> Int {
        try #require(url.split(separator: ":").last.flatMap { Int($0) })
    }

    /// A certificate of the mock's, with its key.
    struct Enrolled {
        let id: String
        let certificatePEM: String
        let issuerPEM: String
        let keyPEM: String

        var pair: (certificatePEM: String, keyPEM: String) { (certificatePEM, keyPEM) }
    }

    /// A connection to the API.
    func connect(_ options: TestClient.TLSOptions = .init()) throws -> TestClient {
        try TestClient(port: Self.port(of: server.apiURL), tls: options)
    }

    /// A connection to the clientauth port.
    func connectToGate(_ options: TestClient.TLSOptions = .init()) throws -> TestClient {
        try TestClient(port: Self.port(of: server.clientauthURL), tls: options)
    }

    /// Asks for a certificate as the tutorial does.
    func enroll(name: String = "behaviour", token: String = "SERVICE_USER_TOKEN") throws -> Enrolled
    {
        let key = try PrivateKey.generate(.p256)
        let request = try CertificateRequest.make(
            subject: DistinguishedName([.init(.commonName, name)]),
            key: key
        )
        let body = try JSONEncoder().encode(["csr": try request.pem(), "name": name])
        let answer = try connect().exchange(
            .post("/account/api/v1/client-auth-certificate", token: token, body: body)
        )
        struct Body: Decodable {
            let id: String
            let x509_cert: String
            let ca_cert: String
        }
        let decoded = try JSONDecoder().decode(Body.self, from: Data(answer.body))
        return Enrolled(
            id: decoded.id,
            certificatePEM: decoded.x509_cert,
            issuerPEM: decoded.ca_cert,
            keyPEM: try key.pem()
        )
    }

    /// Switches a certificate on or off.
    func setEnabled(_ isEnabled: Bool, _ enrolled: Enrolled) throws -> TestAnswer {
        let path = "/account/api/v1/client-auth-certificate/\(enrolled.id)/enable"
        return try connect().exchange(
            .request("PUT", path, token: "SERVICE_USER_TOKEN", body: #"{"enabled": \#(isEnabled)}"#)
        )
    }

    /// Deletes a certificate.
    func delete(_ enrolled: Enrolled) throws -> TestAnswer {
        try connect().exchange(
            .request(
                "DELETE",
                "/account/api/v1/client-auth-certificate/\(enrolled.id)",
                token: "SERVICE_USER_TOKEN"
            )
        )
    }
}

extension String {
    /// The path that tells who is asking.
    static let me = "/account/api/v1/user/me"

    /// A request of HTTP/1.1 as bytes on the wire.
    static func request(
        _ method: String,
        _ path: String,
        host: String = "localhost",
        token: String? = nil,
        body: String? = nil
    ) -> String {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n"
        if let token { text += "x-api-key: \(token)\r\n" }
        if let body {
            text += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
        }
        return text + "\r\n" + (body ?? "")
    }

    /// A POST of JSON.
    static func post(_ path: String, token: String, body: Data) -> String {
        request("POST", path, token: token, body: String(decoding: body, as: UTF8.self))
    }
}
