import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import PrivateCA
import Testing
import World

@testable import AccountManagerAPI

@Suite("CertificateHandlers")
struct CertificateHandlersTests {
    private static let path = "/account/api/v1/client-auth-certificate"

    private static func order(
        name: String = "API Client Auth Certificate",
        csr: String? = nil,
        members: String = ""
    ) throws -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("csr", try csr ?? Fixture.csr())
        writer.member("name", name)
        writer.endObject()
        let text = String(decoding: writer.bytes, as: UTF8.self)
        return members.isEmpty ? text : "\(text.dropLast()),\(members)}"
    }

    @Test("issues: 201 with the members in the documented order, text for text")
    func issues() throws {
        let cast = try Cast()
        let body = try Self.order(members: #""expiration_date":"2026-10-20T23:59:59Z","extra":[1]"#)
        let response = cast.send("POST", Self.path, key: ["ALPHA_KEY"], body: body)

        #expect(response.status == 201)
        #expect(response.reason == nil)
        #expect(response.principal == "Alpha")
        #expect(response.fields.first("content-type") == "application/json")
        let id = try #require(response.member("id"))
        let certificate = try #require(response.member("x509_cert"))
        let authority = try #require(response.member("ca_cert"))
        let serial = try #require(response.member("serial_number"))
        let key = try #require(response.member("public_key"))
        #expect(Identifier.isUUID(id))
        #expect(try Certificate.parse(pem: certificate).serialNumber == serial)
        #expect(try Certificate.parse(pem: authority).pem() == authority)
        #expect(certificate.hasSuffix("-----END CERTIFICATE-----\n"))
        #expect(serial.count == 32)
        var expected = JSONWriter()
        expected.beginObject()
        expected.member("id", id)
        expected.member("user_id", Cast.alpha)
        expected.member("name", "API Client Auth Certificate")
        expected.member("common_name", "Demo API Service User")
        expected.member("x509_cert", certificate)
        expected.member("ca_cert", authority)
        expected.member("end_date", "2026-10-20T23:59:59Z")
        expected.member("start_date", "2025-10-20T00:00:00Z")
        expected.member("enabled", true)
        expected.member("serial_number", serial)
        expected.member("public_key", key)
        expected.endObject()
        #expect(response.text == String(decoding: expected.bytes, as: UTF8.self))
    }

    @Test("the certificate it issued opens the gate")
    func opens() throws {
        let cast = try Cast()
        let issued = cast.send("POST", Self.path, key: ["BETA_KEY"], body: try Self.order())
        let pem = try #require(issued.member("x509_cert"))
        let certificate = try Certificate.parse(pem: pem)
        let presented = PresentedCertificate(
            sha256: certificate.sha256,
            subject: certificate.subject,
            issuer: certificate.issuer,
            serialNumber: certificate.serialNumber,
            notBefore: certificate.notBefore,
            notAfter: certificate.notAfter
        )
        #expect(cast.me(certificate: presented).userID == Cast.beta)
    }

    @Test("disables and enables: 200 with nine members in the documented order")
    func switches() throws {
        let cast = try Cast()
        let path = "\(Self.path)/\(Cast.usableID)/enable"
        for isEnabled in [false, false, true, true] {
            let body = "{\"enabled\": \(isEnabled)}"
            let response = cast.send("PUT", path, key: ["ALPHA_KEY"], body: body)
            #expect(response.status == 200)
            #expect(
                response.text == """
                    {"id":"\(Cast.usableID)","user_id":"\(Cast.alpha)","name":"alpha usable",\
                    "common_name":"Somebody","end_date":"2026-01-01T23:59:59Z",\
                    "start_date":"2025-01-01T00:00:00Z","enabled":\(isEnabled),\
                    "serial_number":"6403","public_key":"MIIB"}
                    """
            )
        }
    }

    @Test("lists a bare array of the caller's certificates, oldest first")
    func lists() throws {
        let cast = try Cast()
        #expect(cast.send("GET", Self.path, key: ["VIEWER_KEY"]).text == "[]")
        let issued = cast.send("POST", Self.path, key: ["BETA_KEY"], body: try Self.order())
        #expect(issued.status == 201)

        let response = cast.send("GET", "\(Self.path)?unknown=1", key: ["BETA_KEY"])
        #expect(response.status == 200)
        guard case .array(let items) = try JSONReader.read(response.body) else {
            Issue.record("not an array")
            return
        }
        let names = items.map { item -> JSONValue? in
            guard case .object(let members) = item else { return nil }
            return members["name"]
        }
        let expected = ["beta usable", "beta disabled", "API Client Auth Certificate"]
        #expect(names == expected.map { JSONValue.string($0) })
        #expect(!response.text.contains("x509_cert"))
        #expect(!response.text.contains("ca_cert"))
    }

    @Test("shows one, with the members of the list")
    func shows() throws {
        let cast = try Cast()
        let one = cast.send("GET", "\(Self.path)/\(Cast.usableID)", key: ["ALPHA_KEY"])
        #expect(one.status == 200)
        #expect(cast.send("GET", Self.path, key: ["ALPHA_KEY"]).text.hasPrefix("[\(one.text),"))
    }

    @Test("deletes: 204 without a body, and the name is free again")
    func deletes() throws {
        let cast = try Cast()
        let body = try Self.order()
        let issued = cast.send("POST", Self.path, key: ["ALPHA_KEY"], body: body)
        let id = try #require(issued.member("id"))

        let deleted = cast.send("DELETE", "\(Self.path)/\(id)", key: ["ALPHA_KEY"])
        #expect(deleted.status == 204)
        #expect(deleted.body.isEmpty)
        #expect(deleted.fields.first("content-type") == nil)
        #expect(cast.send("DELETE", "\(Self.path)/\(id)", key: ["ALPHA_KEY"]).status == 404)
        #expect(cast.send("POST", Self.path, key: ["ALPHA_KEY"], body: body).status == 201)
    }

    @Test("a name is taken for its user alone, letter for letter, whatever the state")
    func names() throws {
        let cast = try Cast()
        for (key, name, status) in [
            ("ALPHA_KEY", "alpha usable", 400), ("ALPHA_KEY", "alpha disabled", 400),
            ("ALPHA_KEY", "alpha expired", 400), ("ALPHA_KEY", "alpha deleted", 201),
            ("ALPHA_KEY", "Alpha usable", 201), ("BETA_KEY", "alpha usable", 201),
        ] {
            let body = try Self.order(name: name)
            let response = cast.send("POST", Self.path, key: [key], body: body)
            #expect(response.status == status, "\(name)")
            guard status == 400 else { continue }
            #expect(response.text == Envelope.duplicate)
            #expect(response.reason?.contains("named \"\(name)\" already") == true)
        }
    }

    @Test("of many orders for one name at once, one wins")
    func race() async throws {
        let cast = try Cast()
        let body = try Self.order(name: "contended")
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    cast.send("POST", Self.path, key: ["ALPHA_KEY"], body: body).status
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.count { $0 == 201 } == 1)
        #expect(statuses.count { $0 == 400 } == 15)
    }

    @Test("a setting makes the status of a duplicate name 409")
    func duplicateSetting() throws {
        let cast = try Cast { $0.duplicateErrorStatus = .conflict }
        let body = try Self.order(name: "alpha usable")
        let response = cast.send("POST", Self.path, key: ["ALPHA_KEY"], body: body)
        #expect(response.status == 409)
        #expect(response.text == Envelope.duplicate)
    }

    @Test("an end date too late is capped, and refused where the setting says so")
    func overlong() throws {
        let body = try Self.order(members: #""exp":"2027-10-20T23:59:59Z""#)
        let capped = try Cast().send("POST", Self.path, key: ["ALPHA_KEY"], body: body)
        #expect(capped.status == 201)
        #expect(capped.member("end_date") == "2026-11-21T00:00:00Z")

        let strict = try Cast { $0.overlongValidity = .refuse }
        let refused = strict.send("POST", Self.path, key: ["ALPHA_KEY"], body: body)
        #expect(refused.status == 400)
        #expect(refused.text == Envelope.invalidInput)
        #expect(refused.reason?.contains("397 days") == true)
    }

    @Test("a date in the past names the world's time and --clock")
    func past() throws {
        let body = try Self.order(members: #""expiration_date":"2025-10-19T23:59:59Z""#)
        let response = try Cast().send("POST", Self.path, key: ["ALPHA_KEY"], body: body)
        #expect(response.status == 400)
        #expect(response.text == Envelope.invalidInput)
        #expect(response.reason?.contains("2025-10-20T00:00:00Z") == true)
        #expect(response.reason?.contains("--clock") == true)
    }

    static let brokenCSRs = [
        "", "csr", "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n",
    ]

    @Test("refuses a CSR that is none, with the reason beside it", arguments: brokenCSRs)
    func refusesCSR(_ csr: String) throws {
        let body = try Self.order(csr: csr)
        let response = try Cast().send("POST", Self.path, key: ["ALPHA_KEY"], body: body)
        #expect(response.status == 400)
        #expect(response.text == Envelope.invalidInput)
        #expect(response.reason?.contains("csr") == true)
    }

    static let strangers = [
        Cast.betaID, "00000000-0000-4000-8000-000000000000", "1", "6403F2A8", "%00",
        Cast.usableID.uppercased(), "\(Cast.usableID)x", "%2e%2e",
    ]

    @Test("an id that is unknown, malformed or another user's is 404", arguments: strangers)
    func refusesID(_ id: String) throws {
        let cast = try Cast()
        for (method, target, body) in [
            ("GET", "\(Self.path)/\(id)", ""), ("DELETE", "\(Self.path)/\(id)", ""),
            ("PUT", "\(Self.path)/\(id)/enable", "{\"enabled\":false}"),
        ] {
            let response = cast.send(method, target, key: ["ALPHA_KEY"], body: body)
            #expect(response.status == 404)
            #expect(response.text == Envelope.notFound)
        }
        // Nothing of it reached the other user's certificate.
        let other = cast.send("GET", "\(Self.path)/\(Cast.betaID)", key: ["BETA_KEY"])
        #expect(other.text.contains("\"enabled\":true"))
    }

    @Test("every change stands in the audit log, with the address and without the port")
    func audits() throws {
        let cast = try Cast()
        let issued = cast.send("POST", Self.path, key: ["ALPHA_KEY"], body: try Self.order())
        let id = try #require(issued.member("id"))
        for isEnabled in [false, true] {
            let body = "{\"enabled\":\(isEnabled)}"
            _ = cast.send("PUT", "\(Self.path)/\(id)/enable", key: ["ALPHA_KEY"], body: body)
        }
        _ = cast.send("DELETE", "\(Self.path)/\(id)", key: ["ALPHA_KEY"])

        let entries = try cast.world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.auditEntries(limit: 10).filter { $0.resourceID == id }
        }
        #expect(entries.map(\.action) == [.delete, .enable, .disable, .create])
        #expect(entries.allSatisfy { $0.userName == "Alpha" })
        #expect(entries.allSatisfy { $0.ipAddress == "127.0.0.1" })
    }
}

/// Requests for certificates, made when a test needs one.
enum Fixture {
    /// A CSR in PEM with the tutorial's subject.
    static func csr(_ algorithm: KeyAlgorithm = .p256) throws -> String {
        TLSContext.prepareProcess()
        let subject = DistinguishedName([
            .init(.commonName, "Demo API Service User"),
            .init(.organization, "Your Organization"),
            .init(.country, "US"),
        ])
        let key = try PrivateKey.generate(algorithm)
        return try CertificateRequest.make(subject: subject, key: key).pem()
    }
}
