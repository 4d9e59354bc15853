import AccountModel
import AccountStore
import OpenSSLBridge
import PrivateCA
import TestCommand
import Testing

@testable import World

@Suite("An issuing authority that somebody brought")
struct GivenAuthorityTests {
    static func given(
        _ authority: TestAuthority,
        chain: String = ""
    ) throws -> GivenAuthority {
        let key = try PrivateKey.parse(pem: authority.own.key)
        return GivenAuthority(
            authority: StoredAuthority(
                certificate: try PEM.decode(authority.own.certificate, labels: ["CERTIFICATE"]),
                privateKey: try key.der()
            ),
            chain: authority.own.certificate + chain,
            subject: "--client-ca /ca.pem"
        )
    }

    private static func issue(in world: World) throws -> IssuedCertificate {
        let key = try PrivateKey.generate(.p256)
        let subject = DistinguishedName([.init(.commonName, "client")])
        let csr = try CertificateRequest.make(subject: subject, key: key).pem()
        let now = world.clock.now
        let request = IssuanceRequest(
            csr: csr,
            name: "client",
            now: now,
            authorityEndDate: world.ca.endDate
        )
        return try world.ca.issue(IssuancePolicy.approve(request))
    }

    private static func isVerified(
        _ issued: IssuedCertificate,
        by authorities: String
    ) throws -> Bool {
        let directory = try TemporaryDirectory()
        return try TestCommand.run([
            "openssl", "verify", "-no_check_time", "-purpose", "sslclient", "-CAfile",
            directory.write("ca.pem", authorities), directory.write("client.pem", issued.pem),
        ]).status == 0
    }

    @Test("signs what the world issues, whatever its name and its key identifier look like")
    func signs() throws {
        let root = try TestAuthority(subject: "/DC=org/CN=Root", stringMask: "nombstr")
        let odd = try TestAuthority(
            subject: "/DC=org/O=Ünknown, \"Söhne\"/serialNumber=7",
            extensions: ["basicConstraints=CA:TRUE,pathlen:0", "subjectKeyIdentifier=0102"],
            issuedBy: root
        )
        let given = try Self.given(odd, chain: root.own.certificate)
        let world = try WorldTests.open(given: given)
        #expect(world.ca.isReady)
        #expect(try world.ca.certificatePEM == odd.own.certificate)
        #expect(try world.issuerPEM == odd.own.certificate + root.own.certificate)
        #expect(try Self.isVerified(Self.issue(in: world), by: world.issuerPEM))
    }

    @Test("leaves its certificate in the world and never its key")
    func remembered() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        let given = try Self.given(TestAuthority())
        for _ in 0..<2 {
            let world = try WorldTests.open(location, given: given)
            #expect(try world.store.authorityCertificates() == [given.authority.certificate])
            #expect(try world.store.authority() == nil)
            #expect(world.issuerNames == [world.ca.subjectDER])
        }
    }

    @Test("gives way to the world's own authority and comes back, each with its name first")
    func changes() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        let own = try WorldTests.open(location)
        let ownPEM = try own.ca.certificatePEM
        #expect(own.issuerNames == [PrivateCA.subject.der])

        let authority = try TestAuthority(subject: "/CN=Given")
        let given = try WorldTests.open(location, given: Self.given(authority))
        #expect(given.issuerNames == [given.ca.subjectDER, PrivateCA.subject.der])
        #expect(given.ca.name == "Given")

        let again = try WorldTests.open(location)
        #expect(try again.ca.certificatePEM == ownPEM)
        #expect(again.issuerNames == [PrivateCA.subject.der, given.ca.subjectDER])
    }

    @Test("that begins later than the world's time issues, and a notice says what that is good for")
    func early() throws {
        let authority = try TestAuthority()
        let begins = try Certificate.parse(pem: authority.own.certificate).notBefore
        let system = WorldTests.SystemClock(Timestamp(secondsSince1970: begins - 1))
        let early = try WorldTests.open(given: Self.given(authority), system: system)
        let notice = try #require(early.givenNotice)
        #expect(notice.hasPrefix("--client-ca /ca.pem is valid from "))
        _ = try Self.issue(in: early)
        system.now = Timestamp(secondsSince1970: begins)
        #expect(early.givenNotice == nil)
        #expect(try WorldTests.open().givenNotice == nil)
    }

    @Test("ends what it issues before it ends itself, and issues nothing after that")
    func end() throws {
        let authority = try TestAuthority()
        let end = try Certificate.parse(pem: authority.own.certificate).notAfter
        let late = WorldTests.SystemClock(Timestamp(secondsSince1970: end - 86_400))
        let world = try WorldTests.open(given: Self.given(authority), system: late)
        #expect(try Self.issue(in: world).endDate.secondsSince1970 == end)

        late.now = Timestamp(secondsSince1970: end)
        let refusal = try #require(throws: IssuanceRefusal.self) { try Self.issue(in: world) }
        #expect(refusal.reason.contains("its authority issues"))
        let error = try #require(throws: WorldError.self) {
            _ = try WorldTests.open(given: Self.given(authority), system: late)
        }
        #expect(error.description.contains("--client-ca /ca.pem: expired at"))
    }
}
