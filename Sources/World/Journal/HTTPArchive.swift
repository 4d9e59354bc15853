internal import AccountModel
internal import HTTP

/// Requests as an HTTP Archive (HAR 1.2), which browsers and proxies open; secrets masked.
///
/// What HAR has no member for stands in members that begin with an underscore, as the format asks:
/// `_tls` is the handshake, `_reason` why an answer was what it was.
package enum HTTPArchive {
    /// Writes an archive.
    ///
    /// - Parameters:
    ///   - entries: A journal, oldest first; handshakes go to the requests of their connections.
    ///   - world: The name of the world, for the comment.
    ///   - programVersion: The version of the program that writes it.
    /// - Returns: The JSON text.
    package static func json(
        of entries: [JournalEntry],
        world: String,
        programVersion: String
    ) -> [UInt8] {
        var handshakes: [UInt64: JournalEntry.Handshake] = [:]
        var writer = JSONWriter(reservingCapacity: 4096 + entries.count * 2048)
        writer.beginObject()
        writer.beginObject("log")
        writer.member("version", "1.2")
        writer.beginObject("creator")
        writer.member("name", "mock-digicert-one")
        writer.member("version", programVersion)
        writer.endObject()
        writer.beginArray("pages")
        writer.endArray()
        writer.beginArray("entries")
        for entry in entries {
            switch entry.event {
            case .handshake(let handshake): handshakes[handshake.connectionID] = handshake
            case .exchange(let exchange):
                write(entry, exchange, handshakes[exchange.connection.id], to: &writer)
            }
        }
        writer.endArray()
        writer.member("comment", "world \(world), keys and passwords masked")
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private static func write(
        _ entry: JournalEntry,
        _ exchange: JournalEntry.Exchange,
        _ handshake: JournalEntry.Handshake?,
        to writer: inout JSONWriter
    ) {
        let begin = entry.systemNanoseconds - Int64(exchange.microseconds) * 1000
        writer.beginObject()
        writer.member("startedDateTime", JournalText.systemTime(begin))
        writer.member("time", raw: milliseconds(exchange.microseconds))
        writer.name("request")
        writeRequest(exchange, to: &writer)
        writer.name("response")
        writeResponse(exchange, to: &writer)
        writer.beginObject("cache")
        writer.endObject()
        writer.beginObject("timings")
        writer.member("send", 0)
        writer.member("wait", raw: milliseconds(exchange.microseconds))
        writer.member("receive", 0)
        writer.endObject()
        writer.member("connection", String(exchange.connection.id))
        writer.member("_requestId", exchange.requestID)
        writer.member("_worldTime", entry.worldTime.iso8601)
        if let principal = exchange.principal { writer.member("_principal", principal) }
        if let reason = exchange.reason { writer.member("_reason", reason) }
        if let handshake {
            writer.beginObject("_tls")
            JournalText.write(handshake, to: &writer)
            writer.endObject()
        }
        writer.endObject()
    }

    private static func writeRequest(
        _ exchange: JournalEntry.Exchange,
        to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("method", exchange.method)
        writer.member("url", url(of: exchange))
        writer.member("httpVersion", JournalText.version(exchange.version))
        writeHead(exchange.fields, to: &writer)
        writer.beginArray("queryString")
        for item in PercentEncoding.queryItems(exchange.query) ?? [] {
            writer.beginObject()
            writer.member("name", item.name)
            let masked = SecretMask.parameter(name: item.name, value: item.value)
            writer.member("value", masked ?? item.value)
            writer.endObject()
        }
        writer.endArray()
        if exchange.bodyByteCount > 0 {
            let type = exchange.fields.first("content-type")
            writer.beginObject("postData")
            writer.member("mimeType", type ?? "")
            switch BodyMask.show(exchange.body, contentType: type) {
            case .text(let text):
                writer.member("text", text)
                comment(exchange.body, exchange.bodyByteCount, to: &writer)
            case .base64(let text):
                // The format has no encoding for what is sent, only for what is answered.
                writer.member("text", text)
                writer.member("comment", "in base64")
            }
            writer.endObject()
        }
        writer.member("bodySize", exchange.bodyByteCount)
        writer.endObject()
    }

    private static func writeResponse(
        _ exchange: JournalEntry.Exchange,
        to writer: inout JSONWriter
    ) {
        let type = exchange.answerFields.first("content-type")
        writer.beginObject()
        writer.member("status", exchange.status)
        writer.member("statusText", "")
        writer.member("httpVersion", JournalText.version(exchange.version))
        writeHead(exchange.answerFields, to: &writer)
        writer.beginObject("content")
        writer.member("size", exchange.answerBodyByteCount)
        writer.member("mimeType", type ?? "application/octet-stream")
        switch BodyMask.show(exchange.answerBody, contentType: type) {
        case .text(let text):
            writer.member("text", text)
        case .base64(let text):
            writer.member("text", text)
            writer.member("encoding", "base64")
        }
        comment(exchange.answerBody, exchange.answerBodyByteCount, to: &writer)
        writer.endObject()
        writer.member(
            "redirectURL",
            exchange.answerFields.first("location").map { SecretMask.field("location", $0) } ?? ""
        )
        writer.member("bodySize", exchange.answerBodyByteCount)
        writer.endObject()
    }

    /// What a request's and a response's head have in common.
    private static func writeHead(_ fields: Fields, to writer: inout JSONWriter) {
        // Cookies stand, masked, among the headers; the API has none.
        writer.beginArray("cookies")
        writer.endArray()
        writer.beginArray("headers")
        for field in fields {
            writer.beginObject()
            writer.member("name", field.name)
            writer.member("value", SecretMask.field(field.name, field.value))
            writer.endObject()
        }
        writer.endArray()
        writer.member("headersSize", -1)
    }

    private static func comment(
        _ body: [UInt8],
        _ byteCount: Int,
        to writer: inout JSONWriter
    ) {
        guard body.count < byteCount else { return }
        writer.member("comment", "the first \(body.count) of \(byteCount) bytes")
    }

    private static func url(of exchange: JournalEntry.Exchange) -> String {
        let scheme = exchange.connection.tlsVersion == nil ? "http" : "https"
        let host = exchange.authority ?? exchange.connection.serverName ?? "unknown.invalid"
        let path = exchange.path.hasPrefix("/") ? SecretMask.path(exchange.path) : "/"
        return "\(scheme)://\(host)\(path)"
            + (exchange.query.map { "?" + SecretMask.query($0) } ?? "")
    }

    /// A number of milliseconds with its fraction.
    private static func milliseconds(_ microseconds: Int) -> [UInt8] {
        let fraction = String(max(0, microseconds) % 1000)
        let zeros = String(repeating: "0", count: max(0, 3 - fraction.count))
        return Array("\(max(0, microseconds) / 1000).\(zeros)\(fraction)".utf8)
    }
}
