import HTTP
import OpenSSLBridge
import Synchronization

/// What reaches a loop from other threads.
enum LoopMessage: Sendable {
    /// A worker has made an answer, or whoever held one back has it.
    case complete(key: UInt64, token: Int64, response: Response)

    /// There is more of an answer that comes bit by bit.
    case resume(key: UInt64)

    /// Accept connections on these too.
    case watch([OpenListener])

    /// Accept no more on these.
    case unwatch([OpenListener])

    /// Finish what is under way on the connections of a world, and close them.
    case closeConnections(world: String)

    /// Stop accepting, finish, end.
    case drain
}

/// The way into a loop from other threads.
final class LoopMailbox: Sendable {
    private let messages = Mutex<[LoopMessage]>([])

    /// Readable while there are messages.
    let counter: EventCounter

    init() throws(SystemError) {
        counter = try EventCounter.make(isSemaphore: false)
    }

    /// Leaves a message and wakes the loop.
    func post(_ message: LoopMessage) {
        messages.withLock { $0.append(message) }
        counter.signal()
    }

    /// Takes every message.
    func takeAll() -> [LoopMessage] {
        counter.take()
        return messages.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }
}

/// What all loops of a server share.
final class ServerCore: Sendable {
    let limits: ServerLimits
    let director: any ConnectionDirector
    let tlsContext: TLSContext
    let workers: Workers
    let loopCount: Int

    /// The first characters of every request id of this process.
    let requestIDPrefix: [UInt8]

    /// How many connections are open in all loops.
    let connectionCount = Atomic<Int>(0)

    init(
        limits: ServerLimits,
        director: any ConnectionDirector,
        tlsContext: consuming TLSContext,
        workers: Workers,
        loopCount: Int
    ) {
        self.limits = limits
        self.director = director
        self.tlsContext = tlsContext
        self.workers = workers
        self.loopCount = loopCount
        requestIDPrefix = SecureRandom.bytes(5).map { RequestID.digits[Int($0 % 32)] }
    }
}
