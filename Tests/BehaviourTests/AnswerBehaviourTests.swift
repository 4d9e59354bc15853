import Glibc
import MockDigiCertOne
import OpenSSLBridge
import PrivateCA
import TestClient
import TestCommand
import Testing
import World

@Suite("What every answer has", .timeLimit(.minutes(10)))
struct AnswerBehaviourTests {
    /// A refusal that the transport makes, and its status.
    struct Broken: CustomTestStringConvertible {
        let status: Int
        let text: String
        let testDescription: String

        init(_ status: Int, _ testDescription: String, _ text: String) {
            self.status = status
            self.testDescription = testDescription
            self.text = text
        }
    }

    static let broken = [
        Broken(
            400,
            "two lengths",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
        ),
        Broken(400, "a space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        Broken(400, "a bare CR", "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n"),
        Broken(400, "no host", "GET / HTTP/1.1\r\n\r\n"),
        Broken(
            413,
            "a body above the limit",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"
        ),
        Broken(
            414,
            "a target above the limit",
            "GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\nHost: a\r\n\r\n"
        ),
        Broken(
            431,
            "a field above the limit",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n"
        ),
        Broken(
            501,
            "an unknown transfer coding",
            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"
        ),
        Broken(505, "an unknown version", "GET / HTTP/3.7\r\nHost: a\r\n\r\n"),
    ]

    @Test("bytes that are no request are refused in the API's envelope", arguments: broken)
    func envelope(_ broken: Broken) throws {
        let mock = try Mock()
        let answer = try mock.connect().exchange(broken.text)
        #expect(answer.status == broken.status)
        #expect(answer.text.hasPrefix(#"{"errors":[{"code":""#))
        #expect(answer["content-type"] == "application/json")
        #expect(answer["x-mock-reason"]?.isEmpty == false)
    }

    @Test("never Strict-Transport-Security, always a request id and a date")
    func headers() throws {
        let mock = try Mock()
        for path in [String.me, "/", "/account/api/v1/nothing"] {
            let answer = try mock.connect().exchange(
                .request("GET", path, token: "ADMIN_API_TOKEN")
            )
            #expect(answer["strict-transport-security"] == nil)
            #expect(answer["x-request-id"]?.isEmpty == false)
            #expect(answer["date"]?.hasSuffix(" GMT") == true)
        }
    }

    @Test("the reason stays away where mock headers are off")
    func withoutReason() throws {
        let mock = try Mock(["mockHeaders": "false"])
        let answer = try mock.connect().exchange(.request("GET", .me))
        #expect(answer.status == 403)
        #expect(answer["x-mock-reason"] == nil)
    }

    @Test("no reason holds any part of a key")
    func secret() throws {
        let mock = try Mock()
        let answer = try mock.connect().exchange(.request("GET", .me, token: "hunter2-hunter2"))
        #expect(answer.status == 401)
        #expect(answer["x-mock-reason"]?.contains("hunter2") == false)
    }

    @Test("the date is the world's, and stands still where the clock is frozen")
    func clock() throws {
        let mock = try Mock(["clock": "2025-10-20T00:00:00Z", "clockFrozen": "true"])
        for _ in 0..<2 {
            let answer = try mock.connect().exchange(.request("GET", .me, token: "ADMIN_API_TOKEN"))
            #expect(answer["date"] == "Mon, 20 Oct 2025 00:00:00 GMT")
        }
    }
}

@Suite("Server certificates on the wire", .timeLimit(.minutes(10)))
struct ServerCertificateBehaviourTests {
    /// Whether a certificate carries a DNS name or an address among its names.
    private static func names(_ certificate: [UInt8], _ name: [UInt8], tag: UInt8) -> Bool {
        let entry = [tag, UInt8(name.count)] + name
        return certificate.indices.contains { certificate[$0...].starts(with: entry) }
    }

    @Test("a name that is sent gets a certificate for that name alone")
    func named() throws {
        let mock = try Mock()
        for name in ["localhost", "demo.one.digicert.com", "mock", "clientauth.one.digicert.co.jp"]
        {
            let certificate = try mock.connect(.init(serverName: name)).serverCertificate
            #expect(Self.names(certificate, Array(name.utf8), tag: 0x82))
            #expect(!Self.names(certificate, [127, 0, 0, 1], tag: 0x87))
        }
    }

    @Test("without a name it carries every local one, and the configured ones")
    func unnamed() throws {
        let mock = try Mock(["names": "mock.example,build-host"])
        let certificate = try mock.connect(.init(serverName: nil)).serverCertificate
        for name in ["localhost", "clientauth.localhost", "mock.example", "build-host"] {
            #expect(Self.names(certificate, Array(name.utf8), tag: 0x82))
        }
        #expect(Self.names(certificate, [127, 0, 0, 1], tag: 0x87))
        #expect(Self.names(certificate, [UInt8](repeating: 0, count: 15) + [1], tag: 0x87))
    }

    @Test("its dates are the system's, whatever time the world has")
    func dates() throws {
        let past = try Mock(["clock": "2001-01-01T00:00:00Z"]).connect().serverCertificate
        let present = try Mock().connect().serverCertificate
        let before = try Certificate.parse(der: past.span).notBefore
        let now = try Certificate.parse(der: present.span).notBefore
        #expect(abs(before - now) < 3_600)
    }
}

@Suite("A state directory", .timeLimit(.minutes(10)))
struct StateBehaviourTests {
    @Test("a certificate issued before a restart opens the gate after it")
    func survives() throws {
        let directory = try TemporaryDirectory()
        let settings = ["stateDir": directory.path]
        let enrolled = try Mock(settings).enroll()
        let mock = try Mock(settings)
        let client = try mock.connectToGate(.init(certificate: enrolled.pair))
        #expect(try client.exchange(.request("GET", .me)).status == 200)
    }

    @Test("everything with a key in it is readable by its owner only")
    func modes() throws {
        let directory = try TemporaryDirectory()
        let mock = try Mock(["stateDir": directory.path])
        _ = try mock.enroll()
        for (name, mode) in [
            ("worlds/default.sqlite", 0o600), ("worlds/default.sqlite-wal", 0o600),
            ("tls/authority.pem", 0o600), ("tls", 0o700), ("ca.pem", 0o644),
        ] {
            var status = stat()
            #expect(unsafe stat(directory.path + "/" + name, &status) == 0, "\(name)")
            #expect(Int(status.st_mode & 0o777) == mode, "\(name)")
        }
    }

    @Test("listeners do not wait for the CA's key, the first issuance does")
    func keyInTheBackground() throws {
        let mock = try Mock(["world.caKeyAlgorithm": "rsa-4096"])
        let answer = try mock.connect().exchange(.request("GET", .me, token: "ADMIN_API_TOKEN"))
        #expect(answer.status == 200)
        // A 4,096-bit key takes a hundred times as long as the answer above.
        #expect(!mock.server.mainWorld.ca.isReady)
        _ = try mock.enroll()
        #expect(mock.server.mainWorld.ca.isReady)
    }

    @Test("a second mock on the same directory is refused in words")
    func locked() throws {
        let directory = try TemporaryDirectory()
        let first = try Mock(["stateDir": directory.path])
        let error = #expect(throws: (any Error).self) {
            try Mock(["stateDir": directory.path])
        }
        #expect("\(String(describing: error))".contains(directory.path))
        #expect(first.server.apiURL.isEmpty == false)
    }
}
