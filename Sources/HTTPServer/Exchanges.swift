import HTTP

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
