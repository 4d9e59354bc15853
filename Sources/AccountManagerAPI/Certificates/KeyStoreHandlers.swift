import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import PrivateCA
import World

// The vendor's console makes a key itself and hands it out in a file; this is that as an operation.

extension AccountManagerAPI {
    /// The longest common name in characters.
    private static let commonNameLength = 64

    /// `POST /client-auth-certificate/pkcs12`: a new key with its certificate, in one file.
    static func issueKeyStore(_ call: Call) throws(APIRefusal) -> Answer {
        let order = try KeyStoreOrder.read(from: call.body())
        let owner = try call.reading { (reader) throws(APIRefusal) in
            try call.ownerToManage(order.userID, from: reader)
        }
        // An RSA key takes a tenth of a second.
        return .later { () throws(APIRefusal) in try issue(order, to: owner, for: call) }
    }

    private static func issue(
        _ order: KeyStoreOrder,
        to owner: User,
        for call: Call
    ) throws(APIRefusal) -> Response {
        let key = try libraryCall { () throws(OpenSSLError) in
            try PrivateKey.generate(.rsa(bits: 2048), from: call.world.random.next(.clientKey))
        }
        let csr = try libraryCall { () throws(OpenSSLError) in
            // A friendly name may be longer than a common name (X.520: ub-common-name).
            let commonName = String(order.name.prefix(commonNameLength))
            let subject = DistinguishedName([.init(.commonName, commonName)])
            return try CertificateRequest.make(subject: subject, key: key).pem()
        }
        let application = CertificateApplication(
            csr: csr,
            name: order.name,
            expirationDate: order.expirationDate,
            hash: order.hash,
            owner: owner
        )
        return try fulfil(application, for: call) { (made) throws(APIRefusal) in
            try handOut(made, key, order, to: owner, for: call)
        }
    }

    /// Puts key and certificate into a file, and stores the certificate.
    private static func handOut(
        _ made: MadeCertificate,
        _ key: borrowing PrivateKey,
        _ order: KeyStoreOrder,
        to owner: User,
        for call: Call
    ) throws(APIRefusal) -> Response {
        guard !made.misissuance.has(.wrongKey) else {
            throw APIRefusal(
                .invalidInput,
                "a PKCS#12 file holds a certificate and its own key, so a certificate for another"
                    + " key cannot be put into one; send a CSR to POST \(Reasons.certificatePath)"
            )
        }
        let password = call.world.makeFilePassword()
        let file = try libraryCall { () throws(OpenSSLError) in
            try KeyStore.makePKCS12(
                name: order.name,
                key: key,
                certificate: Certificate.parse(pem: made.text.x509Certificate),
                issuer: Certificate.parse(pem: made.issuerInFile),
                password: password,
                encryption: order.encryption,
                random: call.world.random.next(.keyStore)
            )
        }
        try store(made, of: owner, call)
        let keyStore = IssuedKeyStore(file: Base64.encode(file), password: password)
        let text = made.handedOut
        return .certificate(status: 201, made.certificate, text: text, keyStore: keyStore)
    }

    /// Runs what fails only through a fault of this program's own.
    private static func libraryCall<Result: ~Copyable>(
        _ body: () throws(OpenSSLError) -> Result
    ) throws(APIRefusal) -> Result {
        do throws(OpenSSLError) {
            return try body()
        } catch {
            throw APIRefusal(unexpected: error)
        }
    }
}

/// A key with its certificate as it is handed out, once.
struct IssuedKeyStore: Sendable {
    /// The name under which the vendor's console saves it.
    static let fileName = "Certificate_pkcs12.p12"

    /// The PKCS#12 file in base64.
    let file: String

    /// What opens it.
    let password: String
}

/// What `POST /client-auth-certificate/pkcs12` asks for.
struct KeyStoreOrder: Sendable {
    /// The friendly name, which is also the common name.
    let name: String

    /// The wished end, or nil for the default.
    let expirationDate: Timestamp?

    /// For whom; nil means the caller.
    let userID: String?

    /// How the file is protected.
    let encryption: KeyStore.Encryption

    /// The hash function of the certificate's signature.
    let hash: SignatureHash

    /// Reads an order.
    ///
    /// - Parameter body: The request's body.
    /// - Returns: The order.
    /// - Throws: ``APIRefusal`` that names every missing or wrong member.
    static func read(from body: consuming RequestBody) throws(APIRefusal) -> KeyStoreOrder {
        let name = body.string("name")
        if let name, let problem = CertificateOrder.problem(ofName: name) {
            body.note("name", problem)
        }
        let date = CertificateOrder.date(
            ["end_date", "expiration_date"],
            canBeDay: true,
            in: &body
        )
        let userID = body.optionalString("user_id")
        let encryption = body.choice("encryption", of: KeyStore.Encryption.self)
        let hash = body.choice("signature_hash", of: SignatureHash.self)
        guard body.isSound, let name else { throw body.refusal }
        return KeyStoreOrder(
            name: name,
            expirationDate: date,
            userID: userID,
            encryption: encryption ?? .aes,
            hash: hash ?? .sha256
        )
    }
}
