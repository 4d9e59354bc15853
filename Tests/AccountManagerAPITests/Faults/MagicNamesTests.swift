import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import PrivateCA
import Testing
import World

@testable import AccountManagerAPI

@Suite("Magic names")
struct MagicNamesTests {
    private static let path = "/account/api/v1/client-auth-certificate"

    private static func body(
        name: String = "web",
        commonName: String? = nil,
        csr: String? = nil
    ) throws -> String {
        let subject = DistinguishedName([.init(.commonName, commonName ?? "Somebody")])
        let made =
            try csr
            ?? CertificateRequest.make(
                subject: subject,
                key: PrivateKey.generate(.p256)
            ).pem()
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("csr", made)
        writer.member("name", name)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func order(
        _ cast: Cast,
        name: String = "web",
        commonName: String? = nil
    ) throws -> Response {
        let body = try body(name: name, commonName: commonName)
        return cast.send("POST", path, key: ["BETA_KEY"], body: body)
    }

    private static func presented(_ pem: String) throws -> PresentedCertificate {
        let certificate = try Certificate.parse(pem: pem)
        return PresentedCertificate(
            sha256: certificate.sha256,
            subject: certificate.subject,
            issuer: certificate.issuer,
            serialNumber: certificate.serialNumber,
            notBefore: certificate.notBefore,
            notAfter: certificate.notAfter
        )
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let word: String
        var status = 201
        /// Whether the certificate exists afterwards.
        var isIssued = true
        var ending = Delivery.Ending.whole
        /// What the gate says about the certificate, where it refuses it.
        var gate: String?
        var testDescription: String { word }
    }

    static let rows: [Row] = [
        Row(word: "delay-3s"), Row(word: "503", status: 503, isIssued: false),
        Row(word: "503-then-ok-2", status: 503, isIssued: false),
        Row(word: "duplicate", status: 400, isIssued: false),
        Row(word: "close", status: 503, isIssued: false, ending: .close),
        Row(word: "close-after", ending: .close),
        Row(word: "reset", status: 503, isIssued: false, ending: .reset),
        Row(word: "reset-after", ending: .reset),
        Row(word: "stall", status: 503, isIssued: false, ending: .stall),
        Row(word: "stall-after", ending: .stall),
        Row(word: "goaway", status: 503, isIssued: false, ending: .goAway),
        Row(word: "refuse-stream", status: 503, isIssued: false, ending: .refuseStream),
        Row(word: "truncate"),
        Row(word: "dribble", ending: .dribble(bytes: 16, every: .milliseconds(100))),
        Row(word: "malformed-json"), Row(word: "empty-body"), Row(word: "wrong-content-type"),
        Row(word: "expires-in-90s"), Row(word: "issued-disabled", gate: "is disabled"),
        Row(word: "already-expired", gate: "expired at 2025-10-19T00:00:00Z and it is 2025-10-20"),
        Row(word: "not-yet-valid", gate: "is valid from 2025-10-21T00:00:00Z and it is 2025-10-20"),
        Row(word: "too-long"), Row(word: "wrong-key"), Row(word: "no-client-auth"),
        Row(word: "wrong-ca"), Row(word: "wrong-signature"), Row(word: "reused-serial"),
        Row(word: "sha1"), Row(word: "reversed-chain"),
    ]

    @Test("every word does what it says, as nickname and as common name", arguments: rows)
    func outcome(_ row: Row) throws {
        #expect(Self.rows.map(\.word) == MagicWord.all.map(\.example))
        for isNickname in [true, false] {
            let cast = try Cast()
            let name = "mock-" + row.word
            let answer =
                try isNickname
                ? Self.order(cast, name: name) : Self.order(cast, commonName: name)
            #expect(answer.status == row.status)
            if row.word == "truncate" {
                let half = Delivery.Ending.truncate(afterBodyBytes: answer.body.count / 2)
                #expect(answer.delivery.ending == half)
            } else {
                #expect(answer.delivery.ending == row.ending)
            }
            #expect(answer.reason?.contains("the name \(name) asks for it") == true)
            let list = cast.send(
                "GET",
                "\(Self.path)?name=\(isNickname ? name : "web")",
                key: ["BETA_KEY"]
            )
            #expect((list.text != "[]") == row.isIssued)
            guard row.isIssued, let id = list.text.firstMember("id") else { continue }
            try checkGate(cast, id, row)
        }
    }

    /// Whoever shows the stored certificate is let in, or refused with the right reason.
    private func checkGate(_ cast: Cast, _ id: String, _ row: Row) throws {
        let pem = try cast.storedPEM(id)
        let connection = cast.facts(certificate: try Self.presented(pem))
        let me = cast.send("GET", "/account/api/v1/user/me", on: connection)
        #expect(me.status == (row.gate == nil ? 200 : 403))
        if let gate = row.gate { #expect(me.reason?.contains(gate) == true, "\(me.reason ?? "")") }
    }

    @Test("an unknown word is 400 and lists those there are, unless magic is off")
    func unknown() throws {
        let cast = try Cast()
        let answer = try Self.order(cast, commonName: "mock-explode")
        #expect(answer.status == 400)
        #expect(answer.text.contains("invalid_input_field"))
        let reason = try #require(answer.reason)
        #expect(reason.hasPrefix("\"explode\" in the name \"mock-explode\" is no magic word"))
        #expect(reason.contains("delay-DURATION, STATUS, STATUS-then-ok-COUNT, duplicate"))
        let plain = try Cast { $0.hasMagicNames = false }
        #expect(try Self.order(plain, name: "mock-explode", commonName: "mock-503").status == 201)
    }

    @Test("the first calls of a name fail and the next one issues")
    func thenOK() throws {
        let cast = try Cast()
        let answers = try (1...4).map { _ in try Self.order(cast, name: "mock-429-then-ok-2") }
        #expect(answers.map(\.status) == [429, 429, 201, 400])
        #expect(answers[0].fields.first("retry-after") == "1")
        #expect(answers[0].text.contains("request_limit_exceeded"))
        #expect(answers[3].text.contains("duplicate_error"))
    }

    @Test("the nickname and the common name are asked together")
    func together() throws {
        let cast = try Cast()
        let name = "mock-expires-in-90s_issued-disabled"
        let answer = try Self.order(cast, name: name, commonName: "mock-delay-3s+sha1 web-1")
        #expect(answer.status == 201)
        #expect(answer.delivery.delay == .seconds(3))
        #expect(answer.member("end_date") == "2025-10-20T00:01:30Z")
        #expect(answer.text.contains(#""enabled":false"#))
        #expect(try Self.order(cast, name: "mock-503", commonName: "mock-429").status == 400)
    }

    @Test("an expiry of 90 seconds is kept to the second at the gate")
    func exactExpiry() throws {
        for (seconds, status) in [(90, 200), (91, 403)] {
            let cast = try Cast()
            let answer = try Self.order(cast, name: "mock-expires-in-90s")
            let presented = try Self.presented(try #require(answer.member("x509_cert")))
            #expect(presented.notAfter == Cast.time("2025-10-20T00:01:30Z").secondsSince1970)
            let later = Timestamp(secondsSince1970: cast.world.clock.now.secondsSince1970)
                .adding(seconds: Int64(seconds))
            let standing = try cast.standing(ofSHA256: presented.sha256, at: later)
            #expect((standing == .usable) == (status == 200))
        }
    }

    @Test("what is handed out wrongly is so, and what is stored is the certificate")
    func handedOut() throws {
        let cast = try Cast()
        let own = try cast.world.ca.certificatePEM
        let wrongCA = try Self.order(cast, name: "mock-wrong-ca")
        #expect(wrongCA.member("ca_cert") != own)
        let reversed = try Self.order(cast, name: "mock-reversed-chain")
        #expect(reversed.member("x509_cert") == own)
        let leaf = try #require(reversed.member("ca_cert"))
        let stored = try cast.storedPEM(try #require(reversed.member("id")))
        #expect(stored == leaf)
        let first = try Self.order(cast, name: "web")
        let second = try Self.order(cast, name: "mock-reused-serial")
        #expect(second.member("serial_number") == first.member("serial_number"))
        let fresh = try Cast()
        let only = try Self.order(fresh, name: "mock-reused-serial")
        #expect(try only.member("serial_number") == fresh.world.ca.serialNumber)
    }

    @Test("an Ed25519 authority has no SHA-1 to offer")
    func noSHA1() throws {
        let cast = try Cast { $0.caKeyAlgorithm = .ed25519 }
        let answer = try Self.order(cast, name: "mock-sha1")
        #expect(answer.status == 400)
        #expect(answer.reason?.contains("leave no choice of a hash") == true)
    }

    @Test("a rule makes wrong what is issued, and the certificate in a file too")
    func rule() throws {
        let cast = try Cast()
        let tree = try JSONTree.parse(
            Array(#"{"match":{"user":"Beta"},"action":{"issue":{"flaw":"expired"}}}"#.utf8)
        )
        _ = try cast.world.faults.add(FaultRule.readAll(tree))
        let reading = cast.send("GET", Self.path, key: ["BETA_KEY"])
        #expect(reading.fields.first("x-mock-fault") == nil)
        let answer = try Self.order(cast)
        #expect(answer.status == 201)
        #expect(answer.member("end_date") == "2025-10-19T00:00:00Z")
        #expect(answer.fields.first("x-mock-fault") == "1")
        #expect(answer.reason == "fault rule 1 applied: the certificate expired a day ago")
        let file = cast.send(
            "POST",
            Self.path + "/pkcs12",
            key: ["BETA_KEY"],
            body: #"{"name":"f"}"#
        )
        #expect(file.status == 201)
        #expect(file.member("end_date") == "2025-10-19T00:00:00Z")
        let wrong = #"{"name":"mock-wrong-key"}"#
        let refused = cast.send("POST", Self.path + "/pkcs12", key: ["BETA_KEY"], body: wrong)
        #expect(refused.status == 400)
        #expect(refused.reason?.contains("cannot be put into one") == true)
    }
}

extension Cast {
    /// A certificate as it is stored.
    fileprivate func storedPEM(_ id: String) throws -> String {
        let text = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.text(ofCertificate: id)
        }
        return try #require(text).x509Certificate
    }

    /// What the gate finds about a certificate at a moment.
    fileprivate func standing(
        ofSHA256 sha256: [UInt8],
        at moment: Timestamp
    ) throws -> CredentialStanding? {
        let finding = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.finding(certificateSHA256: sha256)
        }
        guard case .existing(let credential) = finding else { return nil }
        return credential.standing(at: moment)
    }
}

extension String {
    /// The value of the first member of a name, in JSON without blanks.
    fileprivate func firstMember(_ name: String) -> String? {
        guard let start = firstRange(of: "\"\(name)\":\"")?.upperBound else { return nil }
        return String(self[start...].prefix { $0 != "\"" })
    }
}
