import AccountModel
import HTTP
package import HTTPServer
package import World

/// Takes what the transport tells to the journal of the world that it happened in.
///
/// What is asked of the control listener is no part of any world, and is not noted.
package struct JournalRecorder: Sendable {
    private let worlds: Worlds
    private let systemNanoseconds: @Sendable () -> Int64

    /// Makes a recorder.
    ///
    /// - Parameters:
    ///   - worlds: Whose journals are written.
    ///   - systemNanoseconds: What time the system's clock has, in nanoseconds since 1970.
    package init(worlds: Worlds, systemNanoseconds: @escaping @Sendable () -> Int64) {
        self.worlds = worlds
        self.systemNanoseconds = systemNanoseconds
    }

    /// Takes note of an answered request.
    ///
    /// - Parameter exchange: The request and its answer.
    package func record(_ exchange: Exchange) {
        guard exchange.connection.listener != ListenerName.control.rawValue else { return }
        let (name, journal) = journal(exchange.response.world ?? exchange.connection.world)
        journal?.append(
            JournalEntry.Exchange(exchange),
            worldTime: worlds.time(in: name),
            systemNanoseconds: systemNanoseconds()
        )
    }

    /// Takes note of a handshake.
    ///
    /// - Parameters:
    ///   - facts: What is known of it.
    ///   - isComplete: Whether it came to its end.
    ///   - reason: What in the world made it go wrong; nil without such a thing.
    package func record(_ facts: HandshakeFacts, isComplete: Bool, reason: String? = nil) {
        let (name, journal) = journal(facts.world ?? WorldName.main)
        var handshake = JournalEntry.Handshake(facts, isComplete: isComplete)
        handshake.reason = reason
        journal?.append(
            handshake,
            worldTime: worlds.time(in: name),
            systemNanoseconds: systemNanoseconds()
        )
    }

    /// Of a world that is not there, or not any longer, the world of all takes note.
    private func journal(_ name: String) -> (name: String, journal: Journal?) {
        if let journal = worlds.journal(of: name) { return (name, journal) }
        return (WorldName.main, worlds.journal(of: WorldName.main))
    }
}

extension JournalEntry.Exchange {
    /// Takes over what the transport tells.
    init(_ exchange: Exchange) {
        if let request = exchange.request {
            self.init(
                requestID: exchange.requestID,
                connection: exchange.connection,
                request: request,
                response: exchange.response,
                microseconds: exchange.microseconds
            )
        } else {
            self.init(
                requestID: exchange.requestID,
                connection: exchange.connection,
                method: exchange.method,
                path: exchange.path,
                status: exchange.status
            )
            version = exchange.version
            answerFields = exchange.response.fields
            answerBody = exchange.response.body
            answerBodyByteCount = exchange.response.body.count
            microseconds = exchange.microseconds
            reason = exchange.reason
        }
        guard !exchange.response.isPlainlyDelivered else { return }
        switch exchange.response.delivery.ending {
        case .whole, .truncate, .dribble:
            break
        case .close, .reset, .stall, .goAway, .refuseStream:
            // The answer was made and never sent.
            status = 0
            answerFields = Fields()
            answerBody = []
            answerBodyByteCount = 0
        }
    }
}

extension JournalEntry.Handshake {
    /// Takes over what the transport tells.
    init(_ facts: HandshakeFacts, isComplete: Bool) {
        self.init(
            connectionID: facts.connectionID,
            listener: facts.listener,
            remoteAddress: facts.remoteAddress,
            localPort: facts.localPort,
            isComplete: isComplete
        )
        serverName = facts.serverName
        offeredProtocols = facts.offeredProtocols
        chosenProtocol = facts.applicationProtocol
        tlsVersion = facts.tlsVersion
        cipher = facts.cipher
        isResumed = facts.isResumed
        asksForClientCertificate = facts.asksForClientCertificate
        presentedChain = facts.presentedChain
        alertReceived = facts.alertReceived
        alertSent = facts.alertSent
        detail = facts.detail
        microseconds = facts.microseconds
    }
}
