internal import CNghttp2

/// The functions the library calls; each hands its arguments to the stream table.
@safe
struct Nghttp2Callbacks: ~Copyable {
    private let pointer: OpaquePointer

    init() throws(Nghttp2Error) {
        var made: OpaquePointer?
        let code = unsafe nghttp2_session_callbacks_new(&made)
        guard code == 0, let made = unsafe made else {
            throw Nghttp2Error("nghttp2_session_callbacks_new", code: Int(code))
        }
        unsafe pointer = made
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(made, onBeginHeaders)
        unsafe nghttp2_session_callbacks_set_on_header_callback(made, onHeader)
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, onData)
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(made, onFrameReceived)
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(made, onStreamClose)
        unsafe nghttp2_session_callbacks_set_send_data_callback(made, onSendData)
        unsafe nghttp2_session_callbacks_set_on_frame_send_callback(made, onFrameSent)
    }

    deinit {
        unsafe nghttp2_session_callbacks_del(pointer)
    }

    borrowing func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        unsafe body(pointer)
    }

    /// How much of a response's body the next DATA frame carries; the bytes themselves go straight
    /// from the body into the output, without a copy in between.
    static let bodySource: nghttp2_data_source_read_callback = unsafe onReadBody
}

extension Nghttp2Handle {
    /// Says which stream was the last one taken (RFC 9113 §6.8).
    static func submitLastGoAway(_ session: OpaquePointer) {
        let last = unsafe nghttp2_session_get_last_proc_stream_id(session)
        unsafe nghttp2_submit_goaway(session, 0, last, ErrorCode.noError.rawValue, nil, 0)
    }
}

/// The stream table that the session was made with; it outlives the session.
private func table(_ context: UnsafeMutableRawPointer?) -> StreamTable? {
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<StreamTable>.fromOpaque(context).takeUnretainedValue()
}

private func hasFlag(_ flag: nghttp2_flag, _ header: nghttp2_frame_hd) -> Bool {
    UInt32(header.flags) & UInt32(flag.rawValue) != 0
}

private func onBeginHeaders(
    _: OpaquePointer?,
    frame: UnsafePointer<nghttp2_frame>?,
    context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let streams = unsafe table(context), let frame = unsafe frame?.pointee else { return 0 }
    // HEADERS of another category are trailers: tolerated and not kept (RFC 9110 §6.5.1).
    if unsafe frame.headers.cat == NGHTTP2_HCAT_REQUEST { unsafe streams.begin(frame.hd.stream_id) }
    return 0
}

private func onHeader(
    _: OpaquePointer?,
    frame: UnsafePointer<nghttp2_frame>?,
    name: UnsafePointer<UInt8>?,
    nameCount: Int,
    value: UnsafePointer<UInt8>?,
    valueCount: Int,
    _: UInt8,
    context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let streams = unsafe table(context), let frame = unsafe frame?.pointee else { return 0 }
    let name = unsafe UnsafeBufferPointer(start: name, count: nameCount)
    let value = unsafe UnsafeBufferPointer(start: value, count: valueCount)
    let isBearable = unsafe streams.takeField(of: frame.hd.stream_id, name: name, value: value)
    return isBearable ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
}

private func onData(
    session: OpaquePointer?,
    _: UInt8,
    stream: Int32,
    bytes: UnsafePointer<UInt8>?,
    count: Int,
    context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let streams = unsafe table(context), let session = unsafe session else { return 0 }
    let bytes = unsafe UnsafeBufferPointer(start: bytes, count: count)
    if let code = unsafe streams.takeData(of: stream, bytes) {
        unsafe nghttp2_submit_rst_stream(session, 0, stream, code.rawValue)
    }
    return 0
}

private func onFrameReceived(
    session: OpaquePointer?,
    frame: UnsafePointer<nghttp2_frame>?,
    context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let streams = unsafe table(context), let frame = unsafe frame?.pointee else { return 0 }
    let header = unsafe frame.hd
    let isEnd = hasFlag(NGHTTP2_FLAG_END_STREAM, header)
    switch UInt32(header.type) {
    case NGHTTP2_HEADERS.rawValue:
        if unsafe frame.headers.cat == NGHTTP2_HCAT_REQUEST {
            streams.endHead(header.stream_id, isEnd: isEnd)
        } else if isEnd {
            streams.endRequest(header.stream_id)
        }
    case NGHTTP2_DATA.rawValue:
        if isEnd { streams.endRequest(header.stream_id) }
    case NGHTTP2_PING.rawValue:
        // Its answer: the client has seen the notice, and nothing from before is under way.
        guard hasFlag(NGHTTP2_FLAG_ACK, header), streams.awaitsShutdownPing else { return 0 }
        guard let session = unsafe session else { return 0 }
        streams.awaitsShutdownPing = false
        unsafe Nghttp2Handle.submitLastGoAway(session)
    default:
        break
    }
    return 0
}

private func onStreamClose(
    _: OpaquePointer?,
    stream: Int32,
    _: UInt32,
    context: UnsafeMutableRawPointer?
) -> Int32 {
    unsafe table(context)?.close(stream)
    return 0
}

private func onReadBody(
    _: OpaquePointer?,
    stream: Int32,
    _: UnsafeMutablePointer<UInt8>?,
    capacity: Int,
    flags: UnsafeMutablePointer<UInt32>?,
    _: UnsafeMutablePointer<nghttp2_data_source>?,
    context: UnsafeMutableRawPointer?
) -> Int {
    guard let streams = unsafe table(context), let flags = unsafe flags else {
        return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
    }
    let (unsentBytes, end) = streams.unsentBody(of: stream)
    if unsentBytes == 0, end != .complete {
        // Nothing until `nghttp2_session_resume_data`; or RST_STREAM with INTERNAL_ERROR.
        let code = end == .cut ? NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE : NGHTTP2_ERR_DEFERRED
        return Int(code.rawValue)
    }
    unsafe flags.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
    if unsentBytes <= capacity, end == .complete {
        unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
    }
    return min(unsentBytes, capacity)
}

private func onSendData(
    _: OpaquePointer?,
    frame: UnsafeMutablePointer<nghttp2_frame>?,
    header: UnsafePointer<UInt8>?,
    count: Int,
    _: UnsafeMutablePointer<nghttp2_data_source>?,
    context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let streams = unsafe table(context), let frame = unsafe frame?.pointee else {
        return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    }
    let header = unsafe UnsafeBufferPointer(start: header, count: 9)
    let isSent = unsafe streams.appendData(of: frame.hd.stream_id, header: header, count: count)
    return isSent ? 0 : NGHTTP2_ERR_WOULDBLOCK.rawValue
}

/// Counts the streams that had to be reset for the client's fault; too many end the connection.
private func onFrameSent(
    session: OpaquePointer?,
    frame: UnsafePointer<nghttp2_frame>?,
    context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let streams = unsafe table(context), let frame = unsafe frame?.pointee else { return 0 }
    guard unsafe UInt32(frame.hd.type) == NGHTTP2_RST_STREAM.rawValue else { return 0 }
    guard unsafe streams.countsResetAsFlood(code: frame.rst_stream.error_code) else { return 0 }
    unsafe nghttp2_session_terminate_session(session, ErrorCode.enhanceYourCalm.rawValue)
    return 0
}
