import HTTP
import Nghttp2Bridge

/// Answers that go out in another way than at once and whole.
extension HTTP2Exchanges {
    /// Sends an answer in the way that it asks for.
    func deliver(
        _ response: Response,
        of pending: PendingExchange,
        on stream: Int32,
        connection: Connection
    ) {
        let delay = response.delivery.delay
        guard delay > .zero, !isDraining else {
            return conclude(response, of: pending, on: stream, connection: connection)
        }
        held[stream] = .delayed(pending, response)
        connection.loop.setTimer(for: connection, token: Int64(stream), in: delay)
    }

    func timerFired(_ token: Int64, on connection: Connection) {
        let stream = Int32(truncatingIfNeeded: token)
        switch held[stream] {
        case .delayed(let pending, let response):
            held[stream] = nil
            conclude(response, of: pending, on: stream, connection: connection)
        case .dribbling(var dribble):
            session.append(Array(dribble.next()), to: stream)
            go(on: dribble, on: stream, connection: connection)
        case .waiting, .streaming, .stalled, nil: break
        }
    }

    /// Ends at once what only waits for time to pass.
    func hurry(_ answer: Held, on stream: Int32, connection: Connection) {
        switch answer {
        case .delayed(let pending, let response):
            conclude(response, of: pending, on: stream, connection: connection)
        case .dribbling(var dribble):
            session.append(Array(dribble.remainder()), to: stream)
            session.finish(stream)
        case .stalled: session.reset(stream: stream, code: .cancel)
        case .waiting, .streaming: break
        }
    }

    /// Does what an answer is to come to, its delay being over.
    private func conclude(
        _ response: Response,
        of pending: PendingExchange,
        on stream: Int32,
        connection: Connection
    ) {
        switch response.delivery.ending {
        case .whole:
            return sendWhole(response, of: pending, on: stream, connection: connection)
        case .truncate(let count):
            let body = sendCounted(response, of: pending, on: stream, connection: connection)
            session.append(Array(body.prefix(max(count, 0))), to: stream)
            guard count < response.body.count else { return session.finish(stream) }
            return session.finish(stream, by: .cut)
        case .dribble(let count, let pause):
            let body = sendCounted(response, of: pending, on: stream, connection: connection)
            var dribble = Dribble(body, bytes: count, every: pause)
            let first = isDraining ? dribble.remainder() : dribble.next()
            session.append(Array(first), to: stream)
            return go(on: dribble, on: stream, connection: connection)
        case .close, .goAway, .reset, .refuseStream, .stall: break
        }
        // Nothing of the answer is sent, and all the same there was one.
        var response = response
        connection.finish(&response, of: pending)
        switch response.delivery.ending {
        case .refuseStream: session.reset(stream: stream, code: .refusedStream)
        case .goAway: giveUp(from: stream)
        case .close: connection.closesWhenSent = true
        case .stall where !isDraining: held[stream] = .stalled
        case .whole, .truncate, .dribble, .reset, .stall:
            session.reset(stream: stream, code: .internalError)
        }
    }

    /// Sends the head of an answer with the length of its whole body.
    ///
    /// - Returns: The body that may follow it.
    private func sendCounted(
        _ response: Response,
        of pending: PendingExchange,
        on stream: Int32,
        connection: Connection
    ) -> [UInt8] {
        let head = sendHead(
            response,
            length: response.body.count,
            of: pending,
            on: stream,
            connection: connection
        )
        return head?.body ?? []
    }

    /// Waits for the time of the next bytes, or ends the answer.
    private func go(on dribble: Dribble, on stream: Int32, connection: Connection) {
        guard dribble.isOver else {
            held[stream] = .dribbling(dribble)
            connection.loop.setTimer(for: connection, token: Int64(stream), in: dribble.pause)
            return
        }
        held[stream] = nil
        session.finish(stream)
    }
}
