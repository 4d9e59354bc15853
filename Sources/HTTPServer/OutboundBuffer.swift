/// Bytes on their way to the socket: encoded, and sent as far as the socket took them.
struct OutboundBuffer {
    /// Memory that is kept when everything is sent.
    private static let keptBytesMax = 64 * 1024

    /// What is encoded, only to be appended to.
    ///
    /// The first ``sentCount`` bytes are sent already.
    var bytes: [UInt8] = []

    private(set) var sentCount = 0

    /// The number of bytes waiting to be sent.
    var count: Int { bytes.count - sentCount }

    /// Lends what is not yet sent.
    func withUnsent<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe body(UnsafeRawBufferPointer(rebasing: bytes[sentCount...]))
        }
    }

    /// Notes how many bytes the socket took.
    mutating func noteSent(_ count: Int) {
        sentCount += count
        guard sentCount == bytes.count else { return }
        sentCount = 0
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytesMax)
    }

    /// Forgets what is sent: behind a slow peer the buffer may never become empty.
    ///
    /// Bytes are moved only when they are fewer than those forgotten.
    mutating func forgetSent() {
        guard sentCount >= count else { return }
        bytes.removeFirst(sentCount)
        sentCount = 0
    }
}
