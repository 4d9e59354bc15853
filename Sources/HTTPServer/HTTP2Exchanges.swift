import HTTP
import Nghttp2Bridge

/// HTTP/2 on one connection: many requests at once.
final class HTTP2Exchanges: Exchanges {
    /// Frames queued behind a full socket above which nothing more is read.
    private static let queuedFramesMax = 1_000

    /// Bytes of one stream waiting to be sent above which no more is taken of its body.
    private static let streamRoomBytes = 64 * 1024

    /// An answer that is not simply on its way.
    enum Held {
        /// Somebody holds the answer back.
        case waiting(PendingExchange, Responder)

        /// The body comes bit by bit.
        case streaming(StreamWriter)

        /// The answer is here, and is to go out later.
        case delayed(PendingExchange, Response)

        /// The answer is going out, a few bytes at a time.
        case dribbling(Dribble)

        /// The answer is never to go out.
        case stalled
    }

    let session: HTTP2Session
    private let limits: HTTPLimits

    /// The requests that workers are answering, by stream.
    private var working: [Int32: PendingExchange] = [:]

    /// The answers that are held, by stream.
    var held: [Int32: Held] = [:]

    private(set) var isDraining = false

    /// Whether the client has been told which stream was the last one taken.
    private var hasNamedLastStream = false

    /// The last stream that is taken, once the client has been told so: no later one may be named.
    private var lastNamed: Int32?

    /// The latest stream whose request was handed on.
    private var lastTaken: Int32 = 0

    init(limits: ServerLimits) throws(Nghttp2Error) {
        self.limits = limits.http
        session = try HTTP2Session(
            limits: HTTP2Limits(
                concurrentStreamsMax: limits.streamsMax,
                headerListBytesMax: limits.http.headerBytesMax,
                headerCountMax: limits.http.headerCountMax,
                bodyBytesMax: limits.http.bodyBytesMax
            ),
            unrepeatedFields: ["x-request-id", "x-mock-reason"]
        )
    }

    var state: ExchangeState {
        if session.openStreamCount == 0 { return .idle }
        guard let unfinished = session.unfinishedRequest else {
            return held.isEmpty || !working.isEmpty ? .answering : .waiting
        }
        return unfinished.hasHead
            ? .readingBody(request: Int64(unfinished.stream))
            : .readingHeader(request: Int64(unfinished.stream))
    }

    /// A client that sends and never reads is not heard before it has taken what it caused.
    var takesBytes: Bool { session.queuedFrameCount < Self.queuedFramesMax }

    /// Reading goes on while answers are held, and tells of the end.
    var endsWithPeer: Bool { false }

    func receive(_ bytes: Span<UInt8>, on connection: Connection) {
        do {
            for event in try session.receive(bytes) { take(event, on: connection) }
        } catch {
            // The session can send nothing any more; a GOAWAY may be left out (RFC 9113 §5.4.1).
            connection.closesWhenSent = true
        }
    }

    func produce(on connection: Connection) {
        if !held.isEmpty { takeWritten() }
        if isDraining, !hasNamedLastStream, session.openStreamCount == 0 {
            hasNamedLastStream = true
            if lastNamed == nil { session.goAway() }
        }
        while connection.outbound.count < 64 * 1024, session.hasBytesToSend {
            let bytes = session.bytesToSend()
            guard !bytes.isEmpty else { break }
            connection.outbound.bytes += bytes
        }
        if session.isFinished || (hasNamedLastStream && !session.hasBytesToSend) {
            connection.closesWhenSent = true
        }
    }

    func complete(_ token: Int64, with response: Response, on connection: Connection) {
        let stream = Int32(truncatingIfNeeded: token)
        if let pending = working.removeValue(forKey: stream) {
            send(response, of: pending, on: stream, connection: connection)
        } else if case .waiting(let pending, _) = held[stream] {
            held[stream] = nil
            send(response, of: pending, on: stream, connection: connection)
        }
    }

    func drain(on connection: Connection) {
        isDraining = true
        if lastNamed == nil { session.goAway() }
        release(on: connection)
    }

    /// Ends what is held.
    private func release(on connection: Connection) {
        for (stream, answer) in held {
            held[stream] = nil
            switch answer {
            case .waiting(let pending, let responder):
                responder.noteGone()
                let response = connection.answerToStop(of: pending)
                send(response, of: pending, on: stream, connection: connection)
            case .streaming(let writer):
                writer.close()
                session.finish(stream)
            case .delayed, .dribbling, .stalled:
                hurry(answer, on: stream, connection: connection)
            }
        }
    }

    func abandon() {
        let answers = held
        held = [:]
        for answer in answers.values { Self.abandon(answer) }
    }

    private static func abandon(_ answer: Held) {
        switch answer {
        case .waiting(_, let responder): responder.noteGone()
        case .streaming(let writer): writer.close()
        case .delayed, .dribbling, .stalled: break
        }
    }

    func expire(on connection: Connection) {
        switch state {
        case .readingBody:
            guard let stream = session.unfinishedRequest?.stream else { return }
            // Other requests of the connection may be doing well.
            let message = "the body took too long (RFC 9110 §15.5.9)"
            refuse(Refusal(status: 408, message: message), on: stream, connection: connection)
        case .idle, .readingHeader, .answering, .waiting, .sending:
            session.terminate(code: state == .idle ? .noError : .enhanceYourCalm)
            produce(on: connection)
            connection.closesWhenSent = true
        }
    }

    private func take(_ event: HTTP2Session.Event, on connection: Connection) {
        // What came in the same bytes as the request that was given up is given up with it.
        if let lastNamed, let stream = event.begunStream, stream > lastNamed { return }
        switch event {
        case .request(let stream, let fields, let body):
            switch request(fields, body: body) {
            case .success(let request): answer(request, on: stream, connection: connection)
            case .failure(let refusal): refuse(refusal, on: stream, connection: connection)
            }
        case .expectsContinue(let stream): session.sendContinue(stream: stream)
        case .headersTooLarge(let stream):
            let message = "the header section exceeds its limit (RFC 6585 §5)"
            refuse(Refusal(status: 431, message: message), on: stream, connection: connection)
        case .bodyTooLarge(let stream):
            let message = "the body exceeds \(limits.bodyBytesMax) bytes (RFC 9110 §15.5.14)"
            refuse(Refusal(status: 413, message: message), on: stream, connection: connection)
        case .streamClosed(let stream, _):
            working.removeValue(forKey: stream)
            if let answer = held.removeValue(forKey: stream) { Self.abandon(answer) }
        }
    }

    /// Builds the request out of a field list that nghttp2 has checked (RFC 9113 §8.3.1).
    private func request(
        _ list: [(name: String, value: String)],
        body: [UInt8]
    ) -> Result<Request, Refusal> {
        var method = ""
        var target = ""
        var authority: String?
        var fields = Fields()
        fields.reserveCapacity(list.count)
        for (name, value) in list {
            switch name {
            case ":method": method = value
            case ":path": target = value
            case ":authority": authority = value
            case ":scheme": break
            default: fields.append(name, value)
            }
        }
        guard target.utf8.count <= limits.targetBytesMax else {
            let message = "the target exceeds \(limits.targetBytesMax) bytes (RFC 9110 §15.5.15)"
            return .failure(Refusal(status: 414, message: message))
        }
        guard target.utf8.first == UInt8(ascii: "/") || target == "*" else {
            let message = "the target is neither a path nor * (RFC 9113 §8.3.1)"
            return .failure(Refusal(status: 400, message: message))
        }
        if let host = fields.first("host") {
            guard authority == nil || authority == host else {
                let message = "host and :authority differ (RFC 9113 §8.3.1)"
                return .failure(Refusal(status: 400, message: message))
            }
            authority = host
        }
        return .success(
            Request(
                method: method,
                target: target,
                authority: authority,
                fields: fields,
                body: body,
                version: .http2
            )
        )
    }

    private func answer(_ request: Request, on stream: Int32, connection: Connection) {
        lastTaken = max(lastTaken, stream)
        let result = connection.dispatch(request, token: Int64(stream))
        guard let (pending, outcome) = result else { return }
        switch outcome {
        case .answered(let response):
            send(response, of: pending, on: stream, connection: connection)
        case .working: working[stream] = pending
        case .waiting(let responder):
            held[stream] = .waiting(pending, responder)
            if isDraining { release(on: connection) }
        case .streaming(let head, let begin):
            guard let head = sendHead(head, of: pending, on: stream, connection: connection) else {
                return
            }
            session.append(head.body, to: stream)
            let writer = connection.loop.makeWriter(key: connection.key)
            held[stream] = .streaming(writer)
            begin(writer)
            if isDraining { release(on: connection) }
        }
    }

    private func refuse(_ refusal: Refusal, on stream: Int32, connection: Connection) {
        guard let (pending, response) = connection.refuse(refusal, version: .http2) else { return }
        send(response, of: pending, on: stream, connection: connection)
    }

    private func send(
        _ response: consuming Response,
        of pending: consuming PendingExchange,
        on stream: Int32,
        connection: Connection
    ) {
        guard response.isPlainlyDelivered else {
            return deliver(response, of: pending, on: stream, connection: connection)
        }
        sendWhole(response, of: pending, on: stream, connection: connection)
    }

    /// Sends an answer whole and at once.
    func sendWhole(
        _ response: consuming Response,
        of pending: consuming PendingExchange,
        on stream: Int32,
        connection: Connection
    ) {
        let isHead = pending.isHead
        connection.finish(&response, of: pending)
        do {
            try session.respond(
                stream: stream,
                status: response.status,
                fields: response.fields.map { ($0.name, $0.value) },
                body: response.body,
                isHead: isHead
            )
        } catch {
            // The client reset the stream while it was being answered.
            session.reset(stream: stream, code: .cancel)
        }
    }

    /// Sends the head of an answer whose body follows; `length` is told where it is known.
    ///
    /// - Returns: The answer as sent; `nil` where no body may follow.
    func sendHead(
        _ response: Response,
        length: Int? = nil,
        of pending: PendingExchange,
        on stream: Int32,
        connection: Connection
    ) -> Response? {
        var response = response
        connection.finish(&response, of: pending)
        do {
            try session.begin(
                stream: stream,
                status: response.status,
                fields: response.fields.map { ($0.name, $0.value) },
                length: length,
                isHead: pending.isHead
            )
        } catch {
            session.reset(stream: stream, code: .cancel)
            return nil
        }
        return pending.isHead || !ResponseEncoder.mayHaveBody(response.status) ? nil : response
    }

    /// Takes what was written of bodies that come bit by bit, as far as there is room for it.
    private func takeWritten() {
        for (stream, answer) in held {
            guard case .streaming(let writer) = answer,
                session.unsentBytes(of: stream) < Self.streamRoomBytes || writer.isLost
            else { continue }
            let taken = writer.take()
            session.append(taken.bytes, to: stream)
            switch taken.rest {
            case .mayCome: continue
            case .none: session.finish(stream)
            case .isLost: session.reset(stream: stream, code: .cancel)
            }
            held[stream] = nil
        }
    }

    /// Tells the client that a stream and all after it are not taken, and ends the connection.
    ///
    /// Of later streams that were taken already nobody may say so: they are answered, and this one
    /// is refused by itself.
    func giveUp(from stream: Int32) {
        isDraining = true
        guard lastNamed == nil, lastTaken <= stream else {
            session.reset(stream: stream, code: .refusedStream)
            if lastNamed == nil { goAway(last: lastTaken) }
            return
        }
        // Clients begin streams of odd numbers.
        goAway(last: max(stream - 2, 0))
    }

    private func goAway(last: Int32) {
        lastNamed = last
        session.goAway(last: last)
    }
}

extension HTTP2Session.Event {
    /// The stream whose request, or a part of it, has come; nil for what has ended.
    fileprivate var begunStream: Int32? {
        switch self {
        case .request(let stream, _, _), .expectsContinue(let stream),
            .headersTooLarge(let stream), .bodyTooLarge(let stream):
            stream
        case .streamClosed: nil
        }
    }
}
