internal import HTTP
package import HTTPServer
internal import OpenSSLBridge
import Synchronization

/// What a program that ran in a private world was refused: the last of it, in words.
package final class TrafficWitness: Sendable {
    /// How many refusals are kept.
    package static let refusalsMax = 10

    private struct State {
        var requests = 0
        var refusals: [String] = []
        var refusalCount = 0
        var distrustful: [String] = []
    }

    private let state = Mutex(State())

    /// Begins with nothing seen.
    package init() {}

    /// Takes note of an answered request.
    ///
    /// - Parameter exchange: The request and its answer.
    package func record(_ exchange: Exchange) {
        guard exchange.connection.listener != ListenerName.control.rawValue else { return }
        let line: String? =
            exchange.status < 400
            ? nil
            : "\(exchange.method) \(exchange.path) \(exchange.status)"
                + (exchange.principal.map { " as \($0)" } ?? "")
                + (exchange.reason.map { ": \($0)" } ?? "") + " (\(exchange.requestID))"
        state.withLock { state in
            state.requests += 1
            guard let line else { return }
            state.refusalCount += 1
            state.refusals.append(LogText.escaped(line))
            if state.refusals.count > Self.refusalsMax { state.refusals.removeFirst() }
        }
    }

    /// Takes note of a client that would not go on with the handshake.
    ///
    /// - Parameter facts: What is known of the handshake.
    package func record(_ facts: HandshakeFacts) {
        let name = facts.serverName ?? "no name"
        let detail = facts.detail ?? "no reason is known"
        let line =
            facts.alertReceived.map { TLSAlert($0).meansDistrust } == true
            ? "a client that asked for \(name) does not trust the mock: it reads none of the trust "
                + "variables, give it the file in MOCK_WORLD_CA_FILE"
            : "a handshake for \(name) failed: \(detail)"
        state.withLock { state in
            guard !state.distrustful.contains(line), state.distrustful.count < Self.refusalsMax
            else { return }
            state.distrustful.append(line)
        }
    }

    /// What there is to say when the program failed.
    ///
    /// - Parameter apiURL: Where the world was.
    /// - Returns: Whole lines.
    package func report(apiURL: String) -> String {
        let state = state.withLock(\.self)
        var lines: [String] = []
        if state.requests == 0 {
            lines.append("no request reached the mock at \(apiURL)")
        } else if state.refusalCount == 0 {
            lines.append("the mock refused none of \(state.requests) requests")
        } else {
            let isCut = state.refusalCount > state.refusals.count
            lines.append(
                "the mock refused \(state.refusalCount) of \(state.requests) requests"
                    + (isCut ? "; the last \(state.refusals.count):" : ":")
            )
            lines += state.refusals.map { "  \($0)" }
        }
        lines += state.distrustful
        return lines.map { "mock-digicert-one: \($0)\n" }.joined()
    }
}
