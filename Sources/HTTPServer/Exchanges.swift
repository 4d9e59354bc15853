import HTTP

/// The requests and answers of one connection, in one version of HTTP.
///
/// An implementation turns bytes into requests and answers into bytes; the ``Connection`` that
/// owns it moves them.
protocol Exchanges: AnyObject {
    /// Takes decrypted bytes.
    func receive(_ bytes: Span<UInt8>, on connection: Connection)

    /// Takes the answer that a worker has made, or that somebody held back.
    func complete(_ token: Int64, with response: Response, on connection: Connection)

    /// A time has passed that ``EventLoop/setTimer(for:token:in:)`` was asked for.
    func timerFired(_ token: Int64, on connection: Connection)

    /// Appends what is to be sent and not yet in the buffer; goes on with what waited for room.
    func produce(on connection: Connection)

    /// Begins a graceful end: what is under way is finished, nothing new is begun.
    func drain(on connection: Connection)

    /// The connection is over: whoever was still to answer on it is told.
    func abandon()

    /// The deadline that `state` named has passed.
    func expire(on connection: Connection)

    /// What the connection is waiting for, and so which deadline holds.
    var state: ExchangeState { get }

    /// Whether further bytes can be worked on, as far as this version of HTTP is concerned.
    var takesBytes: Bool { get }

    /// Whether the end of the peer's side ends the connection although nobody reads.
    var endsWithPeer: Bool { get }
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

    /// An answer that the server itself holds back, or one that comes bit by bit.
    case waiting

    /// The peer's taking bytes that the socket has no room for.
    case sending
}
