import AccountModel
package import HTTP
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

    /// Takes note of an answered request, and before it of its connection's handshake where the
    /// world's journal does not have that yet.
    ///
    /// - Parameter exchange: The request and its answer.
    package func record(_ exchange: Exchange) {
        guard exchange.connection.listener != ListenerName.control.rawValue else { return }
        guard let place = place(named: exchange.response.world ?? exchange.connection.world) else {
            return
        }
        note(exchange.connection.handshake, in: place)
        place.journal.append(
            JournalEntry.Exchange(exchange),
            worldTime: worlds.time(in: place.name),
            systemNanoseconds: systemNanoseconds()
        )
    }

    /// Takes note of a completed handshake as soon as its world is known.
    ///
    /// That is at once where host name, port or the certificate's serial number tells it, and
    /// where there is no world but one. Otherwise the first request tells.
    ///
    /// - Parameters:
    ///   - facts: What is known of it.
    ///   - memory: What its connection remembers of it.
    ///   - reason: What in the world made it go wrong; nil without such a thing.
    package func record(
        _ facts: HandshakeFacts,
        keptIn memory: HandshakeMemory,
        reason: String? = nil
    ) {
        memory.keep(
            HandshakeMemory.Kept(
                facts: facts,
                reason: reason,
                systemNanoseconds: systemNanoseconds()
            )
        )
        if let name = world(of: facts) {
            if let place = place(named: name) { note(memory, in: place) }
        } else if !worlds.hasOthers, !worlds.makesOnFirstUse {
            recordEnd(of: memory)
        }
    }

    /// Takes note of a handshake that failed, or of what came in the place of one.
    ///
    /// - Parameters:
    ///   - facts: What is known of it.
    ///   - memory: What its connection remembers, where the client complained afterwards.
    ///   - reason: What in the world made it go wrong; nil without such a thing.
    package func record(
        failed facts: HandshakeFacts,
        of memory: HandshakeMemory? = nil,
        reason: String? = nil
    ) {
        guard let place = place(named: world(of: facts) ?? WorldName.main) else { return }
        if let memory { note(memory, in: place) }
        var handshake = JournalEntry.Handshake(facts, isComplete: false)
        handshake.reason = reason
        place.journal.append(
            handshake,
            worldTime: worlds.time(in: place.name),
            systemNanoseconds: systemNanoseconds()
        )
    }

    /// Takes note of a handshake after which nothing was asked.
    ///
    /// - Parameter memory: What its connection remembers of it.
    package func recordEnd(of memory: HandshakeMemory) {
        guard memory.isWaiting, let place = place(named: WorldName.main) else { return }
        note(memory, in: place)
    }

    /// Where something is noted.
    private typealias Place = (name: String, journal: Journal)

    private func note(_ memory: HandshakeMemory, in place: Place) {
        guard let kept = memory.handshake(firstIn: place.journal.number) else { return }
        var handshake = JournalEntry.Handshake(kept.facts, isComplete: true)
        handshake.reason = kept.reason
        place.journal.append(
            handshake,
            worldTime: worlds.time(in: place.name),
            systemNanoseconds: kept.systemNanoseconds
        )
    }

    /// The world that a handshake tells without any request; nil where it does not.
    private func world(of facts: HandshakeFacts) -> String? {
        let named = facts.world ?? WorldName.main
        if named != WorldName.main {
            return worlds.makesOnFirstUse && !worlds.contains(named) ? nil : named
        }
        guard worlds.hasOthers, let leaf = facts.presentedChain.first else { return nil }
        return WorldTag.ofSerial(leaf.serialNumber).flatMap { worlds.name(of: $0) }
    }

    /// Of a world that is not there, or not any longer, the world of all takes note.
    private func place(named name: String) -> Place? {
        if let journal = worlds.journal(of: name) { return (name, journal) }
        return worlds.journal(of: WorldName.main).map { (WorldName.main, $0) }
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
