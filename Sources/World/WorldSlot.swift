package import AccountModel
internal import AccountStore
import Synchronization

/// The place of one world in the process, whether the world is open or dormant.
///
/// A dormant world costs this object and its file: no connection, no descriptor.
package final class WorldSlot: Sendable {
    /// The world's name.
    package let name: String

    /// Its database.
    let path: String

    /// Where the world as it began is kept.
    let startPath: String

    /// Where the world's snapshots are kept.
    let snapshotsPath: String

    /// The world while it is open.
    let open: Mutex<World?>

    /// The store of the world when it was open last.
    let latestStore = Mutex(LatestStore())

    /// What happened in the world, whatever it is reset to; empty when the process starts.
    package let journal: Journal

    /// Held while the world is reset, restored, copied or deleted: one of these at a time.
    let changing = Mutex<Void>(())

    /// The system's seconds when somebody last asked for the world.
    let lastUsedSeconds: Atomic<Int64>

    /// After how many idle seconds it is deleted: -1 never, -2 nobody has looked yet.
    let expiresAfterIdleSeconds: Atomic<Int>

    /// A store that lives as long as somebody uses it.
    struct LatestStore {
        weak var store: AccountStore?
    }

    /// Makes the place of a world.
    init(
        name: String,
        path: String,
        startPath: String? = nil,
        open: World? = nil,
        expires: Int = unknownExpiry,
        journal: Journal
    ) {
        self.name = name
        self.path = path
        let base = String(path.dropLast(".sqlite".count))
        self.startPath = startPath ?? base + ".start"
        snapshotsPath = base + ".snapshots"
        self.journal = journal
        self.open = Mutex(open)
        lastUsedSeconds = Atomic(0)
        expiresAfterIdleSeconds = Atomic(expires)
    }

    /// What stands for a world that is never deleted by itself.
    static let noExpiry = -1

    /// What stands for a world whose file nobody has looked into.
    static let unknownExpiry = -2

    /// Whether the world has no connection to its file.
    package var isDormant: Bool { open.withLock { $0 == nil } }

    /// When somebody last asked for the world, by the system's clock.
    package var lastUsed: Timestamp {
        Timestamp(secondsSince1970: lastUsedSeconds.load(ordering: .relaxed))
    }
}
