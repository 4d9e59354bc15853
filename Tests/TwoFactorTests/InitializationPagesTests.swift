import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import Testing
import World

@testable import TwoFactor

@Suite("InitializationPages")
struct InitializationPagesTests {
    private let fixture: TwoFactorFixture
    private let vera: TwoFactorBrowser

    init() throws {
        fixture = try TwoFactorFixture()
        vera = TwoFactorBrowser(fixture)
        fixture.require("viewer@example.com")
        vera.signIn()
    }

    @Test("the page shows what will stand in the certificate")
    func page() {
        let text = vera.get("/initialization").text
        #expect(text.contains("Two-Factor Authentication Client Certificate Initialization"))
        for fact in ["Vera Viewer", "viewer@example.com", "Example organization"] {
            #expect(text.contains(fact))
        }
    }

    /// A form that is not taken.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let form: [String: String]
        let error: String

        var testDescription: String { "\(error) \(form.count)" }
    }

    @Test(
        "nothing is generated without password, confirmation and agreement",
        arguments: [
            Mistake(form: [:], error: "Choose a password."),
            Mistake(
                form: ["password": "1234567", "confirmation": "1234567", "agreement": "yes"],
                error: "use 8 at least"
            ),
            Mistake(
                form: ["password": "pässwörter", "confirmation": "pässwörter", "agreement": "yes"],
                error: "of ASCII only"
            ),
            Mistake(
                form: ["password": "12345678", "confirmation": "12345679", "agreement": "yes"],
                error: "not the password above"
            ),
            Mistake(
                form: ["password": "12345678", "confirmation": "12345678"],
                error: "Without your agreement"
            ),
        ]
    )
    func mistakes(_ mistake: Mistake) throws {
        let form = mistake.form.map { ($0, $1) } + [("encryption", "3DES")]
        let response = vera.post("/initialization", form)
        #expect(response.status == 400)
        #expect(response.text.contains(mistake.error))
        #expect(response.text.contains(#"role="alert""#))
        #expect(response.text.contains(#"<option value="3DES" selected>"#))
        #expect(!response.text.contains("1234567\""))
        #expect(try fixture.fingerprint() == nil)
        #expect(vera.position == "/initialization")
    }

    @Test(
        "the file holds key, certificate and issuer behind the password",
        arguments: KeyStore.Encryption.allCases
    )
    func file(_ encryption: KeyStore.Encryption) throws {
        #expect(vera.generate(encryption.rawValue) == "/certificate")
        let response = vera.get("/initialization/certificate.p12")
        #expect(response.status == 200)
        #expect(response.fields.first("content-type") == "application/x-pkcs12")
        #expect(response.fields.first("cache-control") == "no-store")
        let strong: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2A]
        let isStrong = response.body.indices.contains {
            response.body[$0...].starts(with: strong)
        }
        #expect(isStrong == (encryption == .aes))
        // The world's database holds no client's key.
        let image = try fixture.world.store.image()
        #expect(image.firstRange(of: response.body.suffix(64)) == nil)
        // Without another user's help only the one who generated it gets it.
        let ada = TwoFactorBrowser(fixture)
        ada.signIn("admin@example.com")
        #expect(ada.get("/initialization/certificate.p12").status == 410)
    }

    @Test("the certificate is one of the user's, RSA 2048 with SHA-256, named as the page said")
    func certificate() throws {
        vera.generate()
        let (certificates, text) = try fixture.world.store.read(loop: 0) {
            (reader) throws(StoreError) in
            let certificates = try reader.certificates(userID: TwoFactorFixture.vera)
            return (certificates, try reader.text(ofCertificate: certificates.first?.id ?? ""))
        }
        let listed = try #require(certificates.first)
        #expect(listed.name == InitializationPages.certificateName)
        #expect(listed.sha256 == (try fixture.fingerprint()))
        let certificate = try Certificate.parse(pem: try #require(text?.x509Certificate))
        #expect(certificate.subject.contains("CN=Vera Viewer"))
        #expect(certificate.subject.contains("O=Example organization"))
        #expect(certificate.subject.contains("viewer@example.com"))
        #expect(certificate.publicKey?.algorithm == .rsa(bits: 2048))
        #expect(try fixture.mails(.certificateIssued).first?.to == "viewer@example.com")
    }

    @Test("a name that is too long for a certificate is shortened, by what X.520 counts")
    func longName() throws {
        let accented = String(repeating: "e\u{301}", count: 70)
        try fixture.updateVera { $0.user.firstName = accented }
        #expect(vera.generate() == "/certificate")
        let text = try fixture.world.store.read(loop: 0) { (reader) throws(StoreError) in
            let certificates = try reader.certificates(userID: TwoFactorFixture.vera)
            return try reader.text(ofCertificate: certificates.first?.id ?? "")
        }
        let certificate = try Certificate.parse(pem: try #require(text?.x509Certificate))
        let kept = String(repeating: "e\u{301}", count: 32)
        #expect(certificate.subject.contains("CN=\(kept),"))
    }

    @Test("a form that is sent twice, or from a page behind the back button, makes no second one")
    func twice() throws {
        #expect(vera.generate() == "/certificate")
        let first = try fixture.fingerprint()
        #expect(vera.generate() == "/certificate")
        #expect(vera.get("/initialization").place == "/certificate")
        #expect(try fixture.fingerprint() == first)
        let count = try fixture.world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.certificates(userID: TwoFactorFixture.vera).count
        }
        #expect(count == 1)
    }

    @Test("without a requirement, and with one lifted meanwhile, nothing is generated")
    func notRequired() throws {
        fixture.require("viewer@example.com", "not-required")
        #expect(vera.get("/initialization").place == "/signed-in")
        #expect(vera.generate() == "/signed-in")
        #expect(try fixture.fingerprint() == nil)
        #expect(vera.post("/certificate").place == "/signed-in")
    }

    @Test("before there is a certificate, no page asks for one")
    func tooEarly() {
        #expect(vera.get("/certificate").place == "/initialization")
        #expect(vera.post("/certificate").place == "/initialization")
        #expect(vera.get("/signed-in").place == "/initialization")
        #expect(vera.get("/initialization/certificate.p12").place == "/initialization")
    }

    @Test("after a reset another one is generated, under another name while the first is there")
    func again() throws {
        vera.generate()
        fixture.administer("/certificates/\(TwoFactorFixture.vera)/reset")
        #expect(vera.generate() == "/sign-in?first=yes")
        #expect(vera.signIn() == "/initialization")
        #expect(vera.generate() == "/certificate")
        #expect(try fixture.fingerprint() != nil)
    }

    @Test("a certificate outlives its requirement")
    func outlives() throws {
        vera.generate()
        let fingerprint = try fixture.fingerprint()
        fixture.require("viewer@example.com", "not-required")
        #expect(vera.signIn() == "/signed-in")
        fixture.require("viewer@example.com")
        // From the next sign-in on.
        #expect(vera.position == "/signed-in")
        #expect(vera.signIn() == "/certificate")
        #expect(try fixture.fingerprint() == fingerprint)
    }

    @Test("with its user goes all that is stored about the second factor")
    func deletedUser() throws {
        vera.generate()
        let world = fixture.world
        let by = Attribution(
            at: world.clock.now,
            userID: TwoFactorFixture.ada,
            userName: "Ada Admin"
        )
        let entry = AuditEntry(
            id: world.makeID(),
            createdAt: by.at,
            userID: by.userID,
            userName: by.userName,
            accountID: "4b13f12d-c8b2-4c49-a21f-9b399364f2ce",
            action: .delete,
            resourceType: .user,
            resourceID: TwoFactorFixture.vera,
            description: "",
            ipAddress: nil
        )
        let link = vera.link
        #expect(try world.store.deleteUser(id: TwoFactorFixture.vera, by: by, audit: entry))
        #expect(vera.position == "/sign-in")
        #expect(fixture.knock(link, nil).text.contains("This sign-in is over"))
        #expect(fixture.answer("GET", "/settings").text.contains("Nobody has generated one yet."))
    }
}
