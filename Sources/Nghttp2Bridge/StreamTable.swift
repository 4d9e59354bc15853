internal import CNghttp2

/// The streams of one connection between the library's calls and the owner's.
///
/// A class because the library holds a plain pointer to it. It belongs to the session's thread.
final class StreamTable {
    /// One stream from its first HEADERS frame to its end.
    private final class Stream {
        var fields: [(name: String, value: String)] = []
        var headerBytes = 0
        var announcedBytes: Int?
        var expectsContinue = false
        var body: [UInt8] = []
        var discardedBytes = 0
        var state = RequestState.head
        var isAnswered = false
        var response: [UInt8] = []
        var responseSent = 0
        var bodyEnd = BodyEnd.complete
    }

    /// What comes behind the bytes of an answer's body that are here.
    enum BodyEnd {
        /// More may come.
        case open

        /// Nothing: this is all of it.
        case complete

        /// Nothing, although it is not all: the stream is reset there.
        case cut
    }

    /// How far a request has come.
    private enum RequestState {
        case head
        case body
        /// The request is too large or answered already: what follows is thrown away.
        case refused
        case complete
    }

    /// What has happened and was not yet handed to the owner.
    var events: [HTTP2Session.Event] = []

    /// Bytes of frames that wait to be handed out, and where to stop adding to them.
    var output: [UInt8] = []
    var outputMax = 0

    /// Whether the shutdown notice is out and the ping behind it unanswered.
    var awaitsShutdownPing = false

    private let limits: HTTP2Limits
    private var streams: [Int32: Stream] = [:]
    private var bufferedBytes = 0
    private var faultyStreams = 0

    init(limits: HTTP2Limits) {
        self.limits = limits
    }

    var count: Int { streams.count }

    /// The oldest stream whose request is partly here and not answered.
    var oldestUnfinished: (id: Int32, hasHead: Bool)? {
        var oldest: (id: Int32, hasHead: Bool)?
        for (id, stream) in streams
        where !stream.isAnswered && stream.state != .complete && id < oldest?.id ?? .max {
            oldest = (id, stream.state != .head)
        }
        return oldest
    }

    func isOpen(_ id: Int32) -> Bool { streams[id] != nil }
    func isAnswered(_ id: Int32) -> Bool { streams[id]?.isAnswered ?? true }
}

extension StreamTable {
    /// A request begins.
    func begin(_ id: Int32) {
        let stream = Stream()
        stream.fields.reserveCapacity(12)
        streams[id] = stream
    }

    /// Takes one field of a request's head.
    ///
    /// - Returns: Whether to go on; false resets the stream: the list is beyond all measure.
    func takeField(
        of id: Int32,
        name: UnsafeBufferPointer<UInt8>,
        value: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard let stream = streams[id] else { return false }
        // Trailers come after the head and are passed over, but they count.
        // RFC 9113 §6.5.2: a field counts 32 bytes beside its text.
        stream.headerBytes += name.count + value.count + 32
        guard stream.state == .head else {
            // One byte can stand for kilobytes (RFC 7541 §7): soon it is enough.
            return stream.headerBytes <= limits.headerListBytesMax * 4
        }
        guard
            stream.headerBytes <= limits.headerListBytesMax,
            stream.fields.count < limits.headerCountMax
        else {
            stream.state = .refused
            stream.fields = []
            return true
        }
        let name = unsafe String(decoding: name, as: UTF8.self)
        let value = unsafe String(decoding: value, as: UTF8.self)
        switch name.utf8.count {
        case 6 where name == "expect": stream.expectsContinue = value.lowercased() == "100-continue"
        case 14 where name == "content-length": stream.announcedBytes = Int(value)
        default: break
        }
        stream.fields.append((name, value))
        return true
    }

    /// The head of a request is complete.
    func endHead(_ id: Int32, isEnd: Bool) {
        guard let stream = streams[id] else { return }
        if stream.state == .refused {
            if !stream.isAnswered { events.append(.headersTooLarge(stream: id)) }
        } else if let length = stream.announcedBytes, length > limits.bodyBytesMax {
            refuseBody(stream, id)
        } else {
            stream.state = .body
            if stream.expectsContinue, !isEnd { events.append(.expectsContinue(stream: id)) }
        }
        if isEnd { endRequest(id) }
    }

    /// Takes a part of a body.
    ///
    /// The library gives the flow-control windows back for what is kept and what is thrown away.
    ///
    /// - Returns: Why the stream must be reset, or nil.
    func takeData(of id: Int32, _ bytes: UnsafeBufferPointer<UInt8>) -> ErrorCode? {
        guard let stream = streams[id] else { return nil }
        guard stream.state == .body else {
            // The answer is on its way, and a client that sends a little too much gets to read
            // it; one without end is told to stop (RFC 9113 §8.1).
            stream.discardedBytes += bytes.count
            return stream.discardedBytes > limits.bodyBytesMax && stream.isAnswered ? .noError : nil
        }
        guard stream.body.count + bytes.count <= limits.bodyBytesMax else {
            refuseBody(stream, id)
            return nil
        }
        guard bufferedBytes + bytes.count <= limits.bufferedBodyBytesMax else {
            return .enhanceYourCalm
        }
        if stream.body.isEmpty { reserve(stream, atLeast: bytes.count) }
        unsafe stream.body.append(contentsOf: bytes)
        bufferedBytes += bytes.count
        return nil
    }

    /// The client has sent all there is of a request.
    func endRequest(_ id: Int32) {
        guard let stream = streams[id], stream.state != .complete else { return }
        let isWanted = stream.state == .body
        stream.state = .complete
        guard isWanted else { return }
        bufferedBytes -= stream.body.count
        let (fields, body) = (stream.fields, stream.body)
        (stream.fields, stream.body) = ([], [])
        events.append(.request(stream: id, fields: fields, body: body))
    }

    /// A stream is over, for whatever reason.
    func close(_ id: Int32) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        if stream.state != .complete {
            bufferedBytes -= stream.body.count
        }
        events.append(.streamClosed(stream: id, wasAnswered: stream.isAnswered))
    }

    /// Notes a reset that we sent.
    ///
    /// - Returns: Whether it was one too many.
    func countsResetAsFlood(code: UInt32) -> Bool {
        switch ErrorCode(rawValue: code) {
        case .noError, .cancel, .refusedStream, .internalError, .http11Required: return false
        case .protocolError, .settingsTimeout, .enhanceYourCalm, nil: break
        }
        faultyStreams += 1
        return faultyStreams == limits.faultyStreamsMax + 1
    }

    private func refuseBody(_ stream: Stream, _ id: Int32) {
        drop(stream)
        events.append(.bodyTooLarge(stream: id))
    }

    /// Forgets what came of a request, and what is still to come.
    private func drop(_ stream: Stream) {
        bufferedBytes -= stream.body.count
        (stream.fields, stream.body) = ([], [])
        stream.state = .refused
    }

    /// What is only announced is reserved in part: it may never come.
    private func reserve(_ stream: Stream, atLeast count: Int) {
        stream.body.reserveCapacity(max(count, min(stream.announcedBytes ?? 0, 64 * 1024)))
    }
}

extension StreamTable {
    /// Keeps the body of an answer until it is sent.
    func answer(_ id: Int32, body: [UInt8], end: BodyEnd = .complete) {
        guard let stream = streams[id] else { return }
        stream.isAnswered = true
        stream.response = body
        stream.bodyEnd = end
        // An answer before the end of the request: what came of it is of no use any more.
        if stream.state == .body { drop(stream) }
    }

    /// Adds to the body of an answer that was begun.
    ///
    /// - Returns: Whether the stream is still there for it.
    func append(_ bytes: [UInt8], to id: Int32) -> Bool {
        guard let stream = streams[id], stream.bodyEnd == .open else { return false }
        stream.response.removeFirst(stream.responseSent)
        stream.responseSent = 0
        stream.response += bytes
        return true
    }

    /// Says what comes behind the body of an answer that was begun.
    ///
    /// - Returns: Whether the stream is still there for it.
    func finish(_ id: Int32, end: BodyEnd) -> Bool {
        guard let stream = streams[id], stream.bodyEnd == .open else { return false }
        stream.bodyEnd = end
        return true
    }

    /// How many bytes of a body are here and not yet sent, and what comes behind them.
    func unsentBody(of id: Int32) -> (bytes: Int, end: BodyEnd) {
        guard let stream = streams[id] else { return (0, .complete) }
        return (stream.response.count - stream.responseSent, stream.bodyEnd)
    }

    /// Appends one DATA frame to the output.
    ///
    /// - Returns: Whether there was room.
    func appendData(of id: Int32, header: UnsafeBufferPointer<UInt8>, count: Int) -> Bool {
        guard let stream = streams[id], output.count < outputMax else { return false }
        unsafe output.append(contentsOf: header)
        let end = stream.responseSent + count
        output.append(contentsOf: stream.response[stream.responseSent..<end])
        stream.responseSent = end
        return true
    }
}
