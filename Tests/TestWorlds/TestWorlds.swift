package import AccountModel
internal import AccountStore
internal import FoundationEssentials
internal import OpenSSLBridge
internal import Synchronization
package import World

/// The worlds of a process that a test makes.
///
/// `default` is in memory, others are in a directory that goes with them; their CAs have keys that
/// are quickly made.
package final class TestWorlds {
    /// The worlds.
    package let worlds: Worlds

    /// What the system's clock shows.
    package let clock = TestClock()

    private let directory: String

    /// Makes them.
    ///
    /// - Parameters:
    ///   - seed: What `default` begins with; the tutorial's data without one.
    ///   - change: Changes how further worlds are made.
    /// - Throws: When the directory or the world cannot be made.
    package init(
        seed: Seed? = nil,
        _ change: (inout Worlds.Setup) -> Void = { _ in }
    ) throws {
        // A process may end while the CA's key is still being made; this lets it.
        TLSContext.prepareProcess()
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "mock-digicert-one-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        directory = folder.path
        let systemTime: @Sendable () -> Instant = { [clock] in clock.now.instant }
        let settings = ChosenSettings(all: WorldSettings(caKeyAlgorithm: .p256))
        let main = try World.open(
            name: WorldName.main,
            at: .memory,
            readerCount: 1,
            settings: settings,
            seed: seed ?? Seed.tutorial(),
            systemTime: systemTime
        )
        var setup = Worlds.Setup(
            directory: directory,
            seed: { try Seed.tutorial() },
            systemTime: systemTime
        )
        setup.settings = settings
        change(&setup)
        worlds = Worlds(setup, main: main)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }
}

/// A clock that goes on when a test lets it.
package final class TestClock: Sendable {
    /// What it shows at first: 2025-10-20T00:00:00Z.
    package static let begin = Timestamp(secondsSince1970: 1_760_918_400)

    private let seconds = Mutex<Int64>(0)

    /// What it shows.
    package var now: Timestamp { Self.begin.adding(seconds: seconds.withLock { $0 }) }

    /// Lets it go on.
    ///
    /// - Parameter count: How many seconds.
    package func advance(_ count: Int64) { seconds.withLock { $0 += count } }
}
