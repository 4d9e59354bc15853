import Synchronization
import World

/// Which rule let a handshake go wrong, from the moment it does until the handshake is journaled.
///
/// A rule acts within OpenSSL's callbacks, where there is no entry yet; a client's address and port
/// are its alone until then.
final class HandshakeFaults: Sendable {
    /// More handshakes than can be under way: what was never journaled must not stay for ever.
    static let countMax = 20_000

    private let decisions = Mutex<[String: FaultDecision]>([:])

    /// Notes what acts on a handshake.
    ///
    /// - Parameters:
    ///   - decision: The rule and what it does.
    ///   - remoteAddress: The address and port of the client.
    func note(_ decision: FaultDecision, remoteAddress: String) {
        decisions.withLock { decisions in
            if decisions.count >= Self.countMax { decisions.removeAll() }
            decisions[remoteAddress] = decision
        }
    }

    /// Takes what acted on a handshake that is over.
    ///
    /// - Parameter remoteAddress: The address and port of the client.
    /// - Returns: What acted; nil where nothing did.
    func take(remoteAddress: String) -> FaultDecision? {
        decisions.withLock { $0.isEmpty ? nil : $0.removeValue(forKey: remoteAddress) }
    }
}
