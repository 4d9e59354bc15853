import Synchronization

/// Decides which failed handshakes are worth a line: one per client, name and reason a minute.
///
/// A client that does not trust the certificate tries again and again; a person needs to read it
/// once.
package final class HandshakeComplaints: Sendable {
    private struct Key: Hashable {
        let host: String
        let serverName: String?
        let alert: UInt8?
    }

    /// How long one line is enough.
    private static let quietSeconds: Int64 = 60

    /// Clients that are remembered; beyond that all are forgotten, and a line too many is written.
    private static let rememberedMax = 1_024

    private let lastSeconds = Mutex<[Key: Int64]>([:])

    /// Starts with no memory.
    package init() {}

    /// Whether to write the line now.
    ///
    /// - Parameters:
    ///   - remoteAddress: The client's address, with its port, which does not count.
    ///   - serverName: The name it called.
    ///   - alert: The alert it sent.
    ///   - now: Seconds of the system's clock.
    /// - Returns: True once per minute and client.
    package func isDue(
        remoteAddress: String,
        serverName: String?,
        alert: UInt8?,
        now: Int64
    ) -> Bool {
        let host = remoteAddress.lastIndex(of: ":").map { String(remoteAddress[..<$0]) }
        let key = Key(host: host ?? remoteAddress, serverName: serverName, alert: alert)
        return lastSeconds.withLock { lastSeconds in
            if let last = lastSeconds[key], now - last < Self.quietSeconds { return false }
            if lastSeconds.count >= Self.rememberedMax { lastSeconds.removeAll() }
            lastSeconds[key] = now
            return true
        }
    }
}
