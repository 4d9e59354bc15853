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

    private let sockets: ListenerSockets
    private let core: ServerCore
    private let mailboxes: [LoopMailbox]
    private let threads: Mutex<[Thread]>

    private init(
        sockets: ListenerSockets,
        core: ServerCore,
        mailboxes: [LoopMailbox],
        threads: [Thread]
    ) {
        listeners = sockets.bound
        refusals = sockets.refusals
        self.sockets = sockets
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
            listeners: sockets.descriptors,
            loopCount: loops
        )
        var mailboxes: [LoopMailbox] = []
        var threads: [Thread] = []
        do {
            for index in 0..<loops {
                let mailbox = try LoopMailbox()
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
        // In this order: whoever is refused can rely on every answer from now on being a last one.
        for mailbox in mailboxes { mailbox.post(.drain) }
        sockets.refuse()
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
