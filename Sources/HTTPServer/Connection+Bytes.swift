import CLinux
import Glibc
import HTTP
import OpenSSLBridge

/// How bytes move between the socket and the exchanges.
extension Connection {
    /// How often one connection reads before others have their turn.
    private static let readsPerTurn = 8

    func read(_ exchanges: any Exchanges) {
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
        watch(readingEvents(exchanges) | UInt32(EPOLLOUT.rawValue))
        setDeadline(.sending)
    }

    /// What to watch for: bytes where somebody reads them, else the peer's end where that matters.
    private func readingEvents(_ exchanges: any Exchanges) -> UInt32 {
        if wantsToRead(exchanges) { return UInt32(EPOLLIN.rawValue) }
        return exchanges.endsWithPeer ? UInt32(EPOLLRDHUP.rawValue) : 0
    }

    private func settle(_ exchanges: any Exchanges) {
        let state = exchanges.state
        if state == .idle { loop.takeBack(&outbound) }
        let isReading = wantsToRead(exchanges)
        if readWaitsForWriting {
            watch(UInt32(EPOLLIN.rawValue) | UInt32(EPOLLOUT.rawValue))
        } else {
            watch(readingEvents(exchanges))
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
        case .waiting: loop.setDeadline(of: self, in: limits.waitingTimeout)
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
        if case .open(let exchanges) = phase { exchanges.abandon() }
        phase = .lingering
        facts = nil
        outbound = OutboundBuffer()
        watch(UInt32(EPOLLIN.rawValue))
        loop.setDeadline(of: self, in: loop.limits.lingerTimeout)
    }

    func discard() {
        for _ in 0..<Self.readsPerTurn {
            switch unsafe transport.readPlain(into: loop.buffer) {
            case .done: continue
            case .wantsRead, .wantsWrite: return
            case .closed, .failed: return close()
            }
        }
    }

    /// Ends the connection at once, by a reset (TCP RST) instead of an end.
    ///
    /// What was to be sent before it still goes as far as the socket takes it.
    func reset() {
        guard !isClosed else { return }
        closesWhenSent = true
        _ = send()
        transport.resetWhenClosed()
        close()
    }

    /// Ends the connection at once.
    func close() {
        guard !isClosed else { return }
        if case .open(let exchanges) = phase { exchanges.abandon() }
        phase = .closed
        if let handshake = facts?.handshake, handshake.isWaiting {
            loop.report(.connectionEnded(handshake))
        }
        loop.forget(self)
    }
}
