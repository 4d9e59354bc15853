import HTTP

/// A body on its way, a few bytes at a time.
struct Dribble {
    /// What is not yet sent.
    private var rest: ArraySlice<UInt8>

    /// How many bytes go out at a time.
    private let step: Int

    /// How long nothing is sent between them.
    let pause: Duration

    init(_ body: [UInt8], bytes: Int, every pause: Duration) {
        rest = body[...]
        step = max(bytes, 1)
        self.pause = pause
    }

    /// Takes what goes out next; empty at the end.
    mutating func next() -> ArraySlice<UInt8> {
        defer { rest = rest.dropFirst(step) }
        return rest.prefix(step)
    }

    /// Whether everything is sent.
    var isOver: Bool { rest.isEmpty }

    /// Takes all that is left.
    mutating func remainder() -> ArraySlice<UInt8> {
        defer { rest = [] }
        return rest
    }
}

/// Answers that go out in another way than at once and whole.
extension HTTP1Exchanges {
    /// Sends an answer in the way that it asks for.
    func deliver(_ response: Response, of answering: Answering, on connection: Connection) {
        let delay = response.delivery.delay
        guard delay > .zero, !isDraining else {
            return conclude(response, of: answering, on: connection)
        }
        activity = .delayed(answering, response)
        connection.loop.setTimer(for: connection, token: token, in: delay)
    }

    func timerFired(_ token: Int64, on connection: Connection) {
        guard token == self.token else { return }
        switch activity {
        case .delayed(let answering, let response):
            activity = .none
            conclude(response, of: answering, on: connection)
        case .dribbling(let answering, var dribble):
            connection.outbound.bytes += dribble.next()
            go(on: dribble, of: answering, connection: connection)
        case .none, .working, .waiting, .streaming, .stalled: break
        }
    }

    /// Ends at once what only waits for time to pass.
    func hurry(on connection: Connection) {
        switch activity {
        case .delayed(let answering, let response):
            activity = .none
            conclude(response, of: answering, on: connection)
        case .dribbling(let answering, var dribble):
            connection.outbound.bytes += dribble.remainder()
            go(on: dribble, of: answering, connection: connection)
        case .stalled:
            // The client has waited for nothing so far, and need not be waited for.
            connection.transport.finishWriting()
            connection.close()
        case .none, .working, .waiting, .streaming: break
        }
    }

    /// Does what an answer is to come to, its delay being over.
    private func conclude(
        _ response: Response,
        of answering: Answering,
        on connection: Connection
    ) {
        switch response.delivery.ending {
        case .truncate(let count) where count >= response.body.count:
            // There is nothing to leave out.
            let keepsAlive = answering.keepsAlive
            return send(response, of: answering.pending, keepsAlive: keepsAlive, on: connection)
        case .whole:
            let keepsAlive = answering.keepsAlive
            return send(response, of: answering.pending, keepsAlive: keepsAlive, on: connection)
        case .truncate(let count):
            let body = sendHead(response, of: answering, on: connection)
            connection.outbound.bytes += body.prefix(max(count, 0))
            connection.closesWhenSent = true
            return
        case .dribble(let count, let pause):
            let body = sendHead(response, of: answering, on: connection)
            var dribble = Dribble(body, bytes: count, every: pause)
            connection.outbound.bytes += isDraining ? dribble.remainder() : dribble.next()
            return go(on: dribble, of: answering, connection: connection)
        case .close, .goAway, .reset, .refuseStream, .stall: break
        }
        // Nothing of the answer is sent, and all the same there was one.
        var response = response
        connection.finish(&response, of: answering.pending)
        switch response.delivery.ending {
        case .reset, .refuseStream: connection.reset()
        case .stall where !isDraining: activity = .stalled
        case .whole, .truncate, .dribble, .close, .goAway, .stall:
            connection.closesWhenSent = true
        }
    }

    /// Sends the head of an answer with the length of its whole body.
    ///
    /// - Returns: The body that may follow it.
    private func sendHead(
        _ response: Response,
        of answering: Answering,
        on connection: Connection
    ) -> [UInt8] {
        var response = response
        connection.finish(&response, of: answering.pending)
        ResponseEncoder.append(
            response,
            to: &connection.outbound.bytes,
            version: answering.pending.version,
            isHead: true,
            keepsAlive: answering.keepsAlive && !isDraining
        )
        let hasBody = !answering.pending.isHead && ResponseEncoder.mayHaveBody(response.status)
        return hasBody ? response.body : []
    }

    /// Waits for the time of the next bytes, or ends the answer.
    private func go(on dribble: Dribble, of answering: Answering, connection: Connection) {
        guard dribble.isOver else {
            activity = .dribbling(answering, dribble)
            connection.loop.setTimer(for: connection, token: token, in: dribble.pause)
            return
        }
        activity = .none
        if !answering.keepsAlive || isDraining { connection.closesWhenSent = true }
    }
}
