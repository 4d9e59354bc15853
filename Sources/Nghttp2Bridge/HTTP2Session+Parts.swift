internal import CNghttp2

/// Answers whose body comes bit by bit, or never comes to its end.
extension HTTP2Session {
    /// Begins an answer; its body follows through ``append(_:to:)`` and ends by ``finish(_:by:)``.
    ///
    /// - Parameters:
    ///   - stream: The stream of the request.
    ///   - status: The status code; with 204 and 304, which have no body, the answer is complete.
    ///   - fields: The header fields, names in lower case.
    ///   - length: The `content-length` to tell; `nil` tells none.
    ///   - isHead: Whether the request was HEAD: the answer is complete.
    /// - Throws: ``Nghttp2Error`` when the stream can take no response any more.
    package func begin(
        stream: Int32,
        status: Int,
        fields: [(name: String, value: String)],
        length: Int? = nil,
        isHead: Bool
    ) throws(Nghttp2Error) {
        let mayHaveBody = Self.mayHaveBody(status)
        try submit(
            stream: stream,
            status: status,
            fields: fields,
            length: mayHaveBody ? length : nil,
            body: mayHaveBody && !isHead ? .parts : nil
        )
    }

    /// Adds to the body of an answer that was begun; a stream that is gone takes nothing.
    ///
    /// - Parameters:
    ///   - bytes: The next part.
    ///   - stream: The stream.
    package func append(_ bytes: [UInt8], to stream: Int32) {
        guard !bytes.isEmpty, streams.append(bytes, to: stream) else { return }
        resume(stream)
    }

    /// How the body of an answer that was begun ends.
    package enum BodyEnd: Sendable, Hashable {
        /// It is complete.
        case complete

        /// It is cut off behind what was appended: RST_STREAM with `INTERNAL_ERROR`.
        case cut
    }

    /// Ends the body of an answer that was begun, once what was appended is sent.
    ///
    /// - Parameters:
    ///   - stream: The stream.
    ///   - end: How.
    package func finish(_ stream: Int32, by end: BodyEnd = .complete) {
        guard streams.finish(stream, end: end == .complete ? .complete : .cut) else { return }
        resume(stream)
    }

    /// How many bytes of a body wait to be handed out: the client's window holds them back.
    ///
    /// - Parameter stream: The stream.
    /// - Returns: The bytes; 0 where the stream is gone.
    package func unsentBytes(of stream: Int32) -> Int { streams.unsentBody(of: stream).bytes }

    /// Has the library ask for the body again: it stops asking when there is nothing.
    private func resume(_ stream: Int32) {
        unsafe handle.withPointer { session in
            // Refused where it has not stopped, which is as well.
            _ = unsafe nghttp2_session_resume_data(session, stream)
        }
    }

    /// Says that all streams begun after one were not processed and may be tried again on another
    /// connection (RFC 9113 §6.8); that one, and those before it, are finished.
    ///
    /// - Parameter last: The last stream that is not given up; 0 gives up all.
    package func goAway(last: Int32) {
        isGoingAway = true
        streams.awaitsShutdownPing = false
        unsafe handle.withPointer { session in
            _ = unsafe nghttp2_submit_goaway(session, 0, last, ErrorCode.noError.rawValue, nil, 0)
        }
    }
}
