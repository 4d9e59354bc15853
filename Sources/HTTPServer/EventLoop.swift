import CLinux
import Glibc
import HTTP
import Synchronization

/// One thread's epoll set and the connections that live in it.
@safe
final class EventLoop {
    private static let wakeKey: UInt64 = .max

    /// Added to a listener's descriptor to make its key: above those of all connections.
    private static let listenerKeys: UInt64 = 1 << 60

    private static let eventsPerTurn = 256

    /// How long lines of the log may wait for others, in nanoseconds: many are written at once.
    private static let recordDelay: Int64 = 10_000_000

    /// The index of the loop, from 0.
    let index: Int

    /// Where every connection of the loop reads into: a record of TLS is at most 16 KiB.
    let buffer: UnsafeMutableRawBufferPointer

    /// What it shares with the other loops.
    let core: ServerCore

    private let mailbox: LoopMailbox
    private let epoll: FileDescriptor
    private var listeners: [UInt64: OpenListener] = [:]
    private var table = ConnectionTable()
    private var wheel: TimerWheel
    private var timers = TimerHeap()

    /// How many timers there may be before those of connections that are gone are thrown away.
    private var timersMax = 4_096
    private var toRevisit: [UInt64] = []

    /// The memory in which answers are encoded: an idle connection keeps none of its own, for
    /// there may be ten thousand of them.
    private var spareOutbound = OutboundBuffer()

    /// When the oldest line was recorded that the director has not yet been told to write.
    private var recordedSince: Int64?
    private var requestCount: UInt64
    private var drainDeadline: Int64?

    /// Kept open so that a connection can be taken, and closed, when descriptors run out.
    private var spare: FileDescriptor?

    /// The time at the beginning of this turn, in nanoseconds of the monotonic clock.
    private var now: Int64

    init(
        index: Int,
        core: ServerCore,
        mailbox: LoopMailbox,
        epoll: consuming FileDescriptor
    ) {
        self.index = index
        self.core = core
        self.mailbox = mailbox
        self.epoll = epoll
        unsafe buffer = .allocate(byteCount: 32 * 1024, alignment: 16)
        now = MonotonicClock.nanoseconds()
        wheel = TimerWheel(slotCount: 2_048, now: now)
        requestCount = UInt64(index)
        spare = unsafe FileDescriptor(adopting: open("/dev/null", O_RDONLY | O_CLOEXEC))
    }

    deinit {
        unsafe buffer.deallocate()
    }

    /// Makes the epoll set of a loop.
    ///
    /// - Throws: ``SystemError`` when the process has no descriptor left.
    static func makeEpoll() throws(SystemError) -> FileDescriptor {
        let number = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard number >= 0 else { throw .last("epoll_create1") }
        return FileDescriptor(adopting: number)
    }

    var limits: ServerLimits { core.limits }
    var director: any ConnectionDirector { core.director }

    /// Serves until the order to drain has been carried out.
    func run() {
        add(mailbox.counter.descriptor.number, events: UInt32(EPOLLIN.rawValue), key: Self.wakeKey)
        var events = unsafe [epoll_event](repeating: epoll_event(), count: Self.eventsPerTurn)
        while !isFinished {
            let timeout = toRevisit.isEmpty ? sleepMilliseconds() : 0
            let count = unsafe epoll_wait(
                epoll.number,
                &events,
                Int32(Self.eventsPerTurn),
                timeout
            )
            now = MonotonicClock.nanoseconds()
            for place in 0..<Int(max(count, 0)) { unsafe take(events[place]) }
            revisit()
            expire()
            if let recordedSince, now - recordedSince >= Self.recordDelay {
                self.recordedSince = nil
                director.flush(loop: index)
            }
        }
        for connection in table.all { connection.close() }
        director.flush(loop: index)
    }

    private var isFinished: Bool {
        guard let drainDeadline else { return false }
        return table.count == 0 || now >= drainDeadline
    }

    private func sleepMilliseconds() -> Int32 {
        let wait = wheel.sleepMilliseconds(now: now)
        let recordDeadline = recordedSince.map { $0 + Self.recordDelay }
        let next = min(drainDeadline ?? .max, recordDeadline ?? .max, timers.next ?? .max)
        guard next < .max else { return wait }
        // Rounded up, so that whoever is woken finds that the time has come.
        let rest = Int32(clamping: max(next - now, 0) / 1_000_000 + 1)
        return wait < 0 ? rest : min(wait, rest)
    }

    /// EPOLLEXCLUSIVE, which Swift imports with a sign.
    private static let exclusive: UInt32 = 1 << 28

    private func add(_ descriptor: Int32, events: UInt32, key: UInt64) {
        var event = unsafe epoll_event(events: events, data: epoll_data_t(u64: key))
        _ = unsafe epoll_ctl(epoll.number, EPOLL_CTL_ADD, descriptor, &event)
    }

    private func take(_ event: epoll_event) {
        let key = unsafe event.data.u64
        if key == Self.wakeKey {
            for message in mailbox.takeAll() { take(message) }
        } else if key >= Self.listenerKeys {
            if let listener = listeners[key] { accept(on: listener) }
        } else if let connection = table[key] {
            // An error or a hang-up shows itself to the next read or write.
            let readable = UInt32(EPOLLIN.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue)
            if unsafe event.events & UInt32(EPOLLOUT.rawValue) != 0 { connection.becameWritable() }
            if unsafe event.events & readable != 0 { connection.becameReadable() }
            // RDHUP, the end of the peer's side, is told only to those who ask for it.
            let gone = UInt32(EPOLLHUP.rawValue | EPOLLERR.rawValue | EPOLLRDHUP.rawValue)
            if unsafe event.events & gone != 0 {
                connection.hungUp()
            }
        }
    }

    private func take(_ message: LoopMessage) {
        switch message {
        case .complete(let key, let token, let response):
            table[key]?.complete(token, with: response)
        case .resume(let key): table[key]?.flush()
        case .watch(let listeners): watch(listeners)
        case .unwatch(let listeners): unwatch(listeners)
        case .closeConnections(let world):
            for connection in table.all where connection.world == world { connection.drain() }
        case .drain:
            drainDeadline = now + limits.drainTimeout.nanoseconds
            unwatch(Array(listeners.values))
            for connection in table.all { connection.drain() }
        }
    }

    private func watch(_ listeners: [OpenListener]) {
        for listener in listeners {
            let key = Self.listenerKeys + UInt64(listener.descriptor)
            self.listeners[key] = listener
            // Exclusive: a newcomer wakes one loop and not all of them.
            let events = UInt32(EPOLLIN.rawValue) | Self.exclusive
            add(listener.descriptor, events: events, key: key)
        }
    }

    private func unwatch(_ listeners: [OpenListener]) {
        for listener in listeners {
            // By hand: the descriptor stays open while another loop watches it.
            _ = epoll_ctl(epoll.number, EPOLL_CTL_DEL, listener.descriptor, nil)
            self.listeners[Self.listenerKeys + UInt64(listener.descriptor)] = nil
        }
    }

    private func revisit() {
        guard !toRevisit.isEmpty else { return }
        let keys = toRevisit
        toRevisit = []
        for key in keys { table[key]?.becameReadable() }
    }

    private func expire() {
        while let (key, token) = timers.takeDue(at: now) { table[key]?.timerFired(token) }
        for (key, tick) in wheel.advance(to: now) {
            guard let connection = table[key], connection.scheduledTick == tick else { continue }
            connection.scheduledTick = nil
            if connection.deadline <= now {
                connection.expired()
            } else {
                connection.scheduledTick = wheel.schedule(key, at: connection.deadline)
            }
        }
    }
}

// MARK: - Accepting

extension EventLoop {
    private func accept(on listener: OpenListener) {
        let (configuration, descriptor) = (listener.configuration, listener.descriptor)
        let (number, peer) = SocketAddress.accept(on: descriptor)
        guard number >= 0 else { return acceptFailed(on: configuration, descriptor: descriptor) }
        let accepted = FileDescriptor(adopting: number)
        let remoteAddress = peer.textWithPort
        let open = core.connectionCount.add(1, ordering: .relaxed).newValue
        guard open <= limits.connectionsMax else {
            core.connectionCount.subtract(1, ordering: .relaxed)
            report(
                .connectionLimitReached(
                    listener: configuration.name,
                    remoteAddress: remoteAddress
                )
            )
            return
        }
        SocketAddress.disableDelay(of: number)
        let key = table.nextKey
        let connection = Connection(
            key: key,
            loop: self,
            listener: configuration,
            remoteAddress: remoteAddress,
            descriptor: accepted
        )
        table.insert(connection)
        connection.interest = UInt32(EPOLLIN.rawValue)
        add(number, events: connection.interest, key: key)
        let isTLS = configuration.security == .tls
        setDeadline(of: connection, in: isTLS ? limits.handshakeTimeout : limits.idleTimeout)
    }

    private func acceptFailed(on listener: ListenerConfiguration, descriptor: Int32) {
        let error = SystemError.last("accept4")
        guard error.number == EMFILE || error.number == ENFILE else { return }
        // Out of descriptors: give up the spare one to take the newcomer and turn it away, or the
        // listener would stay readable and the loop would spin.
        _ = spare.take()
        let (number, _) = SocketAddress.accept(on: descriptor)
        if number >= 0 { _ = Glibc.close(number) }
        spare = unsafe FileDescriptor(adopting: open("/dev/null", O_RDONLY | O_CLOEXEC))
        report(.acceptFailed(listener: listener.name, detail: error.detail))
    }
}

// MARK: - What connections ask of their loop

extension EventLoop {
    /// Sets when a connection is given up; a later call replaces an earlier one.
    func setDeadline(of connection: Connection, in duration: Duration) {
        connection.deadline = now &+ duration.nanoseconds
        let tick = connection.deadline / TimerWheel.tick + 1
        // An entry that comes out too early is put back; only an earlier deadline needs a new one.
        if let scheduled = connection.scheduledTick, scheduled <= tick { return }
        connection.scheduledTick = wheel.schedule(connection.key, at: connection.deadline)
    }

    /// Has a connection told, once, that a time has passed: about a millisecond late at most.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - token: What it is told.
    ///   - duration: The time, counted from this moment.
    func setTimer(for connection: Connection, token: Int64, in duration: Duration) {
        if timers.count >= timersMax {
            timers.keep { table[$0] != nil }
            timersMax = max(4_096, timers.count * 2)
        }
        let moment = MonotonicClock.nanoseconds().addingReportingOverflow(duration.nanoseconds)
        guard !moment.overflow else { return }
        timers.insert(at: moment.partialValue, key: connection.key, token: token)
    }

    /// Changes what epoll watches for a connection.
    func watch(_ descriptor: Int32, events: UInt32, key: UInt64) {
        var event = unsafe epoll_event(events: events, data: epoll_data_t(u64: key))
        _ = unsafe epoll_ctl(epoll.number, EPOLL_CTL_MOD, descriptor, &event)
    }

    /// Has the connection read again in this turn although its socket may have nothing.
    func revisit(_ key: UInt64) {
        toRevisit.append(key)
    }

    /// Forgets a closed connection: its socket closes with it.
    func forget(_ connection: Connection) {
        guard table.remove(connection.key) else { return }
        core.connectionCount.subtract(1, ordering: .relaxed)
    }

    /// Gives a connection that is about to answer the loop's buffer, unless it has one.
    func lend(_ outbound: inout OutboundBuffer) {
        if outbound.bytes.capacity == 0 { swap(&outbound, &spareOutbound) }
    }

    /// Takes the empty buffer of an idle connection back.
    func takeBack(_ outbound: inout OutboundBuffer) {
        if spareOutbound.bytes.capacity == 0 { swap(&outbound, &spareOutbound) }
        outbound = OutboundBuffer()
    }

    /// Has a worker make an answer.
    func runLater(_ work: @escaping @Sendable () -> Response, key: UInt64, token: Int64) {
        core.workers.run { [mailbox] in
            mailbox.post(.complete(key: key, token: token, response: work()))
        }
    }

    /// Makes the way back to a connection for somebody who will have an answer.
    func makeResponder(key: UInt64, token: Int64) -> Responder {
        Responder { [mailbox] response in
            mailbox.post(.complete(key: key, token: token, response: response))
        }
    }

    /// Makes the way back to a connection for an answer that comes bit by bit.
    func makeWriter(key: UInt64) -> StreamWriter {
        StreamWriter(unsentBytesMax: limits.streamUnsentBytesMax) { [mailbox] in
            mailbox.post(.resume(key: key))
        }
    }

    /// Makes a request id: unique in this process and, most likely, among processes.
    func makeRequestID() -> String {
        requestCount += UInt64(core.loopCount)
        return RequestID.text(prefix: core.requestIDPrefix, number: requestCount)
    }

    /// Passes an answered request to the log.
    func record(_ exchange: Exchange) {
        if recordedSince == nil { recordedSince = now }
        director.record(exchange)
    }

    /// Passes an event to the log.
    func report(_ event: ConnectionEvent) {
        if recordedSince == nil { recordedSince = now }
        director.record(event)
    }
}
