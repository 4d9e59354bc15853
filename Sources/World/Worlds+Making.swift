internal import AccountModel
internal import AccountStore
internal import FoundationEssentials
internal import PrivateCA
import Synchronization

// MARK: - Making worlds

extension Worlds {
    /// Makes a world.
    ///
    /// Takes some milliseconds, and a tenth of a second more where an authority's RSA key has to
    /// be waited for: not for an event loop.
    ///
    /// - Parameter order: How it is wanted.
    /// - Returns: The world, open.
    /// - Throws: ``WorldsError`` with what is wrong; nothing is there then that was not before.
    package func make(_ order: WorldOrder) throws(WorldsError) -> World {
        let name = order.name ?? madeUpName()
        if let problem = WorldName.problem(name) { throw WorldsError(.refused, problem) }
        try check(order, name: name)
        if order.replaces, contains(name) { try delete(name) }
        try reserve(name)
        defer { table.withLock { _ = $0.reserved.remove(name) } }
        let slot = WorldSlot(
            name: name,
            path: "\(setup.directory)/\(name).sqlite",
            journal: setup.journalLimits
        )
        do throws(WorldsError) {
            let world = try begin(slot, order)
            slot.open.withLock { $0 = world }
        } catch {
            removeFiles(of: slot)
            throw error
        }
        let now = setup.systemTime().timestamp.secondsSince1970
        slot.lastUsedSeconds.store(now, ordering: .relaxed)
        let expiry = order.expiresAfterIdleSeconds ?? WorldSlot.noExpiry
        slot.expiresAfterIdleSeconds.store(expiry, ordering: .relaxed)
        table.withLock { table in
            table.slots[name] = slot
            table.names[WorldTag(name: name)] = name
        }
        noteOthers()
        closeIdle(now: now)
        do throws(WorldError) {
            return try open(slot)
        } catch {
            throw WorldsError(.failed, "\(error)")
        }
    }

    /// Deletes a world with everything that was in it.
    ///
    /// - Parameter name: Its name.
    /// - Throws: ``WorldsError`` when there is none, or it is `default`.
    package func delete(_ name: String) throws(WorldsError) {
        guard name != WorldName.main else {
            throw WorldsError(
                .refused,
                "the world \(name) is always there; to empty it, reset it with POST "
                    + "/worlds/\(name)/reset"
            )
        }
        let slot = try existingSlot(named: name)
        slot.changing.withLock { _ in
            let wasThere = table.withLock { table in
                guard table.slots[name] === slot else { return false }
                table.slots[name] = nil
                table.names[WorldTag(name: name)] = nil
                return true
            }
            guard wasThere else { return }
            let world = slot.open.withLock { world in
                defer { world = nil }
                return world
            }
            removeFiles(of: slot)
            // Whoever waits for something there need not wait any longer.
            slot.journal.finish()
            world?.store.mailArrivals.notify()
        }
        noteOthers()
        tellDeletion(of: name)
    }

    /// Deletes the worlds that nobody asked for as long as they were to wait.
    ///
    /// To be called every second or so, and not on an event loop.
    ///
    /// - Returns: The names of those that are gone.
    @discardableResult
    package func deleteExpired() -> [String] {
        let now = setup.systemTime().timestamp.secondsSince1970
        var names: [String] = []
        for slot in slots where slot !== mainSlot {
            let limit = expiry(of: slot)
            guard limit >= 0, now - slot.lastUsedSeconds.load(ordering: .relaxed) >= limit else {
                continue
            }
            if (try? delete(slot.name)) != nil { names.append(slot.name) }
        }
        return names
    }

    /// The idle time of a world, read from its file where nobody has looked yet.
    private func expiry(of slot: WorldSlot) -> Int {
        let known = slot.expiresAfterIdleSeconds.load(ordering: .relaxed)
        guard known == WorldSlot.unknownExpiry else { return known }
        let location = AccountStore.Location.file(path: slot.path)
        let store = try? AccountStore.open(location, readerCount: 0)
        let identity = (try? store?.identity()) ?? nil
        let expiry = identity?.expiresAfterIdleSeconds ?? WorldSlot.noExpiry
        slot.expiresAfterIdleSeconds.store(expiry, ordering: .relaxed)
        return expiry
    }

    /// Sets after how many idle seconds a world is deleted.
    ///
    /// - Parameters:
    ///   - seconds: The seconds; nil never.
    ///   - name: The world's name.
    /// - Throws: ``WorldsError`` when there is no such world, or it cannot be stored.
    package func expire(afterIdleSeconds seconds: Int?, _ name: String) throws(WorldsError) {
        guard name != WorldName.main else {
            throw WorldsError(.refused, "the world \(name) is never deleted")
        }
        let slot = try existingSlot(named: name)
        try changing(slot) { world in
            guard var identity = try world.store.identity() else { return }
            identity.expiresAfterIdleSeconds = seconds
            try world.store.become(identity)
        }
        slot.expiresAfterIdleSeconds.store(seconds ?? WorldSlot.noExpiry, ordering: .relaxed)
    }
}

// MARK: - Steps of making

extension Worlds {
    private func madeUpName() -> String {
        while true {
            // Counted, so that a run with a seed repeats itself.
            let name = "w\(namesMadeUp.add(1, ordering: .relaxed).newValue)"
            if !contains(name) { return name }
        }
    }

    /// Refuses what contradicts itself before anything is deleted or made.
    private func check(_ order: WorldOrder, name: String) throws(WorldsError) {
        switch order.beginning {
        case .seed: break
        case .fork(let origin), .snapshot(_, let origin):
            _ = try existingSlot(named: origin)
            guard !order.replaces || origin != name else {
                throw WorldsError(.refused, "a world cannot replace itself and begin from itself")
            }
        }
        if order.replaces, name == WorldName.main { try delete(name) }
    }

    private func reserve(_ name: String) throws(WorldsError) {
        try table.withLock { (table) throws(WorldsError) in
            guard table.slots[name] == nil, !table.reserved.contains(name) else {
                throw WorldsError(
                    .exists,
                    "there is a world \(name) already: delete it, reset it, choose another name, "
                        + #"or say "replace": true"#
                )
            }
            // Four bytes of a digest: among thousands of names two may be alike.
            if let other = table.names[WorldTag(name: name)] {
                throw WorldsError(
                    .exists,
                    "credentials of \(name) could not be told from those of the world \(other): "
                        + "choose another name"
                )
            }
            guard table.slots.count + table.reserved.count < setup.countMax else {
                throw WorldsError(
                    .full,
                    "there are \(setup.countMax) worlds, and no more can be made: delete some, or "
                        + "let them expire after some idle time"
                )
            }
            table.reserved.insert(name)
        }
    }

    private func begin(_ slot: WorldSlot, _ order: WorldOrder) throws(WorldsError) -> World {
        let identity = WorldIdentity(
            name: slot.name,
            origin: order.beginning.json,
            expiresAfterIdleSeconds: order.expiresAfterIdleSeconds
        )
        do {
            let world: World
            switch order.beginning {
            case .seed(let seed):
                world = try beginSeed(slot, seed ?? setup.seed(), order)
                try world.store.become(identity)
            case .fork(let name):
                let origin = try open(existingSlot(named: name))
                let image = try self.image(of: origin, needsAuthority: !order.ownsAuthority)
                let ofMain = name == WorldName.main
                world = try beginCopy(slot, image, order, identity, ofMain: ofMain)
            case .snapshot(let snapshot, let name):
                let origin = try existingSlot(named: name)
                let image = try self.image(ofSnapshot: snapshot, of: origin)
                let ofMain = name == WorldName.main
                world = try beginCopy(slot, image, order, identity, ofMain: ofMain)
            }
            // The world as it began, for resets.
            try AccountStore.write(image: start(of: world, identity), to: slot.startPath)
            // What it was made from has passed through its pages, and is not needed again.
            try world.store.releaseMemory()
            return world
        } catch let error as WorldsError {
            throw error
        } catch let error as SeedError {
            throw WorldsError(.refused, "\(error)")
        } catch {
            throw WorldsError(.failed, "world \(slot.name): \(error)")
        }
    }

    /// A world that nobody knows yet, as a copy that is kept.
    private func start(of world: World, _ identity: WorldIdentity) throws -> [UInt8] {
        var kept = identity
        kept.copiedAt = setup.systemTime().timestamp
        try world.settle()
        try world.store.become(kept)
        let image = try world.store.image()
        try world.store.become(identity)
        return image
    }

    private func beginSeed(
        _ slot: WorldSlot,
        _ seed: Seed,
        _ order: WorldOrder
    ) throws -> World {
        AccountStore.remove(fileAt: slot.path)
        let empty = try emptyFile.withLock { known in
            let empty = try known ?? AccountStore.emptyImage()
            known = empty
            return empty
        }
        try AccountStore.write(image: empty, to: slot.path)
        let store = try AccountStore.open(.file(path: slot.path), readerCount: 0)
        var opening = opening(slot.name, clockStart: order.clockStart ?? setup.clockStart)
        opening.ordered = setup.settings.merging(order.settings)
        return try opening.begin(in: store, with: seed)
    }

    private func beginCopy(
        _ slot: WorldSlot,
        _ image: [UInt8],
        _ order: WorldOrder,
        _ identity: WorldIdentity,
        ofMain: Bool
    ) throws -> World {
        AccountStore.remove(fileAt: slot.path)
        try AccountStore.write(image: image, to: slot.path)
        let store = try AccountStore.open(.file(path: slot.path), readerCount: 0)
        if order.ownsAuthority { try store.forgetAuthorityKeys() }
        let known = try opening(slot.name).resumeClock(in: store)
        try store.become(identity)
        var opening = opening(slot.name, clockStart: order.clockStart ?? .system)
        // What was chosen for the process is in force in `default`, and not in its file.
        opening.ordered = ofMain ? setup.settings.merging(order.settings) : order.settings
        return try opening.resume(known, in: store)
    }

    private func removeFiles(of slot: WorldSlot) {
        AccountStore.remove(fileAt: slot.path)
        AccountStore.remove(fileAt: slot.startPath)
        try? FileManager.default.removeItem(atPath: slot.snapshotsPath)
    }
}

extension WorldOrder.Beginning {
    /// How a world remembers what it began from.
    var json: String {
        switch self {
        case .seed: #"{"kind":"seed"}"#
        case .fork(let origin): #"{"kind":"fork","of":"\#(origin)"}"#
        case .snapshot(let name, let origin):
            #"{"kind":"snapshot","snapshot":"\#(name)","of":"\#(origin)"}"#
        }
    }
}
