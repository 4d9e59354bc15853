internal import AccountModel
internal import AccountStore
internal import OpenSSLBridge
internal import PrivateCA
import Synchronization

// MARK: - Back to the beginning

extension Worlds {
    /// Brings a world back to how it began; its CA stays.
    ///
    /// Whatever happens meanwhile, the world is as it was or as it began. A world whose contents
    /// are damaged begins again, too, with as much of its CA as can be read.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The world as it is now.
    /// - Throws: ``WorldsError``; the world is as it was then.
    @discardableResult
    package func reset(_ name: String) throws(WorldsError) -> World {
        let slot = try existingSlot(named: name)
        defer { replacements.notify() }
        return try alone(with: slot) {
            if let world = try? open(slot) {
                try unlessDamaged { () throws(StoreError) in try world.settle() }
                let fresh = try beginAgain(slot, over: world.store)
                slot.open.withLock { $0 = fresh }
                return fresh
            }
            // Held, so that nobody wakes it meanwhile: one at a time can open the file.
            let outcome = slot.open.withLock { open in
                Result<World, any Error> {
                    let fresh = try beginAgain(slot, over: open?.store ?? unopenable(slot))
                    open = fresh
                    return fresh
                }
            }
            return try outcome.get()
        }
    }

    /// The store of a world that cannot be opened; nil where its file is not even a database.
    private func unopenable(_ slot: WorldSlot) throws -> AccountStore? {
        if let store = slot.latestStore.withLock(\.store) { return store }
        do throws(StoreOpeningError) {
            return try AccountStore.open(.file(path: slot.path), readerCount: 0)
        } catch {
            guard error.isDamage else { throw error }
            return nil
        }
    }

    private func beginAgain(_ slot: WorldSlot, over old: AccountStore?) throws -> World {
        let authorities = try unlessDamaged { () throws(StoreError) in try old?.authorities() }
        let start = try start(of: slot, keeping: (authorities ?? []).filter(Self.isWhole))
        let identity = try unlessDamaged { () throws(StoreError) in try old?.identity() }
        let known = try usable(start, of: slot, "the beginning of \(slot.name)", .failed)
        let store: AccountStore
        if let old {
            store = old
        } else {
            AccountStore.remove(fileAt: slot.path)
            store = try AccountStore.open(.file(path: slot.path), readerCount: 0)
        }
        return try replace(store, of: slot, by: start, known, identity)
    }

    /// A world as it began, in memory.
    private func start(
        of slot: WorldSlot,
        keeping authorities: [AuthorityRecord]
    ) throws -> AccountStore {
        if let image = try AccountStore.image(ofFileAt: slot.startPath) {
            let start = try AccountStore.open(unknownImage: image, source: slot.startPath)
            // The authority may have been made after the beginning.
            try start.adopt(authorities)
            return start
        }
        // A world that was begun by the process itself begins again from the process's seed.
        let start = try AccountStore.open(.memory, readerCount: 0)
        for authority in authorities { try start.save(authority) }
        var opening = opening(slot.name, clockStart: setup.clockStart)
        // Nobody waits for a key of contents that are only prepared.
        opening.makesKey = .whenNeeded(nil)
        _ = try opening.begin(in: start, with: setup.seed())
        return start
    }

    /// Whether certificate and key of a CA can be read.
    private static func isWhole(_ authority: AuthorityRecord) -> Bool {
        (try? Certificate.parse(der: authority.certificate.span)) != nil
            && (authority.privateKey.isEmpty
                || (try? PrivateKey.parse(der: authority.privateKey)) != nil)
    }

    /// What can be read or stored; nil where damage is in the way.
    @discardableResult
    private func unlessDamaged<Value>(
        _ body: () throws(StoreError) -> Value?
    ) throws(StoreError) -> Value? {
        do throws(StoreError) {
            return try body()
        } catch {
            guard error.isDamage else { throw error }
            return nil
        }
    }
}

// MARK: - One change at a time

extension Worlds {
    /// Does something with a world while nobody resets, restores or deletes it.
    func changing<Result: Sendable>(
        _ slot: WorldSlot,
        _ body: (World) throws -> Result
    ) throws(WorldsError) -> Result {
        try alone(with: slot) { try body(try open(slot)) }
    }

    private func alone<Result: Sendable>(
        with slot: WorldSlot,
        _ body: () throws -> Result
    ) throws(WorldsError) -> Result {
        let outcome = slot.changing.withLock { _ in Swift.Result<Result, any Error>(catching: body)
        }
        switch outcome {
        case .success(let result): return result
        case .failure(let error as WorldsError): throw error
        case .failure(let error): throw WorldsError(.failed, "world \(slot.name): \(error)")
        }
    }

    /// Opens a copy as the world that it is to become, so that what cannot be used replaces
    /// nothing.
    ///
    /// - Parameters:
    ///   - copy: The copy; its clock goes on from the moment at which it was made.
    ///   - slot: The world's place.
    ///   - source: What complaints call the copy.
    ///   - kind: What kind of failure it is.
    /// - Returns: What the copy remembers about itself.
    /// - Throws: ``WorldsError`` that says what is wrong with the copy.
    func usable(
        _ copy: AccountStore,
        of slot: WorldSlot,
        _ source: String,
        _ kind: WorldsError.Kind
    ) throws(WorldsError) -> WorldState {
        do {
            let known = try opening(slot.name).resumeClock(in: copy)
            var trial = opening(slot.name)
            // A key that is there is read; one that is not there yet is not made for a trial.
            trial.makesKey = try copy.authority() == nil ? .whenNeeded(nil) : .atOnce
            _ = try trial.resume(known, in: copy)
            return known
        } catch {
            throw WorldsError(
                kind,
                "\(source) cannot be used: \(error); the world \(slot.name) is as it was"
            )
        }
    }

    /// Replaces all that a world contains, and opens it anew.
    ///
    /// - Parameters:
    ///   - store: The world's store.
    ///   - slot: The world's place.
    ///   - copy: The new contents, which ``usable(_:of:_:_:)`` looked at.
    ///   - known: What they remember about themselves.
    ///   - identity: What the world is to others; nil lets it be what the copy says.
    /// - Returns: The world as it is now.
    /// - Throws: Whatever SQLite fails with.
    func replace(
        _ store: AccountStore,
        of slot: WorldSlot,
        by copy: AccountStore,
        _ known: WorldState,
        _ identity: WorldIdentity?
    ) throws -> World {
        var identity = try identity ?? copy.identity() ?? WorldIdentity(name: slot.name)
        identity.name = slot.name
        identity.copiedAt = nil
        try copy.become(identity)
        try store.replaceContents(with: copy)
        return try opening(slot.name).resume(known, in: store)
    }
}
