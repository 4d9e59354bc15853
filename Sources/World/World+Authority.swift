import AccountModel
import AccountStore
import OpenSSLBridge
import PrivateCA

// An issuing authority that a person brought, and those that issued before.
extension World {
    /// What verifies the certificates that are issued now, PEM; waits for the authority's key.
    package var issuerPEM: String {
        get throws { try given?.chain ?? ca.certificatePEM }
    }

    /// What a person should know about the authority that they brought; nil when nothing.
    ///
    /// Worlds live in the past at will; certificates of authorities are made today.
    package var givenNotice: String? {
        guard let given,
            let begins = try? Certificate.parse(der: given.authority.certificate.span).notBefore,
            clock.now.secondsSince1970 < begins
        else { return nil }
        return "\(given.subject) is valid from \(Timestamp(secondsSince1970: begins)) only, and it "
            + "is \(clock.now) in this world: what it issues now works here, and nobody else who "
            + "looks at both dates will accept it. Give an older one, or a later --clock."
    }

    /// Lets a person's authority issue, and remembers its certificate, not its key.
    ///
    /// The world's own authority, where it has one, keeps its place: it issues again as soon as
    /// nobody brings another.
    static func take(
        _ given: GivenAuthority,
        for store: AccountStore,
        clock: WorldClock,
        tag: WorldTag,
        random: RandomStreams,
        makesKey: PrivateCA.KeyMaking
    ) throws -> PrivateCA {
        let ca = try PrivateCA(
            stored: given.authority,
            serialTag: tag.bytes,
            random: random,
            makesKey: makesKey,
            save: { _ in }
        )
        let now = clock.now
        guard now < ca.endDate else {
            throw WorldError(
                description: "\(given.subject): expired at \(ca.endDate), and it is \(now) in this "
                    + "world; give one that is valid then"
            )
        }
        let certificate = given.authority.certificate
        guard try !store.authorityCertificates().contains(certificate) else { return ca }
        try store.save(
            AuthorityRecord(
                certificate: certificate,
                text: PEM.encode(certificate, label: "CERTIFICATE"),
                privateKey: [],
                createdAt: now
            )
        )
        return ca
    }

    /// The subjects of the present authority and of those before it, each once.
    static func issuerNames(of store: AccountStore, _ ca: PrivateCA) throws -> [[UInt8]] {
        var names = [ca.subjectDER]
        for certificate in try store.authorityCertificates() where !ca.took(certificate) {
            let name = try Certificate.parse(der: certificate.span).subjectDER()
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
