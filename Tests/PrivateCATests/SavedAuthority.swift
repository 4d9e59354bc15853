import PrivateCA
import Synchronization

/// Stands in for the world's file: remembers what an authority stored.
final class SavedAuthority: Sendable {
    private let stored = Mutex<[StoredAuthority]>([])

    /// What was stored, oldest first.
    var all: [StoredAuthority] { stored.withLock { $0 } }

    func keep(_ authority: StoredAuthority) {
        stored.withLock { $0.append(authority) }
    }
}
