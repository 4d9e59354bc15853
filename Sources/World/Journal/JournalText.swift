internal import AccountModel
package import HTTP

/// Writes entries for people and programs to read, secrets masked.
package enum JournalText {
    /// Writes one entry as a JSON object.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - writer: Where it goes, as a value.
    package static func write(_ entry: JournalEntry, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("sequence", Int(clamping: entry.sequence))
        switch entry.event {
        case .handshake(let handshake):
            writer.member("kind", JournalFilter.Kind.handshake.rawValue)
            writeTimes(of: entry, to: &writer)
            write(handshake, to: &writer)
        case .exchange(let exchange):
            writer.member("kind", JournalFilter.Kind.request.rawValue)
            writeTimes(of: entry, to: &writer)
            write(exchange, to: &writer)
        }
        writer.endObject()
    }

    /// One entry as JSON text on one line.
    ///
    /// - Parameter entry: The entry.
    /// - Returns: The text.
    package static func json(_ entry: JournalEntry) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 2048)
        write(entry, to: &writer)
        return writer.bytes
    }

    /// A moment of the system's clock as `2025-10-20T00:00:00.123Z`.
    ///
    /// - Parameter nanoseconds: Nanoseconds since 1970.
    /// - Returns: The text, cut to milliseconds.
    package static func systemTime(_ nanoseconds: Int64) -> String {
        let milliseconds = nanoseconds / 1_000_000
        let fraction = String(milliseconds % 1000)
        let second = Timestamp(secondsSince1970: milliseconds / 1000).iso8601.dropLast()
        return second + "." + String(repeating: "0", count: max(0, 3 - fraction.count)) + fraction
            + "Z"
    }

    /// How a version of HTTP is written.
    ///
    /// - Parameter version: The version.
    /// - Returns: `HTTP/1.1` and its like.
    package static func version(_ version: HTTPVersion) -> String {
        switch version {
        case .http10: "HTTP/1.0"
        case .http11: "HTTP/1.1"
        case .http2: "HTTP/2"
        }
    }

    private static func writeTimes(of entry: JournalEntry, to writer: inout JSONWriter) {
        writer.member("outcome", entry.outcome.rawValue)
        writer.member("world_time", entry.worldTime.iso8601)
        writer.member("system_time", systemTime(entry.systemNanoseconds))
        writer.member("connection_id", String(entry.connectionID))
    }
}

// MARK: - Handshakes

extension JournalText {
    static func write(_ handshake: JournalEntry.Handshake, to writer: inout JSONWriter) {
        writer.member("complete", handshake.isComplete)
        writer.member("listener", handshake.listener)
        writer.member("remote_address", handshake.remoteAddress)
        writer.member("local_port", handshake.localPort)
        writer.member("server_name", handshake.serverName)
        writer.beginArray("offered_protocols")
        for name in handshake.offeredProtocols { writer.value(name) }
        writer.endArray()
        writer.member("chosen_protocol", handshake.chosenProtocol)
        writer.member("tls_version", handshake.tlsVersion)
        writer.member("cipher", handshake.cipher)
        writer.member("resumed", handshake.isResumed)
        writer.member("asks_for_client_certificate", handshake.asksForClientCertificate)
        writer.beginArray("presented_chain")
        for certificate in handshake.presentedChain { write(certificate, to: &writer) }
        writer.endArray()
        writeAlert("alert_received", handshake.alertReceived, to: &writer)
        writeAlert("alert_sent", handshake.alertSent, to: &writer)
        writer.member("detail", handshake.detail)
        if let reason = handshake.reasonText { writer.member("reason", reason) }
        writer.member("duration_microseconds", handshake.microseconds)
    }

    static func write(_ certificate: PresentedCertificate, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("serial_number", certificate.serialNumber)
        writer.member("subject", certificate.subject)
        writer.member("issuer", certificate.issuer)
        writer.member("sha256", SecretMask.hexadecimal(certificate.sha256))
        writer.member(
            "not_before",
            Timestamp(secondsSince1970: certificate.notBefore).iso8601
        )
        writer.member("not_after", Timestamp(secondsSince1970: certificate.notAfter).iso8601)
        writer.endObject()
    }

    private static func writeAlert(
        _ name: StaticString,
        _ alert: UInt8?,
        to writer: inout JSONWriter
    ) {
        writer.name(name)
        guard let alert else {
            writer.null()
            return
        }
        writer.beginObject()
        writer.member("number", Int(alert))
        writer.member("name", TLSAlertMeaning(number: alert).name)
        writer.endObject()
    }
}

// MARK: - Requests

extension JournalText {
    private static func write(_ exchange: JournalEntry.Exchange, to writer: inout JSONWriter) {
        writer.member("request_id", exchange.requestID)
        writer.member("remote_address", exchange.connection.remoteAddress)
        writer.member("server_name", exchange.connection.serverName)
        writer.beginObject("request")
        writer.member("method", exchange.method)
        writer.member("path", SecretMask.path(exchange.path))
        writer.member("query", exchange.query.map(SecretMask.query))
        writer.member("authority", exchange.authority)
        writer.member("version", version(exchange.version))
        write(
            exchange.fields,
            exchange.body,
            exchange.bodyByteCount,
            to: &writer
        )
        writer.endObject()
        writer.beginObject("answer")
        writer.member("status", exchange.status)
        write(exchange.answerFields, exchange.answerBody, exchange.answerBodyByteCount, to: &writer)
        writer.endObject()
        writer.member("duration_microseconds", exchange.microseconds)
        writePrincipal(of: exchange, to: &writer)
        writer.name("presented_certificate")
        if let presented = exchange.connection.presentedCertificate {
            write(presented, to: &writer)
        } else {
            writer.null()
        }
        writer.member("reason", exchange.reason)
    }

    private static func write(
        _ fields: Fields,
        _ body: [UInt8],
        _ byteCount: Int,
        to writer: inout JSONWriter
    ) {
        writer.beginArray("headers")
        for field in fields {
            writer.beginObject()
            writer.member("name", field.name)
            writer.member("value", SecretMask.field(field.name, field.value))
            writer.endObject()
        }
        writer.endArray()
        switch BodyMask.show(body, contentType: fields.first("content-type")) {
        case .text(let text):
            writer.member("body", text)
        case .base64(let text):
            writer.member("body", text)
            writer.member("body_encoding", "base64")
        }
        writer.member("body_bytes", byteCount)
        if body.count < byteCount { writer.member("body_kept_bytes", body.count) }
    }

    private static func writePrincipal(
        of exchange: JournalEntry.Exchange,
        to writer: inout JSONWriter
    ) {
        writer.name("principal")
        if let name = exchange.principal {
            writer.beginObject()
            writer.member("name", name)
            writer.member("user_id", exchange.credential?.userID)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.name("credential")
        guard let credential = exchange.credential,
            credential.token != nil || credential.certificate != nil
        else {
            writer.null()
            return
        }
        writer.beginObject()
        writer.member("decided_by", credential.decidedBy?.rawValue)
        writer.member("token_id", credential.token?.id)
        writer.name("certificate")
        if let certificate = credential.certificate {
            writer.beginObject()
            writer.member("id", certificate.id)
            writer.member("serial_number", certificate.serialNumber)
            writer.member("sha256", SecretMask.hexadecimal(certificate.sha256))
            writer.endObject()
        } else {
            writer.null()
        }
        writer.endObject()
    }
}
