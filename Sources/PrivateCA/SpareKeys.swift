package import OpenSSLBridge
import Synchronization

/// Keys that were made before anybody needed them, for authorities of worlds to come.
///
/// An RSA key takes a tenth of a second, and a world that a test has just made shall not wait so
/// long for its first certificate. While authorities without a key are about, one thread makes as
/// many keys as there are such authorities, ``countMax`` at most; then it ends. What is left over
/// waits for the next one. Keys that follow from a seed are no spares.
package final class SpareKeys: Sendable {
    /// How many keys are kept at most; each takes a few kibibytes and, made in vain, a tenth of a
    /// second of one core.
    package static let countMax = 8

    /// Holds a noncopyable key where arrays are.
    private final class Spare: Sendable {
        let key: PrivateKey

        init(_ key: consuming PrivateKey) {
            self.key = key
        }
    }

    private struct Shelf {
        var keys: [Spare] = []
        /// How many authorities have no key yet.
        var expectedCount = 0
    }

    private struct State {
        var shelves: [KeyAlgorithm: Shelf] = [:]
        var isMaking = false
        var isAwaited = false

        /// The kind of key that is short; nil when there are enough.
        var short: KeyAlgorithm? {
            shelves.first { $0.value.keys.count < min($0.value.expectedCount, countMax) }?.key
        }
    }

    private let state = Mutex(State())

    /// Held while a key is made: whoever needs just that one waits here.
    private let oven = Mutex(())

    /// Begins with no keys.
    package init() {}

    /// How many keys of a kind are ready.
    ///
    /// - Parameter algorithm: The kind.
    /// - Returns: The number.
    package func count(of algorithm: KeyAlgorithm) -> Int {
        state.withLock { $0.shelves[algorithm]?.keys.count ?? 0 }
    }

    /// Whether the thread that makes keys is at work.
    var isMaking: Bool { state.withLock { $0.isMaking } }

    /// Whether keys of a kind take so long that spares are worth their room.
    static func areWorthwhile(_ algorithm: KeyAlgorithm) -> Bool {
        if case .rsa = algorithm { true } else { false }
    }

    /// Takes note of an authority that will need a key.
    func expect(_ algorithm: KeyAlgorithm) {
        let begins = state.withLock { state in
            state.shelves[algorithm, default: Shelf()].expectedCount += 1
            guard !state.isMaking, state.short != nil else { return false }
            state.isMaking = true
            return true
        }
        if begins { startThread { self.make() } }
    }

    /// Takes note of an authority that was expected, and needs a key no longer.
    func forget(_ algorithm: KeyAlgorithm) {
        state.withLock { $0.shelves[algorithm, default: Shelf()].expectedCount -= 1 }
    }

    /// Takes a key away; waits for the one that is being made unless somebody does so already.
    ///
    /// - Returns: A key that nobody else has; nil when whoever asks had better make one.
    func take(_ algorithm: KeyAlgorithm) -> PrivateKey? {
        if let key = pop(algorithm) { return key }
        let mayWait = state.withLock { state in
            guard state.isMaking, !state.isAwaited, state.short == algorithm else { return false }
            state.isAwaited = true
            return true
        }
        guard mayWait else { return nil }
        oven.withLock { _ in }
        state.withLock { $0.isAwaited = false }
        return pop(algorithm)
    }

    private func pop(_ algorithm: KeyAlgorithm) -> PrivateKey? {
        guard let spare = state.withLock({ $0.shelves[algorithm]?.keys.popLast() }) else {
            return nil
        }
        return spare.key.shared()
    }

    private func make() {
        while let algorithm = shortage() {
            let isMade = oven.withLock { _ in
                guard let key = try? PrivateKey.generate(algorithm) else { return false }
                let spare = Spare(key)
                state.withLock { $0.shelves[algorithm, default: Shelf()].keys.append(spare) }
                return true
            }
            // Whoever needs a key makes it then, and learns why it cannot be made.
            guard isMade else { return state.withLock { $0.isMaking = false } }
        }
    }

    /// What to make next; nil ends the thread.
    private func shortage() -> KeyAlgorithm? {
        state.withLock { state in
            let short = state.short
            if short == nil { state.isMaking = false }
            return short
        }
    }
}
