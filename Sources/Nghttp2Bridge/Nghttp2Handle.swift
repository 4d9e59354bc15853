internal import CNghttp2

/// The sole owner of one `nghttp2_session *`.
@safe
struct Nghttp2Handle: ~Copyable {
    private let pointer: OpaquePointer

    private init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe nghttp2_session_del(pointer)
    }

    /// Makes the server's side of a connection.
    ///
    /// The library calls back with a plain pointer to `streams`, so the owner of the handle must
    /// also own that object; deleting the session makes no call.
    static func server(
        _ streams: StreamTable,
        limits: HTTP2Limits
    ) throws(Nghttp2Error) -> Nghttp2Handle {
        let options = try Nghttp2Options(limits)
        let callbacks = try Nghttp2Callbacks()
        var made: OpaquePointer?
        let code = unsafe callbacks.withPointer { callbacks in
            unsafe options.withPointer { options in
                let streams = unsafe Unmanaged.passUnretained(streams).toOpaque()
                return unsafe nghttp2_session_server_new2(&made, callbacks, streams, options)
            }
        }
        guard code == 0, let made = unsafe made else {
            throw Nghttp2Error("nghttp2_session_server_new2", code: Int(code))
        }
        return unsafe Nghttp2Handle(adopting: made)
    }

    /// Lends the pointer to one C call.
    borrowing func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(pointer)
    }
}

/// The options of a session: our limits, in the library's terms.
@safe
private struct Nghttp2Options: ~Copyable {
    private let pointer: OpaquePointer

    init(_ limits: HTTP2Limits) throws(Nghttp2Error) {
        var made: OpaquePointer?
        let code = unsafe nghttp2_option_new(&made)
        guard code == 0, let made = unsafe made else {
            throw Nghttp2Error("nghttp2_option_new", code: Int(code))
        }
        unsafe pointer = made
        unsafe nghttp2_option_set_stream_reset_rate_limit(
            made,
            UInt64(limits.streamResetBurst),
            UInt64(limits.streamResetsPerSecond)
        )
        unsafe nghttp2_option_set_max_continuations(made, limits.continuationsMax)
        unsafe nghttp2_option_set_max_outbound_ack(made, limits.pendingAcknowledgementsMax)
        unsafe nghttp2_option_set_max_settings(made, limits.settingsEntriesMax)
        // A closed stream is of use only to the priority tree, which is off.
        unsafe nghttp2_option_set_no_closed_streams(made, 1)
    }

    deinit {
        unsafe nghttp2_option_del(pointer)
    }

    borrowing func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        unsafe body(pointer)
    }
}
