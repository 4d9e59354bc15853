import AccountModel
import AccountStore
import PrivateCA
import TestCommand
import Testing

@testable import World

@Suite("Revocations")
struct RevocationsTests {
    private let cosmos: Cosmos
    private let world: World

    init() throws {
        cosmos = try Cosmos()
        world = try cosmos.make("t42")
    }

    private func entry(_ certificate: ClientAuthCertificate) -> AuditEntry {
        AuditEntry(
            id: world.makeID(.auditEntry),
            createdAt: world.clock.now,
            userID: certificate.userID,
            userName: "Ann",
            accountID: "a",
            action: .update,
            resourceType: .clientAuthCertificate,
            resourceID: certificate.id,
            description: "test",
            ipAddress: nil
        )
    }

    private var attribution: Attribution {
        Attribution(at: world.clock.now, userID: "u", userName: "Ann")
    }

    private func set(_ certificate: ClientAuthCertificate, isEnabled: Bool) throws {
        _ = try world.store.setCertificate(
            id: certificate.id,
            isEnabled: isEnabled,
            by: attribution,
            audit: entry(certificate)
        )
    }

    /// What `openssl verify -crl_check` says of a certificate at the world's time.
    private func verdict(on certificate: ClientAuthCertificate) throws -> TestCommand {
        let folder = try TemporaryDirectory()
        let text = try #require(
            try world.store.read(loop: 0) { (reader) throws(StoreError) in
                try reader.text(ofCertificate: certificate.id)
            }
        )
        return try TestCommand.run([
            "openssl", "verify", "-attime", "\(world.clock.now.secondsSince1970)", "-crl_check",
            "-CAfile", try folder.write("ca.pem", world.ca.certificatePEM),
            "-CRLfile", try folder.write("crl.pem", world.revocationListPEM()),
            try folder.write("leaf.pem", text.x509Certificate),
        ])
    }

    private func listed() throws -> String {
        let folder = try TemporaryDirectory()
        let file = try folder.write("ca.pem", world.ca.certificatePEM)
        let output = try TestCommand.run(
            ["openssl", "crl", "-inform", "DER", "-noout", "-text", "-verify", "-CAfile", file],
            input: world.revocationList()
        )
        #expect(output.errors.contains("verify OK"), "\(output.errors)")
        return output.text
    }

    @Test("a disabled certificate is refused by the list of that moment, and passes once enabled")
    func hold() throws {
        let certificate = try world.enroll("one")
        let other = try world.enroll("two")
        #expect(try verdict(on: certificate).status == 0)
        #expect(try listed().contains("No Revoked Certificates"))
        try set(certificate, isEnabled: false)
        let refused = try verdict(on: certificate)
        #expect(refused.status != 0)
        #expect(refused.errors.contains("revoked"), "\(refused.errors)")
        #expect(try verdict(on: other).status == 0)
        let text = try listed()
        #expect(text.contains("Serial Number: \(certificate.serialNumber)"), "\(text)")
        #expect(text.contains("Certificate Hold"))
        #expect(text.contains("Revocation Date: Oct 20 00:00:00 2025 GMT"))
        try set(certificate, isEnabled: true)
        #expect(try verdict(on: certificate).status == 0)
    }

    @Test("a deleted certificate stays listed, an expired one that is disabled does not")
    func deletedAndExpired() throws {
        let deleted = try world.enroll("one")
        let expired = try world.enroll("two")
        try set(expired, isEnabled: false)
        #expect(
            try world.store.deleteCertificate(
                id: deleted.id,
                by: attribution,
                audit: entry(deleted)
            )
        )
        let before = try listed()
        #expect(before.contains(deleted.serialNumber) && before.contains(expired.serialNumber))
        #expect(before.contains("Cessation Of Operation"))
        cosmos.advance(expired.endDate.secondsSince1970 - world.clock.now.secondsSince1970 + 1)
        let after = try listed()
        #expect(after.contains(deleted.serialNumber) && !after.contains(expired.serialNumber))
    }

    @Test("dates are the world's, good for a day, and the number grows with each change")
    func dates() throws {
        func number() throws -> UInt64 {
            let rest = try #require(try listed().split(separator: "CRL Number:").last)
            let digits = rest.drop { $0.isWhitespace }.prefix { $0.isNumber }
            return try #require(UInt64(digits))
        }
        #expect(try listed().contains("Last Update: Oct 20 00:00:00 2025 GMT"))
        #expect(try listed().contains("Next Update: Oct 21 00:00:00 2025 GMT"))
        let certificate = try world.enroll("one")
        let first = try number()
        try set(certificate, isEnabled: false)
        let second = try number()
        cosmos.advance(1)
        let third = try number()
        #expect(first < second && second < third)
    }

    @Test("certificates of another authority are not listed")
    func otherAuthority() throws {
        let certificate = try world.enroll("one")
        try set(certificate, isEnabled: false)
        let fork = try cosmos.make("fork") {
            $0.beginning = .fork(of: "t42")
            $0.ownsAuthority = true
        }
        _ = try fork.ca.certificatePEM
        let revoked = try fork.store.read(loop: 0) {
            [now = fork.clock.now] reader throws(StoreError) in
            try reader.revokedCertificates(authority: [0x30], now: now)
        }
        #expect(revoked.isEmpty)
        let folder = try TemporaryDirectory()
        let file = try folder.write("ca.pem", fork.ca.certificatePEM)
        let output = try TestCommand.run(
            ["openssl", "crl", "-inform", "DER", "-noout", "-text", "-verify", "-CAfile", file],
            input: fork.revocationList()
        )
        #expect(output.errors.contains("verify OK"))
        #expect(output.text.contains("No Revoked Certificates"))
    }
}
