import HTTP

/// HTTP/1.1 on one connection: one request after the other, pipelined or not.
final class HTTP1Exchanges: Exchanges {
    /// A request whose answer is not complete, and whether the connection goes on after it.
    struct Answering {
        let pending: PendingExchange
        let keepsAlive: Bool
    }

    /// What stands between a request and the next one; until it is over, no further is taken.
    ///
    /// Indirect: an answer that is here at once asks for this several times and never makes one.
    indirect enum Activity {
        /// Nothing: the next request may come.
        case none

        /// A worker makes the answer.
        case working(Answering)

        /// Somebody holds the answer back.
        case waiting(Answering, Responder)

        /// The body comes bit by bit.
        case streaming(Answering, StreamWriter)

        /// The answer is here, and is to go out later.
        case delayed(Answering, Response)

        /// The answer is going out, a few bytes at a time.
        case dribbling(Answering, Dribble)

        /// The answer is never to go out.
        case stalled
    }

    /// Bytes waiting to be sent above which no more is taken of a body that comes bit by bit.
    private static let streamRoomBytes = 64 * 1024

    private var decoder: RequestDecoder
    var activity = Activity.none
    private(set) var isDraining = false

    /// The number of the last request.
    private(set) var token: Int64 = 0

    init(limits: HTTPLimits) {
        decoder = RequestDecoder(limits: limits)
    }

    var state: ExchangeState {
        switch activity {
        case .none: break
        case .working: return .answering
        case .waiting, .streaming, .delayed, .dribbling, .stalled: return .waiting
        }
        if decoder.isIdle { return .idle }
        return decoder.isReadingBody
            ? .readingBody(request: token) : .readingHeader(request: token)
    }

    /// One request is answered at a time; what is pipelined behind it stays in the socket.
    var takesBytes: Bool {
        if case .none = activity { true } else { false }
    }

    /// A client that has ended its side waits for no event; it does wait for an answer.
    var endsWithPeer: Bool {
        switch activity {
        case .waiting, .streaming, .stalled: true
        case .none, .working, .delayed, .dribbling: false
        }
    }

    func receive(_ bytes: Span<UInt8>, on connection: Connection) {
        decoder.receive(bytes)
        produce(on: connection)
    }

    func produce(on connection: Connection) {
        switch activity {
        case .none: break
        case .streaming(let answering, let writer): send(writer, answering, on: connection)
        case .working, .waiting, .delayed, .dribbling, .stalled: return
        }
        while takesBytes, connection.hasRoom {
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
        guard token == self.token else { return }
        switch activity {
        case .working(let answering), .waiting(let answering, _):
            activity = .none
            encode(response, of: answering, on: connection)
        case .none, .streaming, .delayed, .dribbling, .stalled: break
        }
    }

    func drain(on connection: Connection) {
        isDraining = true
        switch activity {
        case .none where state == .idle: connection.closesWhenSent = true
        case .none, .working: break
        case .waiting(let answering, let responder):
            activity = .none
            responder.noteGone()
            encode(connection.answerToStop(of: answering.pending), of: answering, on: connection)
        case .streaming(let answering, let writer):
            writer.close()
            endStream(answering, on: connection)
        case .delayed, .dribbling, .stalled: hurry(on: connection)
        }
    }

    func abandon() {
        let activity = activity
        self.activity = .none
        switch activity {
        case .waiting(_, let responder): responder.noteGone()
        case .streaming(_, let writer): writer.close()
        case .none, .working, .delayed, .dribbling, .stalled: break
        }
    }

    func expire(on connection: Connection) {
        switch state {
        case .idle, .answering, .waiting, .sending: connection.closesWhenSent = true
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
        guard let (pending, outcome) = connection.dispatch(request, token: token) else { return }
        switch outcome {
        case .answered(let response):
            guard response.isPlainlyDelivered else {
                let answering = Answering(pending: pending, keepsAlive: keepsAlive)
                return deliver(response, of: answering, on: connection)
            }
            send(response, of: pending, keepsAlive: keepsAlive, on: connection)
        case .working:
            activity = .working(Answering(pending: pending, keepsAlive: keepsAlive))
        case .waiting(let responder):
            let answering = Answering(pending: pending, keepsAlive: keepsAlive)
            activity = .waiting(answering, responder)
            if isDraining { drain(on: connection) }
        case .streaming(let head, let begin):
            let answering = Answering(pending: pending, keepsAlive: keepsAlive)
            stream(head, of: answering, begin: begin, on: connection)
        }
    }

    private func refuse(_ refusal: Refusal, on connection: Connection) {
        guard let (pending, response) = connection.refuse(refusal, version: .http11) else { return }
        send(response, of: pending, keepsAlive: false, on: connection)
    }

    private func encode(
        _ response: Response,
        of answering: Answering,
        on connection: Connection
    ) {
        guard response.isPlainlyDelivered else {
            return deliver(response, of: answering, on: connection)
        }
        let keepsAlive = answering.keepsAlive
        send(response, of: answering.pending, keepsAlive: keepsAlive, on: connection)
    }

    /// Sends an answer whole and at once.
    func send(
        _ response: consuming Response,
        of pending: consuming PendingExchange,
        keepsAlive: Bool,
        on connection: Connection
    ) {
        let (version, isHead) = (pending.version, pending.isHead)
        let keepsAlive = keepsAlive && !isDraining
        connection.finish(&response, of: pending)
        ResponseEncoder.append(
            response,
            to: &connection.outbound.bytes,
            version: version,
            isHead: isHead,
            keepsAlive: keepsAlive
        )
        if !keepsAlive { connection.closesWhenSent = true }
    }
}

// MARK: - Bodies that come bit by bit

extension HTTP1Exchanges {
    private func stream(
        _ head: Response,
        of answering: Answering,
        begin: (StreamWriter) -> Void,
        on connection: Connection
    ) {
        let pending = answering.pending
        // To HTTP/1.0 the end of the body is the end of the connection.
        let keepsAlive = answering.keepsAlive && !isDraining && pending.version != .http10
        let answering = Answering(pending: pending, keepsAlive: keepsAlive)
        var head = head
        connection.finish(&head, of: pending)
        ResponseEncoder.appendHead(
            head,
            to: &connection.outbound.bytes,
            version: pending.version,
            keepsAlive: keepsAlive
        )
        guard !pending.isHead, ResponseEncoder.mayHaveBody(head.status) else {
            if !keepsAlive { connection.closesWhenSent = true }
            return
        }
        append(head.body, of: answering, on: connection)
        let writer = connection.loop.makeWriter(key: connection.key)
        activity = .streaming(answering, writer)
        begin(writer)
        if isDraining { drain(on: connection) }
    }

    /// Takes what was written, while there is room for it.
    private func send(
        _ writer: StreamWriter,
        _ answering: Answering,
        on connection: Connection
    ) {
        guard connection.outbound.count < Self.streamRoomBytes || writer.isLost else { return }
        let taken = writer.take()
        append(taken.bytes, of: answering, on: connection)
        switch taken.rest {
        case .mayCome: break
        case .none: endStream(answering, on: connection)
        // The client must not take what it has for all there is.
        case .isLost: connection.reset()
        }
    }

    private func append(_ part: [UInt8], of answering: Answering, on connection: Connection) {
        if answering.pending.version == .http10 {
            connection.outbound.bytes += part
        } else {
            ResponseEncoder.appendChunk(part, to: &connection.outbound.bytes)
        }
    }

    private func endStream(_ answering: Answering, on connection: Connection) {
        activity = .none
        if answering.pending.version != .http10 {
            connection.outbound.bytes += ResponseEncoder.lastChunk
        }
        if !answering.keepsAlive || isDraining { connection.closesWhenSent = true }
    }
}
