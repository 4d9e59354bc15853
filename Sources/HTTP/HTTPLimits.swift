/// What one request may cost before it is read to its end; each limit is the largest value allowed.
package struct HTTPLimits: Sendable, Hashable {
    /// Bytes of the request target; more is refused with 414 (RFC 9110 §15.5.15).
    package var targetBytesMax: Int

    /// Bytes of all field lines of a section, line ends and the empty line included.
    ///
    /// More is refused with 431 (RFC 6585 §5). Header and trailer section each have this much.
    package var headerBytesMax: Int

    /// Field lines of one section; more is refused with 431 (RFC 6585 §5).
    package var headerCountMax: Int

    /// Bytes of the body after any transfer coding is removed; more is refused with 413
    /// (RFC 9110 §15.5.14), before reading where the length is announced.
    package var bodyBytesMax: Int

    /// Bytes of all chunk extensions of one body; more is refused with 400 (RFC 9112 §7.1.1 asks
    /// for a limit because extensions cost the receiver and carry nothing).
    package var chunkExtensionBytesMax: Int

    /// Makes limits; the defaults are the product's.
    ///
    /// - Parameters:
    ///   - targetBytesMax: Bytes of the request target.
    ///   - headerBytesMax: Bytes of one section's field lines.
    ///   - headerCountMax: Field lines of one section.
    ///   - bodyBytesMax: Bytes of the body.
    ///   - chunkExtensionBytesMax: Bytes of all chunk extensions of one body.
    package init(
        targetBytesMax: Int = 8 * 1024,
        headerBytesMax: Int = 16 * 1024,
        headerCountMax: Int = 100,
        bodyBytesMax: Int = 1024 * 1024,
        chunkExtensionBytesMax: Int = 4 * 1024
    ) {
        self.targetBytesMax = targetBytesMax
        self.headerBytesMax = headerBytesMax
        self.headerCountMax = headerCountMax
        self.bodyBytesMax = bodyBytesMax
        self.chunkExtensionBytesMax = chunkExtensionBytesMax
    }
}
