import CLinux
import Glibc
import HTTP
import Nghttp2Bridge
import OpenSSLBridge

/// The requests and answers of one connection, in one version of HTTP.
///
/// An implementation turns bytes into requests and answers into bytes; the ``Connection`` that
/// owns it moves them.
protocol Exchanges: AnyObject {
    /// Takes decrypted bytes.
    func receive(_ bytes: Span<UInt8>, on connection: Connection)

    /// Takes the answer that a worker has made.
    func complete(_ token: Int64, with response: Response, on connection: Connection)

    /// Appends what is to be sent and not yet in the buffer; goes on with what waited for room.
    func produce(on connection: Connection)

    /// Begins a graceful end: what is under way is finished, nothing new is begun.
    func drain(on connection: Connection)

    /// The deadline that `state` named has passed.
    func expire(on connection: Connection)

    /// What the connection is waiting for, and so which deadline holds.
    var state: ExchangeState { get }

    /// Whether further bytes can be worked on, as far as this version of HTTP is concerned.
    var takesBytes: Bool { get }
}

/// What a connection waits for.
enum ExchangeState: Hashable {
    /// The first byte of a request.
    case idle

    /// The rest of a header section; the number tells requests of the connection apart.
    case readingHeader(request: Int64)

    /// The rest of a body; the number tells requests of the connection apart.
    case readingBody(request: Int64)

    /// A worker's answer, or the peer's leave to send the rest of one.
    case answering

    /// The peer's taking bytes that the socket has no room for.
    case sending
}

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
    var direction: (serverName: String?, world: String, asksForClientCertificate: Bool)?

    /// Encoded and not yet taken by the socket.
    var outbound = OutboundBuffer()

    /// Whether the connection ends once `outbound` is sent.
    var closesWhenSent = false

    /// Whether the peer has ended its side.
    var peerHasClosed = false

    /// Whether reading waits for the socket to become writable (TLS 1.3 key update).
    var readWaitsForWriting = false

    /// Whether reading stopped before TLS had nothing left: the socket will not tell of that.
    private var hasLeftBytesUnread = false

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
        case .handshaking: handshake()
        case .open(let exchanges): read(exchanges)
        case .lingering: discard()
        case .closed: break
        }
    }

    /// The socket is writable.
    func becameWritable() {
        switch phase {
        case .fresh, .closed, .lingering: break
        case .handshaking: handshake()
        case .open(let exchanges):
            if readWaitsForWriting { read(exchanges) } else { flush() }
        }
    }

    /// The peer is gone both ways, or the socket has failed: nothing can be sent any more.
    func hungUp() {
        close()
    }

    /// The deadline has passed.
    func expired() {
        switch phase {
        case .fresh, .lingering, .closed: close()
        case .handshaking:
            loop.report(handshakeFailure(alert: nil, detail: "not complete within the time limit"))
            close()
        case .open(let exchanges):
            if deadlineState == .answering || deadlineState == .sending {
                // The answer never came, or the peer takes no bytes.
                close()
            } else {
                exchanges.expire(on: self)
                flush()
            }
        }
    }

    /// A worker has made an answer.
    func complete(_ token: Int64, with response: Response) {
        guard case .open(let exchanges) = phase else { return }
        exchanges.complete(token, with: response, on: self)
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

// MARK: - Bytes

extension Connection {
    /// How often one connection reads before others have their turn.
    private static let readsPerTurn = 8

    private func read(_ exchanges: any Exchanges) {
        readWaitsForWriting = false
        hasLeftBytesUnread = true
        loop.lend(&outbound)
        var turns = 0
        reading: while wantsToRead(exchanges) {
            guard turns < Self.readsPerTurn else {
                loop.revisit(key)
                break
            }
            turns += 1
            switch unsafe transport.read(into: loop.buffer) {
            case .done(let count):
                let bytes = unsafe UnsafeRawBufferPointer(rebasing: loop.buffer[..<count])
                unsafe bytes.withMemoryRebound(to: UInt8.self) { bytes in
                    exchanges.receive(unsafe bytes.span, on: self)
                }
                if isClosed { return }
                // A full buffer may mean more; else the next event tells.
                guard unsafe transport.hasPendingBytes || count == loop.buffer.count else {
                    hasLeftBytesUnread = false
                    break reading
                }
            case .wantsRead:
                hasLeftBytesUnread = false
                break reading
            case .wantsWrite:
                hasLeftBytesUnread = false
                readWaitsForWriting = true
                break reading
            case .closed:
                peerHasClosed = true
            case .failed(let failure):
                reportLateAlert(failure)
                close()
                return
            }
        }
        flush()
    }

    private func wantsToRead(_ exchanges: any Exchanges) -> Bool {
        !peerHasClosed && hasRoom && exchanges.takesBytes
    }

    /// Sends what can be sent, then decides what to wait for.
    func flush() {
        guard case .open(let exchanges) = phase else { return }
        while true {
            exchanges.produce(on: self)
            if isClosed { return }
            guard outbound.count > 0 else { break }
            guard send() else { return waitForRoom(exchanges) }
        }
        if closesWhenSent || (peerHasClosed && exchanges.state != .answering) {
            linger()
        } else {
            settle(exchanges)
        }
    }

    /// Writes `outbound`; returns whether all of it is out.
    private func send() -> Bool {
        while outbound.count > 0 {
            switch unsafe outbound.withUnsent({ unsafe transport.write($0) }) {
            case .done(let count):
                outbound.noteSent(count)
                // The peer takes bytes: its time begins anew.
                if deadlineState == .sending { deadlineState = nil }
            case .wantsRead, .wantsWrite:
                return false
            case .closed, .failed:
                close()
                return false
            }
        }
        return true
    }

    /// Waits until the socket takes bytes again; goes on reading while there is room for answers.
    private func waitForRoom(_ exchanges: any Exchanges) {
        guard !isClosed else { return }
        outbound.forgetSent()
        // What nobody is going to read must not wake the loop.
        let reading = wantsToRead(exchanges) ? UInt32(EPOLLIN.rawValue) : 0
        watch(reading | UInt32(EPOLLOUT.rawValue))
        setDeadline(.sending)
    }

    private func settle(_ exchanges: any Exchanges) {
        let state = exchanges.state
        if state == .idle { loop.takeBack(&outbound) }
        let isReading = wantsToRead(exchanges)
        if readWaitsForWriting {
            watch(UInt32(EPOLLIN.rawValue) | UInt32(EPOLLOUT.rawValue))
        } else {
            watch(isReading ? UInt32(EPOLLIN.rawValue) : 0)
        }
        if isReading, hasLeftBytesUnread, transport.hasPendingBytes { loop.revisit(key) }
        setDeadline(state)
    }

    /// Sets the deadline that belongs to what is waited for.
    ///
    /// One for a header or a body counts from its beginning: the next request's moves it, further
    /// bytes do not. One for sending is moved by the bytes that the peer takes and by nothing that
    /// it sends.
    private func setDeadline(_ state: ExchangeState) {
        let limits = loop.limits
        let isSame = deadlineState == state
        deadlineState = state
        switch state {
        case .readingHeader where isSame, .readingBody where isSame, .sending where isSame: break
        case .idle, .answering, .sending: loop.setDeadline(of: self, in: limits.idleTimeout)
        case .readingHeader: loop.setDeadline(of: self, in: limits.headerTimeout)
        case .readingBody: loop.setDeadline(of: self, in: limits.bodyTimeout)
        }
    }

    /// Changes what the loop waits for.
    func watch(_ events: UInt32) {
        guard events != interest else { return }
        interest = events
        loop.watch(transport.descriptor.number, events: events, key: key)
    }

    /// Says that nothing more will come, and waits for the peer to go.
    ///
    /// Closing while bytes are unread resets the connection, and the peer may lose the answer
    /// before it has read it (RFC 9112 §9.6).
    func linger() {
        transport.finishWriting()
        if peerHasClosed { return close() }
        phase = .lingering
        facts = nil
        outbound = OutboundBuffer()
        watch(UInt32(EPOLLIN.rawValue))
        loop.setDeadline(of: self, in: loop.limits.lingerTimeout)
    }

    private func discard() {
        for _ in 0..<Self.readsPerTurn {
            switch unsafe transport.readPlain(into: loop.buffer) {
            case .done: continue
            case .wantsRead, .wantsWrite: return
            case .closed, .failed: return close()
            }
        }
    }

    /// Ends the connection at once.
    func close() {
        guard !isClosed else { return }
        phase = .closed
        loop.forget(self)
    }
}
