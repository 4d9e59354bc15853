package import AccountModel
package import AccountStore
internal import OpenSSLBridge
package import PrivateCA

extension World {
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
    ///   - clockStart: How a new world's clock begins, and an older one's goes on.
    ///   - systemTime: What time the system's clock has, in whole seconds or finer.
    ///   - randomSeed: From what keys, identifiers, serial numbers and token texts follow; nil
    ///     makes such as nobody can foresee.
    ///   - makesKey: When the key of a new CA is made.
    /// - Returns: The world.
    /// - Throws: ``WorldError`` with a sentence for the person who started the program.
    package static func open<Moment: InstantConvertible>(
        name: String,
        at location: AccountStore.Location,
        readerCount: Int,
        settings chosen: ChosenSettings = ChosenSettings(),
        seed: @autoclosure () throws -> Seed,
        given: GivenAuthority? = nil,
        clockStart: ClockStart = .system,
        systemTime: @escaping @Sendable () -> Moment,
        randomSeed: UInt64? = nil,
        makesKey: PrivateCA.KeyMaking = .atOnce
    ) throws(WorldError) -> World {
        let opening = Opening(
            name: name,
            chosen: chosen,
            given: given,
            clockStart: clockStart,
            systemTime: { systemTime().instant },
            randomSeed: randomSeed,
            makesKey: makesKey
        )
        do {
            if case .file(let path) = location {
                // A reset that was killed left a copy of the keys.
                AccountStore.remove(fileAt: Self.scratch(of: path))
            }
            let store = try AccountStore.open(location, readerCount: readerCount)
            guard let known = try store.state() else {
                return try opening.begin(in: store, with: try seed())
            }
            return try opening.resume(known, in: store)
        } catch let error as StoreError {
            throw WorldError(description: "world \(name): \(error.sentence(about: location))")
        } catch {
            throw WorldError(description: "world \(name): \(error)")
        }
    }

    /// Empties a world and begins it again from a seed, under the CA that it had.
    ///
    /// The new contents replace the old ones in one transaction: whatever happens meanwhile, the
    /// file holds the one world or the other.
    ///
    /// - Parameters:
    ///   - name: The world's name.
    ///   - path: Its database, which no process has open.
    ///   - chosen: What was chosen where the vendor is silent; it wins over what the world
    ///     remembers, and that over its seed.
    ///   - seed: What the world contains then.
    ///   - given: An issuing authority that a person brought; nil lets the world have its own.
    ///   - clockStart: How its clock begins, as in a new world.
    ///   - systemTime: What time the system's clock has, in whole seconds or finer.
    ///   - randomSeed: From what chance follows; with the same one a world that is reset repeats
    ///     itself.
    /// - Returns: What was there and what is now.
    /// - Throws: ``WorldError``; the world is as it was then.
    package static func reset<Moment: InstantConvertible>(
        name: String,
        at path: String,
        settings chosen: ChosenSettings = ChosenSettings(),
        seed: @autoclosure () throws -> Seed,
        given: GivenAuthority? = nil,
        clockStart: ClockStart = .system,
        systemTime: @escaping @Sendable () -> Moment,
        randomSeed: UInt64? = nil
    ) throws(WorldError) -> WorldReset {
        let opening = Opening(
            name: name,
            chosen: chosen,
            given: given,
            clockStart: clockStart,
            systemTime: { systemTime().instant },
            randomSeed: randomSeed
        )
        do {
            let store = try AccountStore.open(.file(path: path), readerCount: 1)
            let before = try store.census()
            // A file of its own until it is whole: a seed that cannot be loaded changes nothing.
            let scratch = Self.scratch(of: path)
            AccountStore.remove(fileAt: scratch)
            defer { AccountStore.remove(fileAt: scratch) }
            let fresh = try AccountStore.open(.file(path: scratch), readerCount: 1)
            for authority in try store.authorities() { try fresh.save(authority) }
            let world = try opening.begin(in: fresh, with: try seed())
            // Where there was no CA yet, this waits until the new one is stored.
            let authorityPEM = try world.ca.certificatePEM
            try store.replaceContents(withFileAt: scratch)
            return WorldReset(
                before: before,
                after: try store.census(),
                clock: world.clock,
                authorityPEM: authorityPEM,
                migrationNotice: store.migration.notice
            )
        } catch let error as StoreError {
            let sentence = error.sentence(about: .file(path: path))
            throw WorldError(description: "world \(name): \(sentence)")
        } catch {
            throw WorldError(description: "world \(name): \(error)")
        }
    }
}

extension World {
    /// Where a reset makes the new contents.
    private static func scratch(of path: String) -> String { path + ".reset" }
}

/// What all ways to open a world need.
struct Opening {
    let name: String
    let chosen: ChosenSettings

    /// What somebody wants of this world alone; it is remembered.
    var ordered = ChosenSettings()

    let given: GivenAuthority?
    let clockStart: ClockStart
    let systemTime: @Sendable () -> Instant
    let randomSeed: UInt64?
    var makesKey = PrivateCA.KeyMaking.atOnce

    /// Begins a world from a seed.
    func begin(in store: AccountStore, with seed: Seed) throws -> World {
        let random = try random(of: store)
        let clock = WorldClock(
            state: clockStart.state(systemTime: systemTime()),
            systemTime: systemTime
        )
        let now = clock.now
        try check(clockStart.time ?? now)
        let remembered = try World.rememberedSettings(of: store, seed: seed).merging(ordered)
        let ca = try authority(of: store, settings(remembered), clock, random)
        let state = WorldState(
            name: name,
            createdAt: now,
            seedSHA256: seed.sha256,
            clock: clock.state,
            clockSetTo: clockStart.time
        )
        try store.begin(
            state,
            with: try seed.population(now: now, ca: ca, random: random),
            settings: remembered.json
        )
        return try world(store, ca, clock, remembered, random, isNew: true)
    }

    /// Takes up a world that has begun.
    func resume(_ known: WorldState, in store: AccountStore) throws -> World {
        let random = try random(of: store)
        let systemTime = systemTime()
        let state = try clockStart.change(
            of: known.clock,
            // Version 0.1.0 did not write it down, but set a clock only when a world began.
            setTo: known.clockSetTo ?? known.createdAt,
            systemTime: systemTime
        )
        let change = ClockChange(from: known.clock, to: state, systemTime: systemTime)
        if let change {
            try check(max(clockStart.time ?? change.to, change.to))
            try store.setClock(state, to: clockStart.time)
        }
        let clock = WorldClock(state: state, systemTime: self.systemTime)
        let stored = try World.rememberedSettings(of: store, seed: nil)
        let remembered = stored.merging(ordered)
        if !ordered.values.isEmpty { try store.save(settings: remembered.json) }
        let ca = try authority(of: store, settings(remembered), clock, random)
        return try world(store, ca, clock, remembered, random, change: change)
    }

    /// The world's chance: where there is a seed, it goes on where the database is.
    private func random(of store: AccountStore) throws -> RandomStreams {
        guard let randomSeed else { return .secure }
        try store.resumeStreams()
        return RandomStreams(seed: randomSeed, world: name) { kind in
            store.nextStreamNumber(kind.rawValue)
        }
    }

    /// Lets the clock of a copy go on from the moment at which the copy was made.
    ///
    /// - Parameter store: The copy; a world that lives is left as it is.
    /// - Returns: What the world remembers about itself.
    /// - Throws: ``WorldError`` when there is none in it, or ``StoreError``.
    func resumeClock(in store: AccountStore) throws -> WorldState {
        guard let known = try store.state() else {
            throw WorldError(description: "there is no world in it")
        }
        guard let copiedAt = try store.identity()?.copiedAt else { return known }
        let clock = ClockState(
            time: known.clock.time(systemTime: copiedAt.instant),
            isFrozen: known.clock.isFrozen,
            rate: known.clock.rate,
            systemTime: systemTime()
        )
        try store.setClock(clock, to: nil)
        return WorldState(
            name: name,
            createdAt: known.createdAt,
            seedSHA256: known.seedSHA256,
            clock: clock,
            clockSetTo: known.clockSetTo
        )
    }

    /// The defaults, over them what the world remembers, over that what was chosen.
    private func settings(_ remembered: ChosenSettings) -> WorldSettings {
        var settings = WorldSettings()
        settings.apply(remembered)
        settings.apply(chosen)
        return settings
    }

    private func world(
        _ store: AccountStore,
        _ ca: PrivateCA,
        _ clock: WorldClock,
        _ remembered: ChosenSettings,
        _ random: RandomStreams,
        isNew: Bool = false,
        change: ClockChange? = nil
    ) throws -> World {
        var settings = settings(remembered)
        // A world that has a key keeps it, whatever is chosen later.
        settings.caKeyAlgorithm = ca.algorithm
        store.retain(auditEntriesMax: settings.auditEntriesMax)
        return World(
            name: name,
            store: store,
            ca: ca,
            issuerNames: try World.issuerNames(of: store, ca),
            given: given,
            clock: clock,
            settings: SettingsInForce(settings, remembered: remembered),
            isNew: isNew,
            clockChange: change,
            faults: try Faults(store: store),
            random: random
        )
    }

    /// Refuses a time at which no certificate could ever be issued.
    private func check(_ now: Timestamp) throws(WorldError) {
        guard !PrivateCA.issues(at: now) else { return }
        throw WorldError(
            description: "its clock would begin at \(now), and its CA issues from "
                + "\(PrivateCA.startDate) to \(PrivateCA.endDate) only: give --clock a time "
                + "between",
            clockRefusal: .outOfRange(now)
        )
    }

    private func authority(
        of store: AccountStore,
        _ settings: WorldSettings,
        _ clock: WorldClock,
        _ random: RandomStreams
    ) throws -> PrivateCA {
        if let given {
            return try World.take(
                given,
                for: store,
                clock: clock,
                tag: WorldTag(name: name),
                random: random,
                makesKey: makesKey
            )
        }
        let stored = try store.authority().map { record in
            StoredAuthority(certificate: record.certificate, privateKey: record.privateKey)
        }
        return try PrivateCA(
            stored: stored,
            algorithm: settings.caKeyAlgorithm,
            serialTag: WorldTag(name: name).bytes,
            random: random,
            makesKey: makesKey,
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

/// What resetting a world did.
package struct WorldReset: Sendable {
    /// What the world contained.
    package let before: StoreCensus

    /// What it contains now.
    package let after: StoreCensus

    /// Its clock.
    package let clock: WorldClock

    /// The certificate of its CA, which it keeps.
    package let authorityPEM: String

    /// What was done to an older schema first; nil when nothing was.
    package let migrationNotice: String?
}
