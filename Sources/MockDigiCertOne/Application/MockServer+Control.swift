import ControlAPI
import HTTP
import World

/// What the control listener answers.
public struct ControlReply: Sendable, Hashable {
    /// The status of HTTP.
    public let status: Int

    /// The media type of the body; empty without one.
    public let contentType: String

    /// The body.
    public let body: [UInt8]

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
}

extension MockServer {
    /// Asks what the control listener is asked, without a socket and without its token: for what
    /// has no call of its own, such as `GET /worlds/default/report` or `…/client-ca.crl`.
    ///
    /// Blocks until the answer is made, which may take as long as a key takes to make.
    ///
    /// - Parameters:
    ///   - method: The method, such as `GET`.
    ///   - path: The path with its query, percent-encoded; `docs/openapi-control.json` lists all.
    ///   - json: What is sent, as JSON; nil sends nothing.
    /// - Returns: The answer, whatever its status.
    /// - Throws: ``MockError`` for what waits or never ends: those have calls of their own.
    public func control(
        _ method: String,
        _ path: String,
        json: String? = nil
    ) throws(MockError) -> ControlReply {
        var request = Request(method: method, target: path, body: Array((json ?? "").utf8))
        if json != nil { request.fields.set("content-type", "application/json") }
        let context = RequestContext(
            requestID: "embedded",
            connection: ConnectionFacts(
                id: 0,
                loop: 0,
                listener: ListenerName.control.rawValue,
                remoteAddress: "127.0.0.1:0",
                world: WorldName.main
            )
        )
        guard let response = controlAPI.reply(to: request, in: context).made() else {
            throw MockError(
                "\(method) \(path) answers later, or bit by bit: call waitForJournal or waitForMail"
            )
        }
        return ControlReply(
            status: response.status,
            contentType: response.fields.first("content-type") ?? "",
            body: response.body
        )
    }
}
