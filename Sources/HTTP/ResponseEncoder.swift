/// Writes responses as HTTP/1.1 bytes (RFC 9112 §4).
package enum ResponseEncoder {
    /// The interim response that asks for the body (RFC 9110 §15.2.1).
    package static let continueBytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends one response.
    ///
    /// - Parameters:
    ///   - response: The response.
    ///   - bytes: Where to append.
    ///   - version: The version of the request.
    ///   - isHead: Whether the request was HEAD: the length is told, the body is not sent.
    ///   - keepsAlive: Whether the connection stays open.
    package static func append(
        _ response: Response,
        to bytes: inout [UInt8],
        version: HTTPVersion,
        isHead: Bool,
        keepsAlive: Bool
    ) {}
}
