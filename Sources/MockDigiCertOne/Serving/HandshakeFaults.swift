import Synchronization

/// Which rule let a handshake go wrong, from the moment it does until the handshake is journaled.
///
/// A rule acts within OpenSSL's callbacks, where there is no entry yet; a client's address and port
/// are its alone until then.
final class HandshakeFaults: Sendable {
    /// More handshakes than can be under way: what was never journaled must not stay for ever.
    static let countMax = 20_000

    private let reasons = Mutex<[String: String]>([:])

    /// Notes what acts on a handshake.
    ///
    /// - Parameters:
    ///   - reason: The rule and what it does, in a person's words.
    ///   - remoteAddress: The address and port of the client.
    func note(_ reason: String, remoteAddress: String) {
        reasons.withLock { reasons in
            if reasons.count >= Self.countMax { reasons.removeAll() }
            reasons[remoteAddress] = reason
        }
    }

    /// Takes what acted on a handshake that is over.
    ///
    /// - Parameter remoteAddress: The address and port of the client.
    /// - Returns: The reason; nil where nothing acted.
    func take(remoteAddress: String) -> String? {
        reasons.withLock { $0.isEmpty ? nil : $0.removeValue(forKey: remoteAddress) }
    }
}
