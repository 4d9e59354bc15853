import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import PrivateCA
import World

/// What it takes to issue a certificate, whoever asks for it in which way.
struct CertificateApplication: Sendable {
    /// The request, PEM.
    let csr: String

    /// The friendly name.
    let name: String

    /// The wished end, or nil for the default.
    let expirationDate: Timestamp?

    /// The hash function of the signature; nil takes what suits the authority's key.
    let hash: SignatureHash?

    /// For whom it is.
    let owner: User
}

/// A certificate that was signed, which is worth nothing before it is stored.
struct MadeCertificate: Sendable {
    /// What is stored of it.
    let certificate: ClientAuthCertificate

    /// The certificate and that of the authority.
    let text: CertificateText

    /// The two as they are handed out, which is in the wrong way where somebody wants that.
    let handedOut: CertificateText

    /// What is wrong with it on purpose.
    let misissuance: Misissuance

    /// The issuer that a file beside it holds.
    var issuerInFile: String {
        misissuance.has(.wrongCACertificate) ? handedOut.caCertificate : text.caCertificate
    }
}

extension AccountManagerAPI {
    /// Issues a certificate, or does what its names or a fault rule ask for instead.
    ///
    /// - Parameters:
    ///   - application: What is asked for.
    ///   - call: The request.
    ///   - answer: Stores the certificate and makes the answer.
    /// - Returns: The answer.
    /// - Throws: ``APIRefusal`` when the policy refuses it, or a name asks for what there is not.
    static func fulfil(
        _ application: CertificateApplication,
        for call: Call,
        answer: (MadeCertificate) throws(APIRefusal) -> Response
    ) throws(APIRefusal) -> Response {
        let approved = try approve(application, for: call)
        let magic = try magic(of: application, commonName: approved.commonName, in: call.world)
        guard let magic else {
            let misissuance = call.fault?.misissuance ?? Misissuance()
            return try answer(make(approved, application, misissuance, for: call))
        }
        let count = call.world.faults.countMagicCall(of: magic.text)
        let decision = magic.decision(call: count, now: call.now)
        if magic.isDuplicate { return duplicate(magic, decision, call) }
        if let decision, decision.isInstead {
            return call.applying(decision, to: Response(status: 503))
        }
        let misissuance = (decision?.misissuance ?? Misissuance())
            .merging(call.fault?.misissuance ?? Misissuance())
        let response = try answer(make(approved, application, misissuance, for: call))
        return decision.map { call.applying($0, to: response) } ?? response
    }

    private static func approve(
        _ application: CertificateApplication,
        for call: Call
    ) throws(APIRefusal) -> ApprovedRequest {
        let request = IssuanceRequest(
            csr: application.csr,
            name: application.name,
            expirationDate: application.expirationDate,
            now: call.now,
            userEndDate: application.owner.endDate,
            tokenEndDate: call.tokenEndDate(for: application.owner),
            authorityEndDate: call.world.ca.endDate,
            overlongValidity: call.world.settings.overlongValidity
        )
        do throws(IssuanceRefusal) {
            return try IssuancePolicy.approve(request)
        } catch {
            throw APIRefusal(error)
        }
    }

    /// What the two names of a certificate ask for; nil where both are names like any other.
    private static func magic(
        of application: CertificateApplication,
        commonName: String,
        in world: World
    ) throws(APIRefusal) -> MagicName? {
        let names = [application.name, commonName].filter { $0.hasPrefix(MagicName.prefix) }
        guard !names.isEmpty, world.settings.hasMagicNames else { return nil }
        do throws(FaultProblem) {
            var magic: MagicName?
            for name in names {
                guard let next = try MagicName.read(name) else { continue }
                magic = try magic?.merging(next) ?? next
            }
            return magic
        } catch {
            throw APIRefusal(.invalidInput, error.description)
        }
    }

    private static func duplicate(
        _ magic: MagicName,
        _ decision: FaultDecision?,
        _ call: Call
    ) -> Response {
        let refusal = APIRefusal(.duplicateName, "the name \(magic.text) asks for it")
        let settings = call.world.settings
        let response = Response.refused(
            refusal,
            status: refusal.error.status(in: settings),
            envelope: settings.errorBody
        )
        return decision.map { call.applying($0, to: response) } ?? response
    }

    private static func make(
        _ approved: consuming ApprovedRequest,
        _ application: CertificateApplication,
        _ misissuance: Misissuance,
        for call: Call
    ) throws(APIRefusal) -> MadeCertificate {
        let ca = call.world.ca
        let order = try misissuanceOrder(misissuance, for: call)
        do {
            let issued = try ca.issue(approved, hash: application.hash, wrongly: order)
            let text = CertificateText(
                x509Certificate: issued.pem,
                caCertificate: try ca.certificatePEM
            )
            var handedOut = text
            if misissuance.has(.wrongCACertificate) {
                handedOut.caCertificate = try PrivateCA.impostorPEM(
                    from: call.world.random.next(.authority)
                )
            }
            if misissuance.has(.reversedChain) {
                swap(&handedOut.x509Certificate, &handedOut.caCertificate)
            }
            return MadeCertificate(
                certificate: ClientAuthCertificate(
                    id: call.world.makeID(),
                    userID: application.owner.id,
                    name: application.name,
                    commonName: issued.commonName,
                    startDate: issued.startDate,
                    endDate: issued.endDate,
                    isEnabled: !misissuance.isDisabled,
                    serialNumber: issued.serialNumber,
                    publicKey: issued.publicKey,
                    sha256: issued.sha256,
                    createdAt: call.now
                ),
                text: text,
                handedOut: handedOut,
                misissuance: misissuance
            )
        } catch {
            throw APIRefusal(unexpected: error)
        }
    }

    /// Gathers what a wrong certificate needs; nil for a good one.
    private static func misissuanceOrder(
        _ misissuance: Misissuance,
        for call: Call
    ) throws(APIRefusal) -> MisissuanceOrder? {
        guard !misissuance.isNone else { return nil }
        if misissuance.has(.sha1), call.world.ca.algorithm == .ed25519 {
            throw APIRefusal(
                .invalidInput,
                "this world's CA has an Ed25519 key, whose signatures leave no choice of a hash;"
                    + " make a world with another caKeyAlgorithm to get one over SHA-1"
            )
        }
        var other: String?
        if misissuance.has(.reusedSerial) {
            other = try APIRefusal.translating { () throws(StoreError) in
                try call.world.store.newestIssuedSerialNumber()
            }
            do {
                other = try other ?? call.world.ca.serialNumber
            } catch {
                throw APIRefusal(unexpected: error)
            }
        }
        return MisissuanceOrder(misissuance, now: call.now, otherSerialNumber: other)
    }

    /// Stores a new certificate together with its audit entry.
    ///
    /// - Parameters:
    ///   - made: The certificate and its text.
    ///   - owner: Whose it is.
    ///   - call: The request.
    /// - Throws: ``APIRefusal`` when the user has one of that name.
    static func store(
        _ made: MadeCertificate,
        of owner: User,
        _ call: Call
    ) throws(APIRefusal) {
        let certificate = made.certificate
        let entry = call.auditEntry(.create, certificate, of: owner)
        try APIRefusal.translating { () throws(StoreError) in
            try call.world.store.insert(
                certificate,
                text: made.text,
                audit: entry,
                letter: call.world.letter(aboutIssued: certificate, of: owner)
            )
        }
    }
}
