import HTTPServer
import OpenSSLBridge
package import World

/// What a program that ran in a private world was refused: the last of it, in words.
package struct RefusalReport: Sendable {
    /// How many refusals are told.
    package static let refusalsMax = 10

    private let entries: [JournalEntry]
    private let apiURL: String

    /// Looks back at what a program did.
    ///
    /// - Parameters:
    ///   - entries: The journals of the worlds that it asked.
    ///   - apiURL: Where the first of them was.
    package init(of entries: [JournalEntry], apiURL: String) {
        self.entries = entries.sorted { $0.systemNanoseconds < $1.systemNanoseconds }
        self.apiURL = apiURL
    }

    /// Whole lines for standard error.
    package var text: String {
        (requestLines + handshakeLines).map { "mock-digicert-one: \(LogText.escaped($0))\n" }
            .joined()
    }

    private var requestLines: [String] {
        let exchanges = entries.compactMap(\.exchange).filter {
            $0.connection.listener != ListenerName.control.rawValue
        }
        let refusals = exchanges.filter { $0.status >= 400 || $0.status == 0 }
        guard !exchanges.isEmpty else { return ["no request reached the mock at \(apiURL)"] }
        guard !refusals.isEmpty else {
            return ["the mock refused none of \(exchanges.count) requests"]
        }
        let told = refusals.suffix(Self.refusalsMax)
        let isCut = told.count < refusals.count
        return [
            "the mock refused \(refusals.count) of \(exchanges.count) requests"
                + (isCut ? "; the last \(told.count):" : ":")
        ] + told.map(Self.line)
    }

    private static func line(_ exchange: JournalEntry.Exchange) -> String {
        "  \(exchange.method) \(exchange.path) "
            + (exchange.status == 0 ? "without an answer" : "\(exchange.status)")
            + (exchange.principal.map { " as \($0)" } ?? "")
            + (exchange.reason.map { ": \($0)" } ?? "") + " (\(exchange.requestID))"
    }

    /// Each once: a client that fails so tries again.
    private var handshakeLines: [String] {
        var lines: [String] = []
        for handshake in entries.compactMap(\.handshake) where !handshake.isComplete {
            let name = handshake.serverName ?? "no name"
            let isDistrust =
                handshake.alertReceived.map { TLSAlert($0).meansDistrust } ?? false
            let line =
                isDistrust
                ? "a client that asked for \(name) does not trust the mock: it reads none of the "
                    + "trust variables, give it the file in MOCK_WORLD_CA_FILE"
                : "a handshake for \(name) failed: \(handshake.detail ?? "no reason is known")"
            if !lines.contains(line) { lines.append(line) }
        }
        return lines.suffix(Self.refusalsMax)
    }
}
