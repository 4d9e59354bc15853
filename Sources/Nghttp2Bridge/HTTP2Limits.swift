/// What one HTTP/2 connection may cost; each limit is the largest value allowed.
package struct HTTP2Limits: Sendable, Hashable {
    /// Streams open at once (SETTINGS_MAX_CONCURRENT_STREAMS, RFC 9113 §6.5.2); more are refused.
    package var concurrentStreamsMax: Int

    /// Bytes of one request's header list as RFC 9113 §6.5.2 counts it: 32 per field and its text.
    ///
    /// More gives ``HTTP2Session/Event/headersTooLarge(stream:)``.
    package var headerListBytesMax: Int

    /// Fields of one request; more gives ``HTTP2Session/Event/headersTooLarge(stream:)``.
    package var headerCountMax: Int

    /// Bytes of one request's body; more gives ``HTTP2Session/Event/bodyTooLarge(stream:)``.
    package var bodyBytesMax: Int

    /// Bytes of bodies held at once, over all streams; a stream beyond it is reset.
    package var bufferedBodyBytesMax: Int

    /// Streams the client may reset before a pause (CVE-2023-44487); a flood ends the connection.
    package var streamResetBurst: Int

    /// Stream resets that become free again each second.
    package var streamResetsPerSecond: Int

    /// Streams we had to reset because the client broke the protocol on them, in the life of the
    /// connection (CVE-2025-8671); more end the connection.
    package var faultyStreamsMax: Int

    /// CONTINUATION frames after one HEADERS frame (CVE-2024-28182); more end the connection.
    package var continuationsMax: Int

    /// Unsent acknowledgements of PING and SETTINGS; more end the connection (CVE-2019-9512).
    package var pendingAcknowledgementsMax: Int

    /// Entries of one SETTINGS frame; more end the connection (CVE-2020-11080).
    package var settingsEntriesMax: Int

    /// Bytes the client may send on one stream before it waits for us (RFC 9113 §6.9.2).
    package var streamWindowBytes: Int

    /// Bytes the client may send on all streams before it waits for us (RFC 9113 §6.9.2).
    package var connectionWindowBytes: Int

    /// Makes limits; the defaults are the product's.
    ///
    /// - Parameters:
    ///   - concurrentStreamsMax: Streams open at once.
    ///   - headerListBytesMax: Bytes of one request's header list.
    ///   - headerCountMax: Fields of one request.
    ///   - bodyBytesMax: Bytes of one request's body.
    ///   - bufferedBodyBytesMax: Bytes of bodies held at once, over all streams.
    ///   - streamResetBurst: Streams the client may reset before a pause.
    ///   - streamResetsPerSecond: Stream resets that become free again each second.
    ///   - faultyStreamsMax: Streams reset for the client's fault.
    ///   - continuationsMax: CONTINUATION frames after one HEADERS frame.
    ///   - pendingAcknowledgementsMax: Unsent acknowledgements of PING and SETTINGS.
    ///   - settingsEntriesMax: Entries of one SETTINGS frame.
    ///   - streamWindowBytes: Bytes the client may send on one stream.
    ///   - connectionWindowBytes: Bytes the client may send on all streams.
    package init(
        concurrentStreamsMax: Int = 128,
        headerListBytesMax: Int = 16 * 1024,
        headerCountMax: Int = 100,
        bodyBytesMax: Int = 1024 * 1024,
        bufferedBodyBytesMax: Int = 16 * 1024 * 1024,
        streamResetBurst: Int = 200,
        streamResetsPerSecond: Int = 50,
        faultyStreamsMax: Int = 200,
        continuationsMax: Int = 8,
        pendingAcknowledgementsMax: Int = 100,
        settingsEntriesMax: Int = 32,
        streamWindowBytes: Int = 256 * 1024,
        connectionWindowBytes: Int = 1024 * 1024
    ) {
        self.concurrentStreamsMax = concurrentStreamsMax
        self.headerListBytesMax = headerListBytesMax
        self.headerCountMax = headerCountMax
        self.bodyBytesMax = bodyBytesMax
        self.bufferedBodyBytesMax = bufferedBodyBytesMax
        self.streamResetBurst = streamResetBurst
        self.streamResetsPerSecond = streamResetsPerSecond
        self.faultyStreamsMax = faultyStreamsMax
        self.continuationsMax = continuationsMax
        self.pendingAcknowledgementsMax = pendingAcknowledgementsMax
        self.settingsEntriesMax = settingsEntriesMax
        self.streamWindowBytes = streamWindowBytes
        self.connectionWindowBytes = connectionWindowBytes
    }
}
