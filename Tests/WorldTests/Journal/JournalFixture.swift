import AccountModel
import HTTP
import OpenSSLBridge

@testable import World

/// A journal that a test fills by hand, one second of both clocks after the other.
final class JournalFixture {
    static let begin = Timestamp(secondsSince1970: 1_760_918_400)
    static let path = "/account/api/v1/user/me"
    static let issuance = "/account/api/v1/client-auth-certificate"
    static let jane = "783a6a45-b74b-4635-bb4b-69855910ccd3"
    static let tokenID = "5c0f6a86-1b7f-4b5e-8b64-2a1c2d3e4f50"

    let journal: Journal

    /// Seconds since the beginning.
    var seconds: Int64 = 0

    /// The next request's number.
    private var number = 0

    init(limits: JournalLimits = .standard) {
        journal = Journal(limits: limits)
    }

    init(journal: Journal) {
        self.journal = journal
    }

    var worldTime: Timestamp { Self.begin.adding(seconds: seconds) }

    /// What a client certificate looks like; valid for a hundred days from the beginning.
    static func certificate(_ serial: String, lifeDays: Int64 = 100) -> PresentedCertificate {
        PresentedCertificate(
            sha256: Digest.sha256(Array(serial.utf8)),
            subject: "CN=Robot",
            issuer: "CN=mock-digicert-one Client Authentication CA",
            serialNumber: serial,
            notBefore: begin.secondsSince1970,
            notAfter: begin.secondsSince1970 + lifeDays * 86_400
        )
    }

    static func connection(
        _ id: UInt64 = 7,
        certificate: PresentedCertificate? = nil,
        asks: Bool? = nil
    ) -> ConnectionFacts {
        let asks = asks ?? (certificate != nil)
        return ConnectionFacts(
            id: id,
            loop: 0,
            listener: asks ? "clientauth" : "api",
            remoteAddress: "127.0.0.1:50000",
            serverName: asks ? "clientauth.localhost" : "localhost",
            world: "default",
            asksForClientCertificate: asks,
            presentedCertificate: certificate,
            tlsVersion: "TLSv1.3",
            cipher: "TLS_AES_256_GCM_SHA384"
        )
    }

    /// A request that a key let in, to be changed at will.
    func exchange(
        _ method: String = "GET",
        _ path: String = JournalFixture.path,
        status: Int = 200,
        certificate: PresentedCertificate? = nil,
        key: String? = nil
    ) -> JournalEntry.Exchange {
        number += 1
        var exchange = JournalEntry.Exchange(
            requestID: "r-\(number)",
            connection: Self.connection(certificate: certificate),
            method: method,
            path: path,
            status: status
        )
        exchange.fields.append("user-agent", "robot/1.0")
        if let key { exchange.fields.append("x-api-key", key) }
        exchange.microseconds = 1000
        guard status != 401, status != 403 else { return exchange }
        exchange.principal = "Jane Doe"
        exchange.credential = UsedCredential(
            token: key.map { _ in .init(id: Self.tokenID, userID: Self.jane) },
            certificate: certificate.map { Self.known($0) },
            decidedBy: key == nil ? .certificate : .token,
            userID: Self.jane
        )
        return exchange
    }

    static func known(_ certificate: PresentedCertificate) -> UsedCredential.Certificate {
        .init(
            id: "id-\(certificate.serialNumber)",
            serialNumber: certificate.serialNumber,
            sha256: certificate.sha256,
            userID: jane
        )
    }

    /// Appends a request, then lets a second pass.
    @discardableResult
    func add(_ exchange: JournalEntry.Exchange, afterMilliseconds: Int64? = nil) -> UInt64 {
        if let afterMilliseconds {
            milliseconds += afterMilliseconds
        } else {
            seconds += 1
            milliseconds = seconds * 1000
        }
        return journal.append(
            exchange,
            worldTime: worldTime,
            systemNanoseconds: systemNanoseconds
        )
    }

    /// Appends a request with the usual parts.
    @discardableResult
    func add(
        _ method: String = "GET",
        _ path: String = JournalFixture.path,
        status: Int = 200,
        certificate: PresentedCertificate? = nil,
        key: String? = nil
    ) -> UInt64 {
        add(exchange(method, path, status: status, certificate: certificate, key: key))
    }

    @discardableResult
    func add(_ handshake: JournalEntry.Handshake) -> UInt64 {
        journal.append(
            handshake,
            worldTime: worldTime,
            systemNanoseconds: systemNanoseconds
        )
    }

    /// A completed handshake, to be changed at will.
    static func handshake(_ id: UInt64 = 7, isComplete: Bool = true) -> JournalEntry.Handshake {
        var handshake = JournalEntry.Handshake(
            connectionID: id,
            listener: "clientauth",
            remoteAddress: "127.0.0.1:50000",
            localPort: 8444,
            isComplete: isComplete
        )
        handshake.serverName = "clientauth.localhost"
        if isComplete {
            handshake.tlsVersion = "TLSv1.3"
            handshake.cipher = "TLS_AES_256_GCM_SHA384"
        }
        return handshake
    }

    /// The body of a request for a certificate.
    static func order(key: borrowing PrivateKey) throws -> [UInt8] {
        let subject = DistinguishedName([.init(.commonName, "Robot")])
        let pem = try CertificateRequest.make(subject: subject, key: key).pem()
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("csr", pem)
        writer.member("name", "robot")
        writer.endObject()
        return writer.bytes
    }

    private var milliseconds: Int64 = 0

    private var systemNanoseconds: Int64 {
        Self.begin.secondsSince1970 * 1_000_000_000 + milliseconds * 1_000_000
    }
}

/// Asks other programs whether a text is what it should be.
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

extension JSONTree {
    /// A member of an object.
    subscript(_ name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The elements of a list.
    var elements: [JSONTree] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }
}
