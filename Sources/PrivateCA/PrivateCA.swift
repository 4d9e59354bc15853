package import AccountModel
package import OpenSSLBridge
import Synchronization

/// The authority of one world: it signs client certificates, and nothing else.
///
/// Where there is no key yet, it is made on a thread of its own or when it is needed, because an
/// RSA key takes a tenth of a second and nobody shall wait for it who does not need it. The first
/// certificate waits. A new key is stored before it signs: a certificate by a key that a crash can
/// lose would be worthless afterwards. An authority that somebody gave is known from the start.
package final class PrivateCA: Sendable {
    /// The subject of every authority that is made here.
    ///
    /// The same in all worlds, and known before the key is: a handshake names it to clients, so
    /// that they pick the right certificate.
    package static let subject = DistinguishedName([
        .init(.country, "US"),
        .init(.organization, "mock-digicert-one"),
        .init(.commonName, "mock-digicert-one Client Authentication CA"),
    ])

    /// The first second of every authority that is made: before any world's clock.
    package static let startDate = Timestamp(secondsSince1970: 946_684_800)  // 2000-01-01

    /// The last second of every authority that is made, 2049-12-31T23:59:59Z: the last that is a
    /// UTCTime.
    package static let endDate = Timestamp(secondsSince1970: 2_524_607_999)

    /// Whether an authority that is made could issue anything at a moment.
    ///
    /// - Parameter time: The moment.
    /// - Returns: Whether it could.
    package static func issues(at time: Timestamp) -> Bool { startDate <= time && time < endDate }

    /// When and whence an authority that has no key gets one.
    package enum KeyMaking: Sendable {
        /// On a thread of its own, as soon as there is the authority.
        case atOnce

        /// When it is needed: one of the spares where there are any. For worlds that are made by
        /// the hundred, of which many may never issue anything.
        case whenNeeded(SpareKeys?)
    }

    /// What is known once the key is.
    private final class Authority: Sendable {
        let key: PrivateKey
        let issuer: CertificateIssuer
        let certificatePEM: String

        init(key: consuming PrivateKey, issuer: CertificateIssuer, certificatePEM: String) {
            self.key = key
            self.issuer = issuer
            self.certificatePEM = certificatePEM
        }
    }

    /// How far the authority has come.
    private enum Stage {
        /// There is no key yet.
        case none
        /// There is one, and nobody has needed it: to read a key was a tenth of the time of a fork.
        case stored(StoredAuthority)
        case ready(Authority)
    }

    /// The kind of the key that signs, which a world keeps whatever later settings say.
    package let algorithm: KeyAlgorithm

    /// The subject that issued certificates name as their issuer, DER.
    package let subjectDER: [UInt8]

    /// What a person calls the authority: its common name, or the whole subject without one.
    package let name: String

    /// The last second in which it can issue anything, and in which anything issued can end.
    package let endDate: Timestamp

    private let serialTag: [UInt8]
    private let random: RandomStreams
    private let spareKeys: SpareKeys?
    private let save: @Sendable (StoredAuthority) throws -> Void

    /// Held while the key is made, so that whoever needs it waits here.
    private let authority: Mutex<Stage>

    /// The certificate that was there when the authority was taken up, DER.
    private let storedCertificate: [UInt8]?

    /// Readable while the key is being made.
    private let hasKey: Atomic<Bool>

    /// Takes up the authority of a world, or begins a new one.
    ///
    /// - Parameters:
    ///   - stored: The authority's key and certificate; `nil` in a new world.
    ///   - algorithm: The key to make when there is none.
    ///   - serialTag: What stands in each serial number after its first byte, and tells the worlds
    ///     of a process apart; at most 7 bytes, so that 64 random bits and more are left.
    ///   - random: Where serial numbers, the key and what signing takes come from.
    ///   - makesKey: When the key is made where there is none.
    ///   - save: Stores a new authority durably; called once, on another thread, and again at the
    ///     next issuance when it throws.
    /// - Throws: ``OpenSSLError`` when what is stored is not a key and its certificate. Where keys
    ///   are wanted when they are needed only, a stored key is read then, too.
    package init(
        stored: StoredAuthority?,
        algorithm: KeyAlgorithm = .rsa(bits: 2048),
        serialTag: [UInt8] = [],
        random: RandomStreams = .secure,
        makesKey: KeyMaking = .atOnce,
        save: @escaping @Sendable (StoredAuthority) throws -> Void
    ) throws(OpenSSLError) {
        precondition(serialTag.count <= 7, "a serial number keeps 64 random bits")
        self.serialTag = serialTag
        self.random = random
        self.save = save
        storedCertificate = stored?.certificate
        guard let stored else {
            subjectDER = Self.subject.der
            name = Self.subject.first(.commonName) ?? ""
            endDate = Self.endDate
            self.algorithm = algorithm
            hasKey = Atomic(false)
            authority = Mutex(.none)
            spareKeys = Self.spares(of: makesKey, algorithm, isSeeded: random.isSeeded)
            beginMaking(makesKey)
            return
        }
        let certificate = try Certificate.parse(der: stored.certificate.span)
        subjectDER = try certificate.subjectDER()
        let attributes = certificate.subjectName.attributes
        name = attributes.first { $0.type == .commonName }?.value ?? certificate.subject
        endDate = min(Timestamp(secondsSince1970: certificate.notAfter), Self.endDate)
        hasKey = Atomic(true)
        spareKeys = nil
        if case .whenNeeded = makesKey, let publicKey = certificate.publicKey {
            self.algorithm = publicKey.algorithm
            authority = Mutex(.stored(stored))
        } else {
            let known = try Self.restored(stored)
            self.algorithm = known.key.algorithm
            authority = Mutex(.ready(known))
        }
    }

    /// The spare keys from which an authority without a key may take one.
    private static func spares(
        of makesKey: KeyMaking,
        _ algorithm: KeyAlgorithm,
        isSeeded: Bool
    ) -> SpareKeys? {
        guard case .whenNeeded(let spareKeys) = makesKey else { return nil }
        return !isSeeded && SpareKeys.areWorthwhile(algorithm) ? spareKeys : nil
    }

    private func beginMaking(_ makesKey: KeyMaking) {
        switch makesKey {
        case .atOnce:
            startThread { [self] in
                // A failure shows at the first issuance, which tries again.
                _ = try? readyAuthority()
            }
        case .whenNeeded:
            spareKeys?.expect(algorithm)
        }
    }

    deinit {
        if !isReady { spareKeys?.forget(algorithm) }
    }

    /// Whether a certificate can be issued without waiting for the key.
    package var isReady: Bool { hasKey.load(ordering: .acquiring) }

    /// Whether a certificate is the one that was there when the authority was taken up.
    ///
    /// - Parameter certificate: The certificate, DER.
    /// - Returns: Whether it is; what is known of it need not be read again then.
    package func took(_ certificate: [UInt8]) -> Bool { certificate == storedCertificate }

    /// The authority's own certificate, as PEM with a final line break; waits for the key.
    package var certificatePEM: String {
        get throws { try readyAuthority().certificatePEM }
    }

    /// Issues a certificate; waits for the authority's key when that is still being made.
    ///
    /// Never to be called with the world's store locked: whoever makes the key stores it, and
    /// would wait for the caller while the caller waits for the key.
    ///
    /// - Parameters:
    ///   - approved: What ``IssuancePolicy`` let pass.
    ///   - hash: The hash function of the signature; nil takes what suits the authority's key.
    ///   - misissuance: What shall be wrong with it; nil for a good one.
    /// - Returns: The certificate.
    /// - Throws: ``OpenSSLError`` when it cannot be made, or what storing the authority threw.
    package func issue(
        _ approved: consuming ApprovedRequest,
        hash: SignatureHash? = nil,
        wrongly misissuance: MisissuanceOrder? = nil
    ) throws -> IssuedCertificate {
        let authority = try readyAuthority()
        let random = random.next(.certificate)
        let template = CertificateTemplate(
            serialNumber: serialNumber(random),
            issuer: authority.issuer,
            subject: approved.subject,
            notBefore: approved.startDate.secondsSince1970,
            notAfter: approved.endDate.secondsSince1970,
            extensions: Self.extensions(of: approved),
            signatureHash: hash
        )
        var draft = CertificateDraft(template: template, publicKey: approved.publicKey)
        if let misissuance {
            try misissuance.spoil(
                &draft,
                authorityKey: authority.key.publicKeyInfo(),
                random: random?.branch("flaw")
            )
        }
        var der = try Certificate.makeDER(
            draft.template,
            publicKey: draft.publicKey,
            issuerKey: authority.key,
            random: random?.branch("signature")
        )
        misissuance?.spoil(signed: &der)
        return IssuedCertificate(
            der: der,
            pem: PEM.encode(der, label: "CERTIFICATE"),
            serialNumber: Self.hexText(draft.template.serialNumber),
            commonName: approved.commonName,
            startDate: Timestamp(secondsSince1970: draft.template.notBefore),
            endDate: Timestamp(secondsSince1970: draft.template.notAfter),
            publicKey: Base64.encode(draft.publicKey.der),
            sha256: Digest.sha256(der)
        )
    }

    /// Makes the list of the certificates that the authority no longer stands for; waits for its
    /// key as ``issue(_:hash:wrongly:)`` does.
    ///
    /// - Parameters:
    ///   - entries: The certificates.
    ///   - number: The list's own number.
    ///   - thisUpdate: When it is made; the next one is due a day later.
    /// - Returns: The list, DER.
    /// - Throws: ``OpenSSLError`` when it cannot be made, or what storing the authority threw.
    package func revocationList(
        of entries: [RevocationList.Entry],
        number: UInt64,
        thisUpdate: Timestamp
    ) throws -> [UInt8] {
        let authority = try readyAuthority()
        let list = RevocationList(
            issuer: authority.issuer,
            number: number,
            thisUpdate: thisUpdate.secondsSince1970,
            nextUpdate: thisUpdate.adding(days: 1).secondsSince1970,
            entries: entries
        )
        return try list.makeDER(issuerKey: authority.key, random: random.next(.revocationList))
    }

    private func readyAuthority() throws -> Authority {
        try authority.withLock { known in
            switch known {
            case .ready(let authority): return authority
            case .stored(let stored):
                let authority = try Self.restored(stored)
                known = .ready(authority)
                return authority
            case .none:
                let (made, stored) = try makeAuthority()
                try save(stored)
                known = .ready(made)
                hasKey.store(true, ordering: .releasing)
                spareKeys?.forget(algorithm)
                return made
            }
        }
    }

    /// Makes the key and its certificate; with a seed the same ones however often it is tried.
    private func makeAuthority() throws(OpenSSLError) -> (Authority, StoredAuthority) {
        let key: PrivateKey
        if let spare = spareKeys?.take(algorithm) {
            key = spare
        } else {
            key = try PrivateKey.generate(algorithm, from: random.only(.authorityKey))
        }
        let random = random.only(.authority)
        return try Self.authority(
            key: key,
            serialNumber: serialNumber(random),
            random: random?.branch("signature")
        )
    }

    /// Makes a serial number of 16 bytes: one random one, the tag, and random ones.
    ///
    /// The top bit is 0, so that the number is positive, and the next one 1, so that it has 32 hex
    /// digits with whatever it is printed: with a tag of four bytes 94 bits stay random (RFC 5280
    /// §4.1.2.2 allows 20 bytes; 64 random bits are customary).
    private func serialNumber(_ random: SeededRandom?) -> [UInt8] {
        let count = 16 - serialTag.count
        var bytes = random?.bytes(count) ?? SecureRandom.bytes(count)
        bytes[0] = bytes[0] & 0x3F | 0x40
        bytes.insert(contentsOf: serialTag, at: 1)
        return bytes
    }
}

extension PrivateCA {
    private static func authority(
        key: consuming PrivateKey,
        serialNumber: [UInt8],
        random: SeededRandom?
    ) throws(OpenSSLError) -> (Authority, StoredAuthority) {
        let publicKey = try key.publicKeyInfo()
        let issuer = CertificateIssuer(subject: subject, publicKey: publicKey)
        let template = CertificateTemplate(
            serialNumber: serialNumber,
            issuer: issuer,
            subject: subject,
            notBefore: startDate.secondsSince1970,
            notAfter: endDate.secondsSince1970,
            extensions: [
                .basicConstraints(isAuthority: true, pathLength: 0),
                .keyUsage([.keyCertSign, .cRLSign]),
            ]
        )
        let certificate = try Certificate.makeDER(
            template,
            publicKey: publicKey,
            issuerKey: key,
            random: random
        )
        let stored = StoredAuthority(certificate: certificate, privateKey: try key.der())
        let pem = PEM.encode(certificate, label: "CERTIFICATE")
        return (Authority(key: key, issuer: issuer, certificatePEM: pem), stored)
    }

    private static func restored(_ stored: StoredAuthority) throws(OpenSSLError) -> Authority {
        let key = try PrivateKey.parse(der: stored.privateKey)
        let certificate = try Certificate.parse(der: stored.certificate.span)
        let publicKey = try key.publicKeyInfo()
        guard certificate.publicKey == publicKey else {
            throw OpenSSLError(
                operation: "X509_check_private_key",
                reasons: ["the stored key is not that of the stored certificate"]
            )
        }
        let issuer = try CertificateIssuer(certificate, publicKey: publicKey)
        let pem = try certificate.pem()
        return Authority(key: key, issuer: issuer, certificatePEM: pem)
    }

    private static func hexText(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }

    private static func extensions(of approved: borrowing ApprovedRequest) -> [CertificateExtension]
    {
        var extensions: [CertificateExtension] = [
            .basicConstraints(isAuthority: false),
            .keyUsage(keyUsage(of: approved.publicKey.algorithm)),
            .extendedKeyUsage([.clientAuth]),
        ]
        // An address in the subject must stand in a subject alternative name as well (RFC 5280
        // §4.1.2.6); without one there is no such extension.
        let addresses = approved.subject.attributes.filter { $0.type == .emailAddress }
        if !addresses.isEmpty {
            extensions.append(.subjectAlternativeName(addresses.map { .email($0.value) }))
        }
        return extensions
    }

    /// Only RSA keys can carry a key to their owner; the others sign only (RFC 8410 §5).
    private static func keyUsage(
        of algorithm: KeyAlgorithm
    ) -> [CertificateExtension.KeyUsage] {
        switch algorithm {
        case .rsa: [.digitalSignature, .keyEncipherment]
        case .p256, .p384, .p521, .ed25519: [.digitalSignature]
        }
    }
}
