internal import CNghttp2

/// The server's side of one HTTP/2 connection (RFC 9113): bytes in, events out, bytes out.
///
/// It belongs to one event loop and is not `Sendable`. After each call of any other method the
/// owner sends what ``bytesToSend(atMost:)`` hands out, and closes once ``isFinished`` is true.
package final class HTTP2Session {
    /// What the client did.
    package enum Event: Sendable {
        /// A request is complete; pseudo-header fields such as `:path` come first in the list.
        case request(stream: Int32, fields: [(name: String, value: String)], body: [UInt8])

        /// The head of a request asked for `100-continue` and its body has not begun:
        /// ``HTTP2Session/sendContinue(stream:)`` asks for it.
        case expectsContinue(stream: Int32)

        /// The header list exceeds a limit; the owner answers 431. No request will come.
        case headersTooLarge(stream: Int32)

        /// The body exceeds its limit; the owner answers 413. What follows of it is discarded.
        case bodyTooLarge(stream: Int32)

        /// The stream is over: answered, reset by the client, or malformed and reset by us. What
        /// closes while bytes are handed out is told by the next call of `receive`.
        case streamClosed(stream: Int32, wasAnswered: Bool)
    }

    let streams: StreamTable
    let handle: Nghttp2Handle
    private var failure: Nghttp2Error?
    var isGoingAway = false
    private let unrepeatedFields: [String]

    /// Starts a session and queues the server's SETTINGS.
    ///
    /// - Parameters:
    ///   - limits: What the connection may cost.
    ///   - unrepeatedFields: Names, in lower case, of response fields whose values never come
    ///     again: they are kept out of the compression's table (RFC 7541 §6.2.2).
    /// - Throws: ``Nghttp2Error`` when the library is out of memory.
    package init(
        limits: HTTP2Limits = HTTP2Limits(),
        unrepeatedFields: [String] = []
    ) throws(Nghttp2Error) {
        self.unrepeatedFields = unrepeatedFields
        let streams = StreamTable(limits: limits)
        let handle = try Nghttp2Handle.server(streams, limits: limits)
        try handle.submitSettings(limits)
        self.streams = streams
        self.handle = handle
    }

    /// Takes bytes from the connection.
    ///
    /// - Parameter bytes: The bytes in the order they came.
    /// - Returns: What they amount to, in order.
    /// - Throws: ``Nghttp2Error`` when the bytes are not HTTP/2 or a flood was stopped. Nothing
    ///   more is to be sent; close.
    package func receive(_ bytes: Span<UInt8>) throws(Nghttp2Error) -> [Event] {
        if let failure { throw failure }
        let code = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe handle.withPointer { session in
                unsafe nghttp2_session_mem_recv(session, bytes.baseAddress, bytes.count)
            }
        }
        guard code >= 0 else { throw fail("nghttp2_session_mem_recv", code: code) }
        let events = streams.events
        streams.events = []
        return events
    }

    /// Takes bytes from the connection.
    ///
    /// - Parameter bytes: The bytes in the order they came.
    /// - Returns: What they amount to, in order.
    /// - Throws: ``Nghttp2Error`` as ``receive(_:)-(Span<UInt8>)`` does.
    package func receive(_ bytes: [UInt8]) throws(Nghttp2Error) -> [Event] {
        try receive(bytes.span)
    }

    /// Hands out the next bytes to send.
    ///
    /// - Parameter count: About how many bytes to hand out; one frame more is possible.
    /// - Returns: The bytes; empty when there is nothing to send now.
    package func bytesToSend(atMost count: Int = 64 * 1024) -> [UInt8] {
        guard failure == nil else { return [] }
        streams.outputMax = count
        while streams.output.count < count {
            var bytes: UnsafePointer<UInt8>?
            let produced = unsafe handle.withPointer { unsafe nghttp2_session_mem_send($0, &bytes) }
            guard produced >= 0 else {
                _ = fail("nghttp2_session_mem_send", code: produced)
                return []
            }
            // Frames with a body go into the output by themselves, and end with zero here.
            guard produced > 0 else { break }
            if streams.output.isEmpty { streams.output.reserveCapacity(min(count, 2048)) }
            let part = unsafe UnsafeBufferPointer(start: bytes, count: produced)
            unsafe streams.output.append(contentsOf: part)
        }
        let output = streams.output
        streams.output = []
        return output
    }

    private func fail(_ operation: StaticString, code: Int) -> Nghttp2Error {
        let error = Nghttp2Error(operation, code: code)
        failure = error
        return error
    }
}

extension HTTP2Session {
    /// Answers a request.
    ///
    /// Fields that HTTP/2 forbids (RFC 9113 §8.2.2) and names that are no tokens are left out, and
    /// control characters are dropped from values, so that no text can make the response invalid.
    ///
    /// - Parameters:
    ///   - stream: The stream of the request.
    ///   - status: The status code.
    ///   - fields: The header fields, names in lower case; `content-length` is added from the body.
    ///   - body: The body.
    ///   - isHead: Whether the request was HEAD: the length is told, the body is not sent.
    /// - Throws: ``Nghttp2Error`` when the stream can take no response any more.
    package func respond(
        stream: Int32,
        status: Int,
        fields: [(name: String, value: String)],
        body: [UInt8],
        isHead: Bool
    ) throws(Nghttp2Error) {
        let mayHaveBody = Self.mayHaveBody(status)
        let hasBody = mayHaveBody && !isHead && !body.isEmpty
        try submit(
            stream: stream,
            status: status,
            fields: fields,
            length: mayHaveBody ? body.count : nil,
            body: hasBody ? .whole(body) : nil
        )
    }

    /// The body of an answer as it is submitted.
    enum SubmittedBody {
        /// All of it.
        case whole([UInt8])

        /// Parts that come later.
        case parts
    }

    /// Whether an answer of a status has a body (RFC 9110 §6.4.1).
    static func mayHaveBody(_ status: Int) -> Bool {
        status >= 200 && status != 204 && status != 304
    }

    /// Submits head and body of an answer.
    func submit(
        stream: Int32,
        status: Int,
        fields: [(name: String, value: String)],
        length: Int?,
        body: SubmittedBody?
    ) throws(Nghttp2Error) {
        guard !streams.isAnswered(stream) else {
            throw Nghttp2Error(
                "nghttp2_submit_response",
                code: Int(NGHTTP2_ERR_STREAM_CLOSED.rawValue)
            )
        }
        var block = FieldBlock(status: status)
        for (name, value) in fields {
            block.append(name, value, isRepeated: !unrepeatedFields.contains(name))
        }
        if let length { block.append(length: length) }

        switch body {
        case .whole(let bytes): streams.answer(stream, body: bytes)
        case .parts: streams.answer(stream, body: [], end: .open)
        case nil: streams.answer(stream, body: [])
        }
        let code = unsafe handle.withPointer { session in
            unsafe block.withPointers { fields in
                let (start, count) = (fields.baseAddress, fields.count)
                guard body != nil else {
                    return unsafe nghttp2_submit_response(session, stream, start, count, nil)
                }
                var provider = unsafe nghttp2_data_provider()
                unsafe provider.read_callback = Nghttp2Callbacks.bodySource
                return unsafe nghttp2_submit_response(session, stream, start, count, &provider)
            }
        }
        guard code == 0 else { throw Nghttp2Error("nghttp2_submit_response", code: Int(code)) }
    }

    /// Asks for the body of a request with `100 Continue` (RFC 9110 §15.2.1).
    ///
    /// - Parameter stream: The stream of the request.
    package func sendContinue(stream: Int32) {
        guard !streams.isAnswered(stream) else { return }
        var block = FieldBlock(status: 100)
        unsafe handle.withPointer { session in
            unsafe block.withPointers { fields in
                let (start, count) = (fields.baseAddress, fields.count)
                _ = unsafe nghttp2_submit_headers(session, 0, stream, nil, start, count, nil)
            }
        }
    }

    /// Ends one stream with RST_STREAM.
    ///
    /// - Parameters:
    ///   - stream: The stream.
    ///   - code: Why (RFC 9113 §7).
    package func reset(stream: Int32, code: ErrorCode) {
        guard streams.isOpen(stream) else { return }
        unsafe handle.withPointer { session in
            _ = unsafe nghttp2_submit_rst_stream(session, 0, stream, code.rawValue)
        }
    }

    /// Begins a graceful end: the client may finish what it has sent and starts nothing new.
    ///
    /// RFC 9113 §6.8: a first GOAWAY announces it, with the highest stream number, so that no
    /// request under way is lost; a second one, once the client has answered a ping, says which
    /// stream was the last one taken. A second call does not wait for the ping.
    package func goAway() {
        unsafe handle.withPointer { session in
            if isGoingAway {
                streams.awaitsShutdownPing = false
                unsafe Nghttp2Handle.submitLastGoAway(session)
            } else {
                unsafe nghttp2_submit_shutdown_notice(session)
                unsafe nghttp2_submit_ping(session, 0, nil)
                streams.awaitsShutdownPing = true
            }
        }
        isGoingAway = true
    }

    /// Ends the connection: GOAWAY with an error code; nothing more is received.
    ///
    /// - Parameter code: Why (RFC 9113 §7).
    package func terminate(code: ErrorCode) {
        unsafe handle.withPointer { session in
            _ = unsafe nghttp2_session_terminate_session(session, code.rawValue)
        }
    }

    /// Whether the session neither expects nor has bytes any more: the connection can be closed.
    package var isFinished: Bool {
        guard failure == nil else { return true }
        return unsafe handle.withPointer { session in
            unsafe nghttp2_session_want_read(session) == 0
                && nghttp2_session_want_write(session) == 0
        }
    }

    /// Whether there may be bytes to send.
    package var hasBytesToSend: Bool {
        guard failure == nil else { return false }
        return unsafe handle.withPointer { unsafe nghttp2_session_want_write($0) != 0 }
    }

    /// How many frames wait to be handed out, not counting those of bodies.
    ///
    /// Each refused stream, ping and reset adds one: whoever reads on without sending lets a client
    /// fill the memory.
    package var queuedFrameCount: Int {
        unsafe handle.withPointer { unsafe nghttp2_session_get_outbound_queue_size($0) }
    }

    /// The number of streams that have begun and are not over.
    package var openStreamCount: Int { streams.count }

    /// The oldest stream whose request is partly here and not answered: the next to be given up.
    ///
    /// While its head is not complete, nothing else can arrive (RFC 9113 §4.3).
    package var unfinishedRequest: (stream: Int32, hasHead: Bool)? {
        streams.oldestUnfinished.map { ($0.id, $0.hasHead) }
    }
}

extension Nghttp2Handle {
    /// Queues the server's first SETTINGS frame and widens the connection's window.
    fileprivate borrowing func submitSettings(_ limits: HTTP2Limits) throws(Nghttp2Error) {
        let settings = [
            (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.concurrentStreamsMax),
            (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindowBytes),
            (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headerListBytesMax),
            // RFC 9218 §2.1: the priority tree of RFC 7540 would cost memory and is not used.
            (NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ].map { id, value in
            nghttp2_settings_entry(
                settings_id: Int32(bitPattern: id.rawValue),
                value: UInt32(clamping: value)
            )
        }
        let code = unsafe withPointer { session in
            unsafe nghttp2_submit_settings(session, 0, settings, settings.count)
        }
        guard code == 0 else { throw Nghttp2Error("nghttp2_submit_settings", code: Int(code)) }

        let window = Int32(clamping: limits.connectionWindowBytes)
        let windowCode = unsafe withPointer { session in
            unsafe nghttp2_session_set_local_window_size(session, 0, 0, window)
        }
        guard windowCode == 0 else {
            throw Nghttp2Error("nghttp2_session_set_local_window_size", code: Int(windowCode))
        }
    }
}
