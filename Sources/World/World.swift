package import AccountModel
package import AccountStore
internal import OpenSSLBridge
package import PrivateCA

/// One independent universe: its users, tokens and certificates, its CA and its clock.
package final class World: Sendable {
    /// The world's name.
    package let name: String

    /// Users, tokens, certificates, the audit log.
    package let store: AccountStore

    /// Who signs the certificates.
    package let ca: PrivateCA

    /// What time it is here.
    package let clock: WorldClock

    /// Whether this opening began the world; otherwise its seed and clock are those of then.
    package let isNew: Bool

    /// What is answered where the vendor is silent.
    let settingsInForce: SettingsInForce

    /// The subjects, DER, that certificates of this world name as their issuer, the present one
    /// first: what a handshake tells clients, which pick a certificate by it.
    package let issuerNames: [[UInt8]]

    /// The issuing authority that a person brought; nil where the world has its own.
    let given: GivenAuthority?

    private let randomBytes: @Sendable (Int) -> [UInt8]

    /// Opens a world, and begins it from a seed when it does not exist.
    ///
    /// - Parameters:
    ///   - name: The world's name.
    ///   - location: Where its database is.
    ///   - readerCount: The number of event loops.
    ///   - chosen: What was chosen where the vendor is silent; it wins over what the world
    ///     remembers, and that over its seed.
    ///   - seed: What a new world contains; not asked for where the world exists.
    ///   - given: An issuing authority that a person brought; nil lets the world have its own.
    ///   - clockStart: How a new world's clock begins.
    ///   - systemTime: What time the system's clock has.
    ///   - randomBytes: Where identifiers and serial numbers come from.
    /// - Returns: The world.
    /// - Throws: ``WorldError`` with a sentence for the person who started the program.
    package static func open(
        name: String,
        at location: AccountStore.Location,
        readerCount: Int,
        settings chosen: ChosenSettings = ChosenSettings(),
        seed: @autoclosure () throws -> Seed,
        given: GivenAuthority? = nil,
        clockStart: ClockStart = .system,
        systemTime: @escaping @Sendable () -> Timestamp,
        randomBytes: @escaping @Sendable (Int) -> [UInt8] = { SecureRandom.bytes($0) }
    ) throws(WorldError) -> World {
        do {
            let store = try AccountStore.open(location, readerCount: readerCount)
            let known = try store.state()
            let seed = try known == nil ? seed() : nil
            let clock = WorldClock(
                state: known?.clock ?? clockStart.state(systemTime: systemTime()),
                systemTime: systemTime
            )
            if known == nil { try checkBeginning(clock.now) }
            let remembered = try rememberedSettings(of: store, seed: seed)
            var settings = WorldSettings()
            settings.apply(remembered)
            settings.apply(chosen)
            let ca = try openAuthority(
                of: store,
                given: given,
                clock: clock,
                settings: settings,
                randomBytes: randomBytes
            )
            if let seed {
                let now = clock.now
                let state = WorldState(
                    name: name,
                    createdAt: now,
                    seedSHA256: seed.sha256,
                    clock: clock.state
                )
                let population = try seed.population(now: now, ca: ca, randomBytes: randomBytes)
                try store.begin(state, with: population, settings: remembered.json)
            }
            // A world that has a key keeps it, whatever is chosen later.
            settings.caKeyAlgorithm = ca.algorithm
            store.retain(auditEntriesMax: settings.auditEntriesMax)
            return World(
                name: name,
                store: store,
                ca: ca,
                issuerNames: try issuerNames(of: store, ca),
                given: given,
                clock: clock,
                settings: SettingsInForce(settings, remembered: remembered),
                isNew: known == nil,
                randomBytes: randomBytes
            )
        } catch {
            throw WorldError(description: "world \(name): \(error)")
        }
    }

    private init(
        name: String,
        store: AccountStore,
        ca: PrivateCA,
        issuerNames: [[UInt8]],
        given: GivenAuthority?,
        clock: WorldClock,
        settings: SettingsInForce,
        isNew: Bool,
        randomBytes: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.name = name
        self.store = store
        self.ca = ca
        self.issuerNames = issuerNames
        self.given = given
        self.clock = clock
        settingsInForce = settings
        self.isNew = isNew
        self.randomBytes = randomBytes
    }

    /// Makes an identifier for a new thing.
    ///
    /// - Returns: A lower-case UUID.
    package func makeID() -> String { Identifier.uuid(randomBytes: randomBytes(16)) }

    /// Turns a token into what the store knows it by.
    ///
    /// - Parameter token: The token's text, as a client presents it.
    /// - Returns: Its SHA-256, 32 bytes.
    package func digest(ofToken token: String) -> [UInt8] { Digest.sha256(Array(token.utf8)) }

    /// Refuses a beginning at which no certificate could ever be issued.
    private static func checkBeginning(_ now: Timestamp) throws(WorldError) {
        guard now < PrivateCA.startDate || now >= PrivateCA.endDate else { return }
        throw WorldError(
            description: "its clock would begin at \(now), and its CA issues from "
                + "\(PrivateCA.startDate) to \(PrivateCA.endDate) only: give --clock a time between"
        )
    }

    private static func openAuthority(
        of store: AccountStore,
        given: GivenAuthority?,
        clock: WorldClock,
        settings: WorldSettings,
        randomBytes: @escaping @Sendable (Int) -> [UInt8]
    ) throws -> PrivateCA {
        if let given { return try take(given, for: store, clock: clock, randomBytes: randomBytes) }
        let stored = try store.authority().map { record in
            StoredAuthority(certificate: record.certificate, privateKey: record.privateKey)
        }
        return try PrivateCA(
            stored: stored,
            algorithm: settings.caKeyAlgorithm,
            randomBytes: randomBytes,
            save: { made in
                try store.save(
                    AuthorityRecord(
                        certificate: made.certificate,
                        text: PEM.encode(made.certificate, label: "CERTIFICATE"),
                        privateKey: made.privateKey,
                        createdAt: clock.now
                    )
                )
            }
        )
    }
}

/// Why a world cannot be opened.
package struct WorldError: Error, Hashable, CustomStringConvertible {
    /// One sentence that names the world, the cause and the remedy.
    package let description: String
}
