package import AccountModel
package import AccountStore
internal import FoundationEssentials
package import PrivateCA
import Synchronization

/// The worlds of a process, by name: open, or dormant until somebody asks for them.
///
/// The world `default` is always there and always open. All others lie in files beside its file;
/// those that were not asked for longest are closed when too many are open.
package final class Worlds: Sendable {
    /// What every world of the process has in common.
    package struct Setup: Sendable {
        /// The directory of the worlds' files.
        package let directory: String

        /// What was chosen for all worlds where the vendor is silent.
        package var settings = ChosenSettings()

        /// What a new world contains where nobody says otherwise.
        package let seed: @Sendable () throws -> Seed

        /// An issuing authority that a person brought; nil lets each world have its own.
        package var given: GivenAuthority?

        /// How the clock of `default` begins, and of worlds from a seed whose order names no time.
        package var clockStart = ClockStart.system

        /// Whether the first request to an unknown world makes it.
        package var makesOnFirstUse = false

        /// What time the system's clock has.
        package let systemTime: @Sendable () -> Instant

        /// The number from which all chance of the worlds follows; nil lets nobody foresee it.
        package var randomSeed: UInt64?

        /// How many worlds there may be.
        package var countMax = 5_000

        /// How many of them are open at one time.
        package var openMax = 200

        /// How much the journal of each world keeps.
        package var journalLimits = JournalLimits.standard

        /// How much all journals keep together.
        package var journalBudget = JournalBudget()

        /// How many snapshots a world may have.
        package var snapshotsMax = 100

        /// Puts together what worlds have in common.
        ///
        /// - Parameters:
        ///   - directory: The directory of the worlds' files.
        ///   - seed: What a new world contains where nobody says otherwise.
        ///   - systemTime: What time the system's clock has.
        package init<Moment: InstantConvertible>(
            directory: String,
            seed: @escaping @Sendable () throws -> Seed,
            systemTime: @escaping @Sendable () -> Moment
        ) {
            self.directory = directory
            self.seed = seed
            self.systemTime = { systemTime().instant }
        }
    }

    /// What is found by name.
    struct Table {
        var slots: [String: WorldSlot] = [:]
        var names: [WorldTag: String] = [:]
        /// Names of worlds that are being made.
        var reserved: Set<String> = []
    }

    let setup: Setup
    let table: Mutex<Table>
    let mainSlot: WorldSlot

    /// Whether there is any world but `default`, for those who ask on every request.
    private let others = Atomic<Bool>(false)

    /// Held while a world is made on its first use: two first requests make it once.
    private let firstUse = Mutex<Void>(())

    /// Keys for the CAs of worlds to come; nil where keys follow from a seed.
    private let spares: SpareKeys?

    /// A file in which no world has begun, for those to come; nil until the first is made.
    let emptyFile = Mutex<[UInt8]?>(nil)

    /// How often a world was closed or deleted.
    let closings = Atomic<Int>(0)

    /// How many names were made up so far.
    let namesMadeUp = Atomic<Int>(0)

    /// Who wants to be told when a world was reset or restored, and is another object now.
    package let replacements = Watchers()

    private let observers = Mutex<[@Sendable (String) -> Void]>([])

    /// Takes up the worlds of a process; files are looked into when somebody asks for them.
    ///
    /// - Parameters:
    ///   - setup: What they have in common.
    ///   - main: The world `default`, open.
    package init(_ setup: Setup, main: World) {
        self.setup = setup
        spares = setup.randomSeed == nil ? SpareKeys() : nil
        mainSlot = WorldSlot(
            name: WorldName.main,
            path: "\(setup.directory)/\(WorldName.main).sqlite",
            open: main,
            expires: WorldSlot.noExpiry,
            journal: setup.makeJournal(of: WorldName.main)
        )
        var table = Table()
        let files = (try? FileManager.default.contentsOfDirectory(atPath: setup.directory)) ?? []
        let now = setup.systemTime().timestamp.secondsSince1970
        for file in files {
            if AccountStore.isUnfinished(file) {
                AccountStore.remove(fileAt: "\(setup.directory)/\(file)")
            }
            guard file.hasSuffix(".sqlite") else { continue }
            let name = String(file.dropLast(".sqlite".count))
            guard name != WorldName.main, WorldName.problem(name) == nil else { continue }
            let slot = WorldSlot(
                name: name,
                path: "\(setup.directory)/\(file)",
                journal: setup.makeJournal(of: name)
            )
            slot.lastUsedSeconds.store(now, ordering: .relaxed)
            table.slots[name] = slot
            table.names[WorldTag(name: name)] = name
        }
        others.store(!table.slots.isEmpty, ordering: .relaxed)
        table.slots[WorldName.main] = mainSlot
        table.names[WorldTag(name: WorldName.main)] = WorldName.main
        self.table = Mutex(table)
    }

    /// The world that every connection reaches unless something says otherwise.
    package var main: World {
        mainSlot.open.withLock { world in
            // It is set once when the process starts, and only ever replaced by another one.
            guard let world else { preconditionFailure("the world default is always open") }
            return world
        }
    }

    /// Whether there is any world but `default`; cheap enough to be asked on every request.
    package var hasOthers: Bool { others.load(ordering: .relaxed) }

    /// Whether the first request to an unknown world makes it.
    package var makesOnFirstUse: Bool { setup.makesOnFirstUse }

    /// How often a world was closed or deleted: what it took may be given back to the system.
    package var closingCount: Int { closings.load(ordering: .relaxed) }

    /// Finds a world, and opens it if it is dormant.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The world, or nil where there is none of that name.
    /// - Throws: ``WorldError`` when its file cannot be opened.
    package func world(named name: String) throws(WorldError) -> World? {
        if name == WorldName.main { return main }
        guard let slot = slot(named: name) else { return nil }
        return try open(slot)
    }

    /// The name of the world in which a credential was made.
    ///
    /// - Parameter tag: What the credential carries.
    /// - Returns: The name, or nil where no world has that tag.
    package func name(of tag: WorldTag) -> String? { table.withLock { $0.names[tag] } }

    /// Whether there is a world of a name, open or not.
    ///
    /// - Parameter name: The name.
    /// - Returns: Whether there is.
    package func contains(_ name: String) -> Bool { slot(named: name) != nil }

    /// The places of all worlds, by name.
    package var slots: [WorldSlot] {
        table.withLock { $0.slots.values.sorted { $0.name < $1.name } }
    }

    /// Calls somebody whenever a world is gone.
    ///
    /// - Parameter observer: Gets the name of the world that was deleted.
    package func observeDeletions(_ observer: @escaping @Sendable (String) -> Void) {
        observers.withLock { $0.append(observer) }
    }

    /// How a world of a name would come into being.
    ///
    /// - Parameter name: The name.
    /// - Returns: A clause for a person.
    package static func advice(toCreate name: String) -> String {
        #"create it with POST /worlds {"name":"\#(name)"} on the control listener"#
    }

    func slot(named name: String) -> WorldSlot? { table.withLock { $0.slots[name] } }

    /// The slot of a world that must be there.
    func existingSlot(named name: String) throws(WorldsError) -> WorldSlot {
        if let slot = slot(named: name) { return slot }
        throw WorldsError(
            .missing,
            "there is no world \(name); \(Self.advice(toCreate: name))"
        )
    }

    /// Adds a place, or takes it away.
    func noteOthers() {
        let hasOthers = table.withLock { $0.slots.count > 1 }
        others.store(hasOthers, ordering: .relaxed)
    }

    func tellDeletion(of name: String) {
        for observer in observers.withLock(\.self) { observer(name) }
    }
}

extension Worlds {
    /// Stores sign-ins that wait in any open world; not to be called for each request.
    ///
    /// - Returns: A sentence for each world where that fails.
    package func storeSignIns() -> [String] {
        let waiting =
            hasOthers
            ? slots.compactMap { $0.open.withLock(\.self) }.filter(\.signIns.isWaiting) : [main]
        var problems: [String] = []
        for world in waiting {
            do throws(StoreError) {
                try world.storeSignIns()
            } catch {
                problems.append(
                    "sign-ins are missing in the audit log of world \(world.name) until its "
                        + "database can be written: \(error)"
                )
            }
        }
        return problems
    }

    /// Stores what open worlds have only noted: sign-ins, counts of faults, numbers of chance.
    ///
    /// What cannot be stored is what a kill would lose, too.
    package func settle() {
        for slot in slots {
            guard let world = slot.open.withLock(\.self) else { continue }
            try? world.settle()
        }
    }

    /// Makes a world that somebody asked for by its name alone, unless it is there meanwhile.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The world, and whether this call made it.
    /// - Throws: ``WorldsError`` when it cannot be made or opened.
    package func makeOnFirstUse(
        _ name: String
    ) throws(WorldsError) -> (world: World, isNew: Bool) {
        try firstUse.withLock { _ throws(WorldsError) in
            do throws(WorldError) {
                if let world = try world(named: name) { return (world, false) }
            } catch {
                throw WorldsError(.failed, "\(error)")
            }
            return (try make(WorldOrder(name: name)), true)
        }
    }
}

// MARK: - Open and dormant

extension Worlds {
    /// The opening of a world by its name.
    ///
    /// What was chosen for the process wins in `default` again at each start; the others remember
    /// it from their beginning.
    func opening(_ name: String, clockStart: ClockStart = .system) -> Opening {
        Opening(
            name: name,
            chosen: name == WorldName.main ? setup.settings : ChosenSettings(),
            given: setup.given,
            clockStart: clockStart,
            systemTime: setup.systemTime,
            randomSeed: setup.randomSeed,
            makesKey: name == WorldName.main ? .atOnce : .whenNeeded(spares)
        )
    }

    /// The world of a slot, opened if it is dormant.
    func open(_ slot: WorldSlot) throws(WorldError) -> World {
        let now = setup.systemTime().timestamp.secondsSince1970
        slot.lastUsedSeconds.store(now, ordering: .relaxed)
        return try slot.open.withLock { (open) throws(WorldError) -> World in
            if let open { return open }
            let world = try wake(slot)
            open = world
            return world
        }
    }

    private func wake(_ slot: WorldSlot) throws(WorldError) -> World {
        let location = AccountStore.Location.file(path: slot.path)
        do {
            // Somebody who waits for something may hold the store of before, and with it the file.
            let store =
                try slot.latestStore.withLock(\.store)
                ?? AccountStore.open(location, readerCount: 0)
            guard let known = try store.state() else {
                throw WorldError(
                    description: "its file has no world in it: delete it with DELETE "
                        + "/worlds/\(slot.name) on the control listener"
                )
            }
            let expiry = try store.identity()?.expiresAfterIdleSeconds ?? WorldSlot.noExpiry
            slot.expiresAfterIdleSeconds.store(expiry, ordering: .relaxed)
            return try opening(slot.name).resume(known, in: store)
        } catch let error as StoreError {
            throw WorldError(
                description: "world \(slot.name): \(error.sentence(about: location))"
            )
        } catch {
            throw WorldError(description: "world \(slot.name): \(error)")
        }
    }

    /// How long after its last use a world is sure not to be at work, in seconds.
    private static let quietSeconds: Int64 = 2

    /// Closes the worlds that nobody has asked for longest, where too many are open.
    ///
    /// To be called every second or so, and not on an event loop: who wakes one world shall not
    /// wait until another one is closed.
    package func closeIdle() {
        let now = setup.systemTime().timestamp.secondsSince1970
        let all = table.withLock { Array($0.slots.values) }
        let open = all.filter { $0 !== mainSlot && !$0.isDormant }
        guard open.count > setup.openMax else { return }
        let byUse = open.sorted {
            $0.lastUsedSeconds.load(ordering: .relaxed)
                < $1.lastUsedSeconds.load(ordering: .relaxed)
        }
        for slot in byUse.prefix(open.count - setup.openMax)
        where now - slot.lastUsedSeconds.load(ordering: .relaxed) >= Self.quietSeconds {
            close(slot)
        }
    }

    /// Makes a world dormant.
    func close(_ slot: WorldSlot) {
        slot.open.withLock { open in
            // What cannot be stored now must not be lost: the world stays open.
            guard let world = open, (try? world.settle()) != nil else { return }
            slot.latestStore.withLock { $0.store = world.store }
            open = nil
            closings.add(1, ordering: .relaxed)
        }
    }
}
