import HTTP

/// HTTP/1.1 on one connection: one request after the other, pipelined or not.
final class HTTP1Exchanges: Exchanges {
    private var decoder: RequestDecoder

    /// The request that a worker is answering; while there is one, no further is taken.
    private var waiting: (pending: PendingExchange, keepsAlive: Bool)?

    private var isDraining = false
    private var token: Int64 = 0

    init(limits: HTTPLimits) {
        decoder = RequestDecoder(limits: limits)
    }

    var state: ExchangeState {
        if waiting != nil { return .answering }
        if decoder.isIdle { return .idle }
        return decoder.isReadingBody
            ? .readingBody(request: token) : .readingHeader(request: token)
    }

    /// One request is answered at a time; what is pipelined behind it stays in the socket.
    var takesBytes: Bool { waiting == nil }

    func receive(_ bytes: Span<UInt8>, on connection: Connection) {
        decoder.receive(bytes)
        produce(on: connection)
    }

    func produce(on connection: Connection) {
        while waiting == nil, connection.hasRoom {
            switch decoder.next() {
            case .needsMoreBytes: return
            case .sendContinue: connection.outbound.bytes += ResponseEncoder.continueBytes
            case .request(let request, let keepsAlive):
                answer(request, keepsAlive: keepsAlive, on: connection)
            case .refuse(let refusal):
                refuse(refusal, on: connection)
            }
        }
    }

    func complete(_ token: Int64, with response: Response, on connection: Connection) {
        guard token == self.token, let (pending, keepsAlive) = waiting else { return }
        waiting = nil
        encode(response, of: pending, keepsAlive: keepsAlive, on: connection)
    }

    func drain(on connection: Connection) {
        isDraining = true
        if state == .idle { connection.closesWhenSent = true }
    }

    func expire(on connection: Connection) {
        switch state {
        case .idle, .answering, .sending: connection.closesWhenSent = true
        case .readingHeader:
            refuse(
                Refusal(
                    status: 408,
                    message: "the header section took too long (RFC 9110 §15.5.9)"
                ),
                on: connection
            )
        case .readingBody:
            refuse(
                Refusal(status: 408, message: "the body took too long (RFC 9110 §15.5.9)"),
                on: connection
            )
        }
    }

    private func answer(_ request: Request, keepsAlive: Bool, on connection: Connection) {
        token += 1
        guard let (pending, response) = connection.dispatch(request, token: token) else { return }
        if let response {
            encode(response, of: pending, keepsAlive: keepsAlive, on: connection)
        } else {
            waiting = (pending, keepsAlive)
        }
    }

    private func refuse(_ refusal: Refusal, on connection: Connection) {
        guard let (pending, response) = connection.refuse(refusal, version: .http11) else { return }
        encode(response, of: pending, keepsAlive: false, on: connection)
    }

    private func encode(
        _ response: Response,
        of pending: PendingExchange,
        keepsAlive: Bool,
        on connection: Connection
    ) {
        var response = response
        connection.finish(&response, of: pending)
        let keepsAlive = keepsAlive && !isDraining
        ResponseEncoder.append(
            response,
            to: &connection.outbound.bytes,
            version: pending.version,
            isHead: pending.isHead,
            keepsAlive: keepsAlive
        )
        if !keepsAlive { connection.closesWhenSent = true }
    }
}
