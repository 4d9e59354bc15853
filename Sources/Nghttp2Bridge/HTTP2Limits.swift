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

    /// Streams the client may reset before a pause (CVE-2023-44487); a flood ends the connection.
    package var streamResetBurst: Int

    /// Stream resets that become free again each second.
    package var streamResetsPerSecond: Int

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
    ///   - streamResetBurst: Streams the client may reset before a pause.
    ///   - streamResetsPerSecond: Stream resets that become free again each second.
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
        streamResetBurst: Int = 200,
        streamResetsPerSecond: Int = 50,
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
        self.streamResetBurst = streamResetBurst
        self.streamResetsPerSecond = streamResetsPerSecond
        self.continuationsMax = continuationsMax
        self.pendingAcknowledgementsMax = pendingAcknowledgementsMax
        self.settingsEntriesMax = settingsEntriesMax
        self.streamWindowBytes = streamWindowBytes
        self.connectionWindowBytes = connectionWindowBytes
    }
}
