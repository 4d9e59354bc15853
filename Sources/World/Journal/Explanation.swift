internal import AccountModel
package import HTTP

/// Why a request was answered as it was, or why a handshake failed: in sentences.
///
/// The reason of the gate says what is wrong; the rest of the journal says since when, and which
/// request made it so.
package struct Explanation: Sendable {
    /// What is explained.
    package let entry: JournalEntry

    /// The handshake of its connection; nil where the journal has it no longer, or it is one.
    package let handshake: JournalEntry?

    /// The name of the world that it happened in.
    let world: String

    /// The verdict in one sentence.
    package private(set) var summary = ""

    /// What was presented, what was wrong, since when and by whom.
    package private(set) var sentences: [String] = []

    /// What to do; nil where there is nothing to be done.
    package private(set) var remedy: String?

    /// Explains an entry.
    ///
    /// - Parameters:
    ///   - entry: What is to be explained.
    ///   - entries: The journal it stands in, oldest first.
    ///   - world: The name of the world that it happened in.
    package init(
        _ entry: JournalEntry,
        in entries: [JournalEntry],
        of world: String = WorldName.main
    ) {
        self.entry = entry
        self.world = world
        switch entry.event {
        case .handshake(let handshake):
            self.handshake = nil
            explain(handshake)
        case .exchange(let exchange):
            let connection = exchange.connection.id
            handshake = entries.last {
                $0.handshake?.connectionID == connection && $0.sequence < entry.sequence
            }
            explain(exchange, History(of: exchange, at: entry.sequence, in: entries))
        }
    }

    /// Finds and explains a request, or a connection whose handshake failed.
    ///
    /// - Parameters:
    ///   - id: The id of a request, or the number of a connection.
    ///   - journal: Where it is looked for.
    /// - Returns: The explanation; nil when the journal does not have it.
    package static func find(_ id: String, in journal: Journal) -> Explanation? {
        let entries = journal.entries()
        let found =
            entries.last { $0.exchange?.requestID == id }
            ?? UInt64(id).flatMap { number in
                entries.last { $0.handshake?.connectionID == number }
            }
        return found.map { Explanation($0, in: entries, of: journal.world) }
    }

    /// The whole as lines to be read in a terminal.
    package var text: String {
        var lines = [summary] + sentences
        if let remedy { lines.append("What to do: \(remedy).") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Writes the whole as a JSON object.
    ///
    /// - Parameter writer: Where it goes, as a value.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("summary", summary)
        writer.member("outcome", entry.outcome.rawValue)
        writer.beginArray("sentences")
        for sentence in sentences { writer.value(sentence) }
        writer.endArray()
        writer.member("what_to_do", remedy)
        writer.name("entry")
        JournalText.write(entry, to: &writer)
        writer.name("handshake")
        if let handshake {
            JournalText.write(handshake, to: &writer)
        } else {
            writer.null()
        }
        writer.endObject()
    }
}

// MARK: - Requests

extension Explanation {
    private mutating func explain(_ exchange: JournalEntry.Exchange, _ history: History) {
        let path = SecretMask.path(exchange.path)
        let what =
            exchange.method == "-" ? "Bytes that are no request" : "\(exchange.method) \(path)"
        let answer = exchange.status == 0 ? "not answered" : "answered \(exchange.status)"
        switch entry.outcome {
        case .ok:
            summary = "\(what) was let in and \(answer)."
        case .refused:
            summary = "\(what) was refused and \(answer)."
        case .failed:
            summary = "\(what) was \(answer): it failed on the server's side."
        }
        sentences.append(
            "It came at \(entry.worldTime) of the world's clock over \(connectionText(exchange))."
        )
        sentences.append(keyText(exchange))
        sentences.append(certificateText(exchange))
        sentences.append(verdict(exchange))
        sentences += history.sentences
        remedy = remedy(for: exchange)
    }

    private func connectionText(_ exchange: JournalEntry.Exchange) -> String {
        let connection = exchange.connection
        let tls = connection.tlsVersion.map { ", \($0)" } ?? ""
        let name = connection.serverName.map { ", server name \($0)" } ?? ", no server name"
        return "connection \(connection.id) from \(connection.remoteAddress) to the"
            + " \(connection.listener) port (\(JournalText.version(exchange.version))\(tls)\(name)"
            + "\(connection.isResumed ? ", a resumed session" : ""))"
    }

    private func keyText(_ exchange: JournalEntry.Exchange) -> String {
        guard let key = exchange.presentedKey else {
            return exchange.fields.first("x-api-key") == nil
                ? "It brought no key: there is no x-api-key header."
                : "It brought an empty key: x-api-key has no value."
        }
        guard exchange.fields.all("x-api-key").count == 1 else {
            return "It brought several keys: x-api-key was sent more than once."
        }
        let shown = "It brought the key \(SecretMask.text(key))"
        guard let credential = exchange.credential else {
            return shown + ", which was not looked at: the answer was decided before that."
        }
        guard let token = credential.token else {
            return shown + ", which was not recognized as a token of this world."
        }
        return shown + ", which is token \(token.id) of user \(token.userID)."
    }

    private func certificateText(_ exchange: JournalEntry.Exchange) -> String {
        guard let presented = exchange.connection.presentedCertificate else {
            return exchange.connection.asksForClientCertificate
                ? "It presented no certificate, although the handshake asked for one."
                : "No certificate was asked for on this host."
        }
        let shown =
            "It presented certificate \(presented.serialNumber) (subject \(presented.subject))"
        guard let credential = exchange.credential else {
            return shown + ", which was not looked at: the answer was decided before that."
        }
        guard let known = credential.certificate else {
            return shown + ", which is none of this world's."
        }
        return shown + ", which belongs to user \(known.userID)."
    }

    private func verdict(_ exchange: JournalEntry.Exchange) -> String {
        var text: String
        switch (exchange.principal, exchange.credential?.decidedBy) {
        case (let name?, .token?):
            text = "It speaks for \(name): the key decided."
        case (let name?, .certificate?):
            text = "It speaks for \(name): the certificate decided, for there was no key."
        case (let name?, nil):
            text = "It speaks for \(name)."
        case (nil, _):
            text = exchange.status < 400 ? "Nobody had to be recognized." : "Nobody was recognized."
        }
        if let reason = exchange.reason.map(Self.withoutStop) {
            text += entry.outcome == .ok ? " Note: \(reason)." : " The reason: \(reason)."
        }
        return text
    }
}

// MARK: - Handshakes

extension Explanation {
    private mutating func explain(_ handshake: JournalEntry.Handshake) {
        let name = handshake.serverName.map { "for \($0)" } ?? "without a server name"
        let isPlainHTTP = handshake.detail == HandshakeFacts.plainHTTP
        summary =
            "The TLS handshake of connection \(handshake.connectionID) \(name) "
            + (handshake.isComplete ? "was completed." : isPlainHTTP ? "never began." : "failed.")
        let milliseconds = handshake.microseconds / 1000
        sentences.append(
            "It came at \(entry.worldTime) of the world's clock from \(handshake.remoteAddress) to"
                + " port \(handshake.localPort) (\(handshake.listener)) and took"
                + " \(milliseconds) ms."
        )
        if let version = handshake.tlsVersion {
            sentences.append(
                "It came to \(version)\(handshake.cipher.map { " with \($0)" } ?? "")."
            )
        }
        if !handshake.offeredProtocols.isEmpty {
            let chosen = handshake.chosenProtocol.map { "; \($0) was chosen" } ?? ""
            let offered = handshake.offeredProtocols.joined(separator: ", ")
            sentences.append("The client offered \(offered)\(chosen).")
        }
        if let leaf = handshake.presentedChain.first {
            sentences.append(
                "The client presented certificate \(leaf.serialNumber) (subject \(leaf.subject),"
                    + " issuer \(leaf.issuer))."
            )
        } else if handshake.asksForClientCertificate, handshake.isComplete {
            sentences.append("The client presented no certificate, although it was asked for one.")
        }
        if isPlainHTTP {
            remedy = "ask for https:// instead; http:// leads to the control port alone"
        } else {
            explainAlerts(of: handshake)
        }
        if let reason = handshake.reason {
            sentences.append("The reason: \(Self.withoutStop(reason)).")
            remedy =
                "delete the rule, or use up its count, if it is not wanted any longer:"
                + " GET /worlds/\(world)/faults lists the rules"
        }
        if let detail = handshake.detail { sentences.append("What went wrong: \(detail).") }
    }

    private mutating func explainAlerts(of handshake: JournalEntry.Handshake) {
        if let number = handshake.alertReceived {
            let alert = TLSAlertMeaning(number: number)
            sentences.append(
                "The client sent the alert \(alert.name) (\(number)): \(alert.fromClient)."
            )
            if !handshake.isComplete { remedy = alert.remedy }
        }
        if let number = handshake.alertSent {
            sentences.append(
                "The server sent the alert \(TLSAlertMeaning(number: number).name) (\(number))."
            )
            if !handshake.isComplete, remedy == nil {
                remedy =
                    "see GET /worlds/\(world)/faults for a rule that demands this alert; without"
                    + " one, compare what the client offers with what is served"
            }
        }
        if !handshake.isComplete, handshake.alertReceived == nil, handshake.alertSent == nil {
            sentences.append("Neither side sent an alert: the connection broke off.")
            remedy =
                "see whether the client ran into a limit of its own, or a proxy between ended it"
        }
    }
}
