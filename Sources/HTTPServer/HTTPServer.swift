import CLinux
import Glibc
import HTTP
import OpenSSLBridge
import Synchronization

/// The server: listeners, event loops, workers.
package final class HTTPServer: Sendable {
    /// The listeners as bound, in the order asked for.
    package let listeners: [BoundListener]

    /// Why optional listeners are not among them.
    package let refusals: [ServerStartError]

    private let open: Mutex<OpenListeners>
    private let core: ServerCore
    private let mailboxes: [LoopMailbox]
    private let threads: Mutex<[Thread]>

    /// What accepts connections at present.
    ///
    /// Loops are told of changes while this is locked, so that all hear of them in one order.
    private struct OpenListeners {
        var sockets: [OpenListener]
        var isDraining = false
    }

    private init(
        sockets: ListenerSockets,
        core: ServerCore,
        mailboxes: [LoopMailbox],
        threads: [Thread]
    ) {
        listeners = sockets.bound
        refusals = sockets.refusals
        open = Mutex(OpenListeners(sockets: sockets.sockets))
        self.core = core
        self.mailboxes = mailboxes
        self.threads = Mutex(threads)
    }

    /// Binds every listener, then starts the loops.
    ///
    /// - Parameters:
    ///   - configurations: What to listen on.
    ///   - limits: The limits of the transport.
    ///   - loops: How many event loops, one thread each; at least 1.
    ///   - director: Who chooses worlds, answers requests and logs.
    /// - Returns: The running server; every listener accepts.
    /// - Throws: ``ServerStartError`` when a listener that is not optional cannot be bound.
    package static func start(
        _ configurations: [ListenerConfiguration],
        limits: ServerLimits,
        loops: Int,
        director: any ConnectionDirector
    ) throws(ServerStartError) -> HTTPServer {
        // A peer that has gone shows itself as an error of the write, not as a signal.
        _ = signal(SIGPIPE, SIG_IGN)
        let sockets = try ListenerSockets.bind(configurations)
        do {
            return try start(sockets, limits: limits, loops: loops, director: director)
        } catch let error as SystemError {
            throw .system(operation: error.operation, detail: error.detail)
        } catch {
            throw .system(operation: "OpenSSL", detail: "\(error)")
        }
    }

    private static func start(
        _ sockets: ListenerSockets,
        limits: ServerLimits,
        loops: Int,
        director: any ConnectionDirector
    ) throws -> HTTPServer {
        let loops = max(loops, 1)
        let core = ServerCore(
            limits: limits,
            director: director,
            tlsContext: try TLSContext.makeServer(),
            workers: try Workers(count: max(2, loops)),
            loopCount: loops
        )
        var mailboxes: [LoopMailbox] = []
        var threads: [Thread] = []
        do {
            for index in 0..<loops {
                let mailbox = try LoopMailbox()
                mailbox.post(.watch(sockets.sockets))
                let thread = try EventLoop.start(index: index, core: core, mailbox: mailbox)
                mailboxes.append(mailbox)
                threads.append(thread)
            }
        } catch {
            for mailbox in mailboxes { mailbox.post(.drain) }
            for thread in threads { thread.join() }
            core.workers.stop()
            throw error
        }
        return HTTPServer(sockets: sockets, core: core, mailboxes: mailboxes, threads: threads)
    }

    /// Stops accepting, finishes what is in flight within ``ServerLimits/drainTimeout``, closes.
    ///
    /// Blocks the calling thread until every loop has ended; a second call returns at once.
    package func drain() {
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        guard !running.isEmpty else { return }
        let sockets = open.withLock { open in
            open.isDraining = true
            post(.drain)
            defer { open.sockets = [] }
            return open.sockets
        }
        // After the order to drain: whoever is refused can rely on every answer being a last one.
        for socket in sockets { socket.refuse() }
        for thread in running { thread.join() }
        core.workers.stop()
    }

    /// How many cores this process may run on: the natural number of loops.
    package static var availableCores: Int {
        Int(clinux_sched_getaffinity_count())
    }

    /// How many connections are open.
    package var connectionCount: Int { core.connectionCount.load(ordering: .relaxed) }
}

// MARK: - Listeners that come and go

extension HTTPServer {
    /// Opens further listeners, all or none; those that are optional may be missing.
    ///
    /// May be called on a loop. The kernel takes connections from now on, every loop accepts them.
    ///
    /// - Parameter configurations: What to listen on, and for which world.
    /// - Returns: The listeners as bound, in the order asked for.
    /// - Throws: ``ServerStartError`` for the first that must be there and cannot be bound; nothing
    ///   is open then.
    package func open(
        _ configurations: [ListenerConfiguration]
    ) throws(ServerStartError) -> [BoundListener] {
        let bound = try ListenerSockets.bind(configurations)
        let isOpen = open.withLock { open in
            guard !open.isDraining else { return false }
            open.sockets += bound.sockets
            post(.watch(bound.sockets))
            return true
        }
        guard isOpen else {
            throw .system(operation: "listen", detail: "the server is stopping")
        }
        return bound.bound
    }

    /// Closes every listener of a world: its ports are free when this returns.
    ///
    /// Connections already accepted go on; ``closeConnections(world:)`` ends them.
    ///
    /// - Parameter world: The world, as its listeners' configurations named it.
    package func close(world: String) {
        let closed = open.withLock { open in
            let closed = open.sockets.filter { $0.configuration.world == world }
            guard !closed.isEmpty else { return closed }
            open.sockets.removeAll { $0.configuration.world == world }
            post(.unwatch(closed))
            return closed
        }
        for socket in closed { socket.refuse() }
    }

    /// Ends every connection that belongs to a world, whichever listener took it.
    ///
    /// What a handler or a worker is answering is answered, with `Connection: close` or GOAWAY;
    /// what only waits (streams, delayed answers, handshakes) ends at once. Returns before that.
    ///
    /// - Parameter world: The world, as the director named it for the connection.
    package func closeConnections(world: String) {
        post(.closeConnections(world: world))
    }

    private func post(_ message: LoopMessage) {
        for mailbox in mailboxes { mailbox.post(message) }
    }
}

extension EventLoop {
    /// Starts a thread that makes a loop and runs it to its end.
    ///
    /// The loop is made on its own thread: it belongs to no other.
    ///
    /// - Throws: ``SystemError`` when the loop cannot be made or the thread not be started.
    static func start(
        index: Int,
        core: ServerCore,
        mailbox: LoopMailbox
    ) throws(SystemError) -> Thread {
        let epoll = try EventLoop.makeEpoll()
        let number = epoll.release()
        return try Thread.start(name: "loop-\(index)") {
            let epoll = FileDescriptor(adopting: number)
            EventLoop(index: index, core: core, mailbox: mailbox, epoll: epoll).run()
        }
    }
}
