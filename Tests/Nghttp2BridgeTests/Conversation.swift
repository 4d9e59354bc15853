@testable import Nghttp2Bridge

/// A client and a server that hand each other bytes until both are silent.
final class Conversation {
    let client: ClientSession
    let server: HTTP2Session

    /// Every event of the server, in order.
    private(set) var events: [HTTP2Session.Event] = []

    /// What the server threw, if anything.
    private(set) var failure: Nghttp2Error?

    /// Answers a request at once; nil leaves it open.
    var handler: ((Int32, [(name: String, value: String)], [UInt8]) -> (Int, [UInt8])?)?

    init(limits: HTTP2Limits = HTTP2Limits(), client: ClientSession = ClientSession()) throws {
        self.client = client
        server = try HTTP2Session(limits: limits)
    }

    /// The requests that arrived complete.
    var requests: [(stream: Int32, fields: [(name: String, value: String)], body: [UInt8])] {
        events.compactMap { event in
            guard case .request(let stream, let fields, let body) = event else { return nil }
            return (stream, fields, body)
        }
    }

    /// The names of the events with their streams, such as `request 1`.
    var story: [String] {
        events.map { event in
            switch event {
            case .request(let stream, _, _): "request \(stream)"
            case .expectsContinue(let stream): "expects continue \(stream)"
            case .headersTooLarge(let stream): "headers too large \(stream)"
            case .bodyTooLarge(let stream): "body too large \(stream)"
            case .streamClosed(let stream, let isAnswered):
                "closed \(stream)\(isAnswered ? "" : " unanswered")"
            }
        }
    }

    /// Exchanges bytes in pieces of a size until nobody has anything to say.
    func run(pieceBytes: Int = .max) {
        while true {
            let fromClient = client.bytesToSend()
            feed(fromClient, pieceBytes: pieceBytes)
            let fromServer = drain()
            client.receive(fromServer)
            if fromClient.isEmpty, fromServer.isEmpty { return feed([]) }
        }
    }

    /// Gives bytes to the server and its events to the handler.
    func feed(_ bytes: [UInt8], pieceBytes: Int = .max) {
        var rest = bytes[...]
        repeat {
            let piece = Array(rest.prefix(pieceBytes))
            rest = rest.dropFirst(piece.count)
            do throws(Nghttp2Error) {
                for event in try server.receive(piece) { take(event) }
            } catch {
                failure = error
            }
        } while !rest.isEmpty
    }

    /// All that the server wants to send now.
    func drain() -> [UInt8] {
        var output: [UInt8] = []
        while case let bytes = server.bytesToSend(atMost: 16 * 1024), !bytes.isEmpty {
            output += bytes
        }
        return output
    }

    /// Starts a conversation by hand: what follows is written frame by frame.
    func begin() {
        feed(RawFrame.preface + RawFrame.settings)
        _ = drain()
    }

    func answer(_ stream: Int32, _ status: Int, _ body: [UInt8] = [], isHead: Bool = false) {
        do throws(Nghttp2Error) {
            try server.respond(
                stream: stream,
                status: status,
                fields: [("content-type", "text/plain")],
                body: body,
                isHead: isHead
            )
        } catch {
            failure = error
        }
    }

    private func take(_ event: HTTP2Session.Event) {
        events.append(event)
        switch event {
        case .request(let stream, let fields, let body):
            guard let (status, body) = handler?(stream, fields, body) else { return }
            answer(stream, status, body)
        case .expectsContinue(let stream): server.sendContinue(stream: stream)
        case .headersTooLarge(let stream): answer(stream, 431, Array("headers".utf8))
        case .bodyTooLarge(let stream): answer(stream, 413, Array("body".utf8))
        case .streamClosed: break
        }
    }
}
