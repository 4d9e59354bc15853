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
        let isThere = try reserve(name, replaces: order.replaces)
        defer { table.withLock { _ = $0.reserved.remove(name) } }
        let slot = WorldSlot(
            name: name,
            path: "\(setup.directory)/\(name).sqlite",
            journal: setup.makeJournal(of: name)
        )
        if isThere {
            try replace(slot, order)
        } else {
            do throws(WorldsError) {
                let world = try begin(slot, order)
                slot.open.withLock { $0 = world }
            } catch {
                removeFiles(of: slot)
                throw error
            }
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
        closeIdle()
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
            closings.add(1, ordering: .relaxed)
            // Whoever waits for something there need not wait any longer.
            slot.journal.finish()
            let store = world?.store ?? slot.latestStore.withLock(\.store)
            store?.mailArrivals.notify()
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
        // Held, so that nobody wakes the world meanwhile: one at a time can open the file.
        let identity = slot.open.withLock { world in
            let store = world?.store ?? (try? AccountStore.open(location, readerCount: 0))
            return (try? store?.identity()) ?? nil
        }
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
        if let time = order.clockStart.time, !PrivateCA.issues(at: time) {
            throw WorldsError(.refused, Self.sentence(about: .outOfRange(time)))
        }
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

    /// What of the clock in an order cannot be, and what to do about it.
    private static func sentence(about refusal: ClockRefusal) -> String {
        switch refusal {
        case .past(let now, let wanted):
            "clock.now is \(wanted), and what the world begins from is at \(now) already: a clock "
                + "only moves forward, so give a later time, or leave clock.now out"
        case .outOfRange(let time):
            "clock.now is \(time), and the CA of a world issues from \(PrivateCA.startDate) until "
                + "before \(PrivateCA.endDate) only: give a time between"
        default: refusal.sentence(about: "the new world")
        }
    }

    /// Takes a name while its world is being made.
    ///
    /// - Returns: Whether there is a world of that name, which is to be replaced.
    private func reserve(_ name: String, replaces: Bool) throws(WorldsError) -> Bool {
        try table.withLock { (table) throws(WorldsError) in
            let isThere = table.slots[name] != nil
            guard !isThere || replaces, !table.reserved.contains(name) else {
                throw WorldsError(
                    .exists,
                    "there is a world \(name) already: delete it, reset it, choose another name, "
                        + #"or say "replace": true"#
                )
            }
            guard !isThere else {
                table.reserved.insert(name)
                return true
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
            return false
        }
    }

    /// Makes a world beside the one that it replaces, and deletes that one once it is whole.
    ///
    /// A process that is killed meanwhile leaves the one or the other, or unfinished files that the
    /// next one removes.
    private func replace(_ slot: WorldSlot, _ order: WorldOrder) throws(WorldsError) {
        let draft = WorldSlot(
            name: slot.name,
            path: "\(setup.directory)/\(slot.name).draft\(AccountStore.unfinishedEnding)",
            startPath: "\(setup.directory)/\(slot.name).start\(AccountStore.unfinishedEnding)",
            journal: Journal()
        )
        let whole = "\(setup.directory)/\(slot.name).whole\(AccountStore.unfinishedEnding)"
        defer {
            AccountStore.remove(fileAt: draft.path)
            AccountStore.remove(fileAt: draft.startPath)
            AccountStore.remove(fileAt: whole)
        }
        let world = try begin(draft, order)
        do {
            try world.settle()
            try world.store.writeImage(to: whole)
            do throws(WorldsError) {
                try delete(slot.name)
            } catch {
                // Somebody else deleted it meanwhile.
                guard error.kind == .missing else { throw error }
            }
            try AccountStore.move(fileAt: draft.startPath, to: slot.startPath)
            try AccountStore.move(fileAt: whole, to: slot.path)
        } catch let error as WorldsError {
            throw error
        } catch {
            throw WorldsError(.failed, "world \(slot.name): \(error)")
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
                AccountStore.remove(fileAt: slot.path)
                try copy(origin, to: slot.path, needsAuthority: !order.ownsAuthority)
                let ofMain = name == WorldName.main
                world = try beginCopy(slot, order, identity, ofMain: ofMain)
            case .snapshot(let snapshot, let name):
                let origin = try existingSlot(named: name)
                let copy = try checked(snapshot, of: origin)
                AccountStore.remove(fileAt: slot.path)
                try copy.writeImage(to: slot.path)
                let ofMain = name == WorldName.main
                world = try beginCopy(slot, order, identity, ofMain: ofMain)
            }
            try keepStart(of: world, identity, at: slot.startPath)
            // What it was made from has passed through its pages, and is not needed again.
            try world.store.releaseMemory()
            return world
        } catch let error as WorldsError {
            throw error
        } catch let error as SeedError {
            throw WorldsError(.refused, "\(error)")
        } catch let error as WorldError where error.clockRefusal != nil {
            let refusal = error.clockRefusal.map(Self.sentence)
            throw WorldsError(.refused, refusal ?? error.description)
        } catch {
            throw WorldsError(.failed, "world \(slot.name): \(error)")
        }
    }

    /// Keeps a world that nobody knows yet as it began, for resets.
    private func keepStart(
        of world: World,
        _ identity: WorldIdentity,
        at path: String
    ) throws {
        var kept = identity
        kept.copiedAt = setup.systemTime().timestamp
        try world.settle()
        try world.store.become(kept)
        try world.store.writeImage(to: path)
        try world.store.become(identity)
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
        var opening = opening(
            slot.name,
            clockStart: order.clockStart.completed(by: setup.clockStart)
        )
        opening.ordered = setup.settings.merging(order.settings)
        return try opening.begin(in: store, with: seed)
    }

    /// Makes a world of the copy of another one that lies in its place.
    private func beginCopy(
        _ slot: WorldSlot,
        _ order: WorldOrder,
        _ identity: WorldIdentity,
        ofMain: Bool
    ) throws -> World {
        let store = try AccountStore.open(.file(path: slot.path), readerCount: 0)
        if order.ownsAuthority { try store.forgetAuthorityKeys() }
        let known = try opening(slot.name).resumeClock(in: store)
        try store.become(identity)
        var opening = opening(slot.name, clockStart: order.clockStart)
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
