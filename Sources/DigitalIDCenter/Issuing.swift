import AccountModel
import OpenSSLBridge
import Pages
import PrivateCA
import World

/// How a certificate of the center is made.
enum Issuing {
    /// Whom the certificate names, whatever a request of the browser's says.
    static func subject(_ request: DigitalID) -> DistinguishedName {
        DistinguishedName([
            .init(.organization, "Digital ID Center"),
            .init(.organizationalUnit, request.applicant.authorityCode),
            .init(.commonName, request.applicant.name),
            .init(.emailAddress, request.applicant.email),
        ])
    }

    /// The same as one line.
    static func subjectText(_ request: DigitalID) -> String {
        subject(request).attributes.map { "\($0.type.shortName)=\($0.value)" }
            .joined(separator: ", ")
    }

    /// Makes a key with its certificate and a file around both; takes as long as the key does.
    static func issue(
        _ request: DigitalID,
        in center: Center,
        _ encryption: KeyStore.Encryption
    ) throws(PageRefusal) -> (certificate: DigitalIDCertificate, item: KeyFileShelf.Item) {
        try refusing {
            let world = center.world
            let algorithm = KeyAlgorithm(name: request.key.kind.rawValue) ?? .rsa(bits: 2048)
            let key = try PrivateKey.generate(algorithm, from: world.random.next(.clientKey))
            let csr = try CertificateRequest.make(subject: subject(request), key: key).pem()
            let certificate = try signed(csr, for: request, in: center)
            let item = try item(key, certificate.pem, request, world, encryption)
            return (certificate, item)
        }
    }

    /// Signs what a browser asks for, when its key is of the kind that was confirmed.
    static func certify(
        _ csr: String,
        for request: DigitalID,
        in center: Center
    ) throws(PageRefusal) -> DigitalIDCertificate {
        try refusing { try signed(csr, for: request, in: center) }
    }

    private static func signed(
        _ csr: String,
        for request: DigitalID,
        in center: Center
    ) throws -> DigitalIDCertificate {
        let world = center.world
        var wish = IssuanceRequest(
            csr: csr,
            name: request.applicant.name,
            now: center.now,
            authorityEndDate: world.ca.endDate
        )
        wish.subject = subject(request)
        let approved = try IssuancePolicy.approve(wish)
        let found = approved.publicKey.algorithm.name
        guard found == request.key.kind.rawValue else {
            throw IssuanceRefusal(
                .key,
                "The csr's key is \(found), and this request was confirmed with "
                    + "\(request.key.kind.rawValue). Make a key of that kind, and a csr from it."
            )
        }
        let issued = try world.ca.issue(approved)
        return DigitalIDCertificate(
            sha256: issued.sha256,
            serialNumber: issued.serialNumber,
            subject: try Certificate.parse(der: issued.der.span).subject,
            startDate: issued.startDate,
            endDate: issued.endDate,
            pem: issued.pem
        )
    }

    /// Puts key and certificate in a file, with a new password.
    static func item(
        _ key: borrowing PrivateKey,
        _ certificate: String,
        _ request: DigitalID,
        _ world: World,
        _ encryption: KeyStore.Encryption
    ) throws -> KeyFileShelf.Item {
        let password = world.makeFilePassword()
        let authority = try world.ca.certificatePEM
        let file = try KeyStore.makePKCS12(
            name: request.applicant.name,
            key: key,
            certificate: Certificate.parse(pem: certificate),
            issuer: Certificate.parse(pem: authority),
            password: password,
            encryption: encryption,
            random: world.random.next(.keyStore)
        )
        return KeyFileShelf.Item(
            key: try key.der(),
            certificate: certificate,
            ticket: world.makeFormID(),
            file: file,
            password: password,
            protection: encryption == .aes ? "AES-256 and SHA-256" : "3DES and SHA-1"
        )
    }

    /// Says in words why no certificate is made.
    static func refusing<Result>(_ body: () throws -> Result) throws(PageRefusal) -> Result {
        do {
            return try body()
        } catch let error as IssuanceRefusal {
            throw PageRefusal(422, "No certificate can be issued", error.reason)
        } catch {
            throw PageRefusal(500, "No certificate can be issued", "\(error)")
        }
    }
}
