import CLinux
import Glibc
import HTTP
import Nghttp2Bridge
import OpenSSLBridge

/// One accepted connection: socket, TLS, buffers, deadline.
///
/// It never leaves its loop.
final class Connection {
    /// How far the connection has come.
    enum Phase {
        /// Nothing has arrived yet; on a TLS port the first byte tells TLS from plain HTTP.
        case fresh

        /// The TLS handshake is under way.
        case handshaking

        /// Requests and answers.
        case open(any Exchanges)

        /// The last answer is out; the peer may still send, and is not heard.
        case lingering

        /// Over; the loop forgets the connection.
        case closed
    }

    /// Bytes waiting to be sent above which no further request is taken.
    static let outboundBytesMax = 256 * 1024

    /// The loop's key.
    let key: UInt64

    /// The loop that owns it; closing the connection has the loop let go of it.
    let loop: EventLoop

    /// The listener that accepted it.
    let listener: ListenerConfiguration

    /// The client's address and port.
    let remoteAddress: String

    var transport: Transport
    var phase: Phase = .fresh
    var facts: ConnectionFacts?

    /// What the ClientHello asked and the director decided.
    var direction: Direction?

    /// What became of a ClientHello.
    struct Direction {
        let serverName: String?
        let localPort: Int
        var world: String?
        var asksForClientCertificate = false
        var flaw: TLSFlaw?
    }

    /// When the first byte of the handshake came, in nanoseconds of the monotonic clock.
    var handshakeBegan: Int64 = 0

    /// Whether the handshake stands still on purpose.
    var isHeld = false

    /// Encoded and not yet taken by the socket.
    var outbound = OutboundBuffer()

    /// Whether the connection ends once `outbound` is sent.
    var closesWhenSent = false

    /// Whether the peer has ended its side.
    var peerHasClosed = false

    /// Whether reading waits for the socket to become writable (TLS 1.3 key update).
    var readWaitsForWriting = false

    /// Whether reading stopped before TLS had nothing left: the socket will not tell of that.
    var hasLeftBytesUnread = false

    /// What epoll watches.
    var interest: UInt32 = 0

    /// When to give up, in nanoseconds of the monotonic clock; and for what.
    var deadline: Int64 = .max
    var deadlineState: ExchangeState?
    var scheduledTick: Int64?

    init(
        key: UInt64,
        loop: EventLoop,
        listener: ListenerConfiguration,
        remoteAddress: String,
        descriptor: consuming FileDescriptor
    ) {
        self.key = key
        self.loop = loop
        self.listener = listener
        self.remoteAddress = remoteAddress
        transport = Transport(plain: descriptor)
    }

    /// Whether further requests may be taken.
    var hasRoom: Bool { outbound.count < Self.outboundBytesMax && !closesWhenSent }

    /// The world it belongs to, as far as that is known.
    var world: String? { facts?.world ?? direction?.world ?? listener.world }

    var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }
}

// MARK: - Events of the loop

extension Connection {
    /// The socket is readable, or the peer hung up.
    func becameReadable() {
        switch phase {
        case .fresh: begin()
        case .handshaking: if !isHeld { handshake() }
        case .open(let exchanges): read(exchanges)
        case .lingering: discard()
        case .closed: break
        }
    }

    /// The socket is writable.
    func becameWritable() {
        switch phase {
        case .fresh, .closed, .lingering: break
        case .handshaking: if !isHeld { handshake() }
        case .open(let exchanges):
            if readWaitsForWriting { read(exchanges) } else { flush() }
        }
    }

    /// The peer is gone both ways, or the socket has failed: nothing can be sent any more.
    func hungUp() {
        if isHeld { reportHandshakeFailure("the client left a handshake that stood still") }
        close()
    }

    /// The deadline has passed.
    func expired() {
        switch phase {
        case .fresh, .lingering, .closed: close()
        case .handshaking:
            reportHandshakeFailure("not complete within the time limit")
            close()
        case .open(let exchanges):
            switch deadlineState {
            case .answering, .waiting, .sending:
                // The answer never came, or the peer takes no bytes.
                close()
            case .idle, .readingHeader, .readingBody, nil:
                exchanges.expire(on: self)
                flush()
            }
        }
    }

    /// A worker has made an answer, or somebody who held it back has it.
    func complete(_ token: Int64, with response: Response) {
        guard case .open(let exchanges) = phase else { return }
        exchanges.complete(token, with: response, on: self)
        flush()
    }

    /// A time has passed that an answer was to wait for.
    func timerFired(_ token: Int64) {
        guard case .open(let exchanges) = phase else { return }
        exchanges.timerFired(token, on: self)
        flush()
    }

    /// The server stops.
    func drain() {
        switch phase {
        case .fresh, .handshaking: close()
        case .open(let exchanges):
            let isIdle = exchanges.state == .idle && outbound.count == 0
            exchanges.drain(on: self)
            flush()
            // No answer is on its way that could be lost: a pooled connection that its client does
            // not watch must not hold up the end.
            if isIdle, case .lingering = phase { close() }
        case .lingering, .closed: break
        }
    }
}
