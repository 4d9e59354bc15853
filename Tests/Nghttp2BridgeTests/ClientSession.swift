import CNghttp2

@testable import Nghttp2Bridge

/// The client's side of a connection in memory, through the same library.
@safe
final class ClientSession {
    /// What came back on one stream.
    struct Answer {
        var informational: [Int] = []
        var status: Int?
        var fields: [(name: String, value: String)] = []
        var body: [UInt8] = []
        var isComplete = false
        var resetCode: UInt32?

        func first(_ name: String) -> String? { fields.first { $0.name == name }?.value }
    }

    /// A GOAWAY frame.
    struct GoAway: Equatable {
        let lastStream: Int32
        let code: UInt32
    }

    fileprivate(set) var answers: [Int32: Answer] = [:]
    fileprivate(set) var goAways: [GoAway] = []
    fileprivate(set) var settings: [Int32: UInt32] = [:]
    fileprivate var bodies: [Int32: ArraySlice<UInt8>] = [:]

    private var session: OpaquePointer?

    /// Starts a client; with `givesWindow` false it never lets the server send more than the
    /// initial windows.
    init(givesWindow: Bool = true, initialWindow: UInt32 = 65535) {
        var callbacks: OpaquePointer?
        var options: OpaquePointer?
        unsafe nghttp2_session_callbacks_new(&callbacks)
        unsafe nghttp2_option_new(&options)
        defer {
            unsafe nghttp2_session_callbacks_del(callbacks)
            unsafe nghttp2_option_del(options)
        }
        unsafe nghttp2_option_set_no_auto_window_update(options, givesWindow ? 0 : 1)
        unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks, onHeader)
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onData)
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrame)
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onClose)
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe nghttp2_session_client_new2(&session, callbacks, context, options)
        let entry = nghttp2_settings_entry(
            settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue),
            value: initialWindow
        )
        unsafe nghttp2_submit_settings(session, 0, [entry], 1)
    }

    deinit {
        unsafe nghttp2_session_del(session)
    }

    /// Queues a request.
    @discardableResult
    func request(
        _ method: String = "GET",
        _ path: String = "/",
        fields: [(String, String)] = [],
        body: [UInt8]? = nil
    ) -> Int32 {
        let pseudo = [
            (":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path),
        ]
        return request(raw: pseudo + fields, body: body)
    }

    /// Queues a request with exactly these fields.
    @discardableResult
    func request(raw fields: [(String, String)], body: [UInt8]? = nil) -> Int32 {
        let stream = unsafe withFields(fields) { start, count in
            guard body != nil else {
                return unsafe nghttp2_submit_request(session, nil, start, count, nil, nil)
            }
            var provider = unsafe nghttp2_data_provider()
            unsafe provider.read_callback = unsafe onReadBody
            return unsafe nghttp2_submit_request(session, nil, start, count, &provider, nil)
        }
        answers[stream] = Answer()
        if let body { bodies[stream] = body[...] }
        return stream
    }

    func reset(_ stream: Int32) {
        unsafe nghttp2_submit_rst_stream(session, 0, stream, NGHTTP2_CANCEL.rawValue)
    }

    func ping() {
        unsafe nghttp2_submit_ping(session, 0, nil)
    }

    func goAway() {
        unsafe nghttp2_submit_goaway(session, 0, 0, 0, nil, 0)
    }

    /// What the client wants to send now.
    func bytesToSend() -> [UInt8] {
        var output: [UInt8] = []
        while true {
            var bytes: UnsafePointer<UInt8>?
            let count = unsafe nghttp2_session_mem_send(session, &bytes)
            guard count > 0 else { return output }
            unsafe output.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        }
    }

    func receive(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            _ = unsafe nghttp2_session_mem_recv(session, bytes.baseAddress, bytes.count)
        }
    }

    private func withFields<Result>(
        _ fields: [(String, String)],
        _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result
    ) -> Result {
        var text = fields.flatMap { Array($0.0.utf8) + Array($0.1.utf8) }
        return unsafe text.withUnsafeMutableBufferPointer { text in
            var start = 0
            var list: [nghttp2_nv] = unsafe []
            for (name, value) in fields {
                let (nameCount, valueCount) = (name.utf8.count, value.utf8.count)
                unsafe list.append(
                    nghttp2_nv(
                        name: text.baseAddress.map { unsafe $0 + start },
                        value: text.baseAddress.map { unsafe $0 + start + nameCount },
                        namelen: nameCount,
                        valuelen: valueCount,
                        flags: 0
                    )
                )
                start += nameCount + valueCount
            }
            return unsafe list.withUnsafeBufferPointer { unsafe body($0.baseAddress, $0.count) }
        }
    }
}

private func client(_ context: UnsafeMutableRawPointer?) -> ClientSession? {
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<ClientSession>.fromOpaque(context).takeUnretainedValue()
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
    guard let client = unsafe client(context), let frame = unsafe frame?.pointee else { return 0 }
    let stream = unsafe frame.hd.stream_id
    let name = unsafe UnsafeBufferPointer(start: name, count: nameCount)
    let value = unsafe UnsafeBufferPointer(start: value, count: valueCount)
    let field = unsafe (
        name: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self)
    )
    guard field.name == ":status", let status = Int(field.value) else {
        client.answers[stream]?.fields.append(field)
        return 0
    }
    if status < 200 {
        client.answers[stream]?.informational.append(status)
    } else {
        client.answers[stream]?.status = status
    }
    return 0
}

private func onData(
    _: OpaquePointer?,
    _: UInt8,
    stream: Int32,
    bytes: UnsafePointer<UInt8>?,
    count: Int,
    context: UnsafeMutableRawPointer?
) -> Int32 {
    let bytes = unsafe UnsafeBufferPointer(start: bytes, count: count)
    unsafe client(context)?.answers[stream]?.body.append(contentsOf: bytes)
    return 0
}

private func onFrame(
    _: OpaquePointer?,
    frame: UnsafePointer<nghttp2_frame>?,
    context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let client = unsafe client(context), let frame = unsafe frame?.pointee else { return 0 }
    let header = unsafe frame.hd
    let endsStream = UInt32(header.flags) & UInt32(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    if endsStream, UInt32(header.type) <= NGHTTP2_HEADERS.rawValue {
        client.answers[header.stream_id]?.isComplete = true
    }
    switch UInt32(header.type) {
    case NGHTTP2_GOAWAY.rawValue:
        let goAway = unsafe ClientSession.GoAway(
            lastStream: frame.goaway.last_stream_id,
            code: frame.goaway.error_code
        )
        client.goAways.append(goAway)
    case NGHTTP2_SETTINGS.rawValue:
        for index in unsafe 0..<frame.settings.niv {
            let entry = unsafe frame.settings.iv[index]
            client.settings[entry.settings_id] = entry.value
        }
    default:
        break
    }
    return 0
}

private func onClose(
    _: OpaquePointer?,
    stream: Int32,
    code: UInt32,
    context: UnsafeMutableRawPointer?
) -> Int32 {
    unsafe client(context)?.answers[stream]?.resetCode = code
    return 0
}

private func onReadBody(
    _: OpaquePointer?,
    stream: Int32,
    target: UnsafeMutablePointer<UInt8>?,
    capacity: Int,
    flags: UnsafeMutablePointer<UInt32>?,
    _: UnsafeMutablePointer<nghttp2_data_source>?,
    context: UnsafeMutableRawPointer?
) -> Int {
    guard
        let client = unsafe client(context),
        let target = unsafe target,
        let flags = unsafe flags,
        let body = client.bodies[stream]
    else { return Int(NGHTTP2_ERR_DEFERRED.rawValue) }
    let part = body.prefix(capacity)
    for (index, byte) in part.enumerated() { unsafe target[index] = byte }
    client.bodies[stream] = body.dropFirst(part.count)
    if part.count == body.count { unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
    return part.count
}
