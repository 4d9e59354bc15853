internal import AccountModel
internal import Pages
internal import World

/// An entry of the journal as a page shows it: what ``JournalText`` writes, secrets masked.
struct JournalView {
    private let entry: JournalEntry
    private let tree: JSONTree

    init(_ entry: JournalEntry) {
        self.entry = entry
        tree = (try? JSONTree.parse(JournalText.json(entry))) ?? .null
    }

    /// One line of the list.
    var row: PageValues {
        var values: PageValues = [
            "sequence": .text("\(entry.sequence)"),
            "time": .text(entry.worldTime.iso8601),
            "outcome": .text(entry.outcome.rawValue),
            "badge": .text(Self.badge(of: entry.outcome)),
        ]
        if let exchange = entry.exchange {
            values["what"] = .text("\(tree["request", "method"]) \(tree["request", "path"])")
            values["result"] = .text(exchange.status == 0 ? "none" : "\(exchange.status)")
            values["who"] = .text(tree["principal", "name"])
            values["certificate"] = .text(tree["presented_certificate", "serial_number"])
            values["reason"] = .text(tree["reason"])
        } else {
            values["isHandshake"] = true
            let name = tree["server_name"]
            values["what"] = .text(
                "TLS handshake on \(tree["listener"])" + (name.isEmpty ? "" : " for \(name)")
            )
            values["result"] = .text(entry.outcome == .ok ? tree["tls_version"] : "failed")
            values["certificate"] = .text(
                tree.list("presented_chain").first?["serial_number"] ?? ""
            )
            let reason = tree["reason"]
            values["reason"] = .text(reason.isEmpty ? tree["detail"] : reason)
        }
        return values
    }

    static func badge(of outcome: JournalOutcome) -> String {
        switch outcome {
        case .ok: "good"
        case .refused: "bad"
        case .failed: "warn"
        }
    }

    /// The whole entry.
    var details: PageValues {
        var values = row
        values["systemTime"] = .text(tree["system_time"])
        values["connection"] = .text(tree["connection_id"])
        values["microseconds"] = .text(tree["duration_microseconds"])
        guard let exchange = entry.exchange else {
            values.merge(handshakeValues) { $1 }
            values["hasExchange"] = false
            return values
        }
        let query = tree["request", "query"]
        values["hasExchange"] = true
        values["requestID"] = .text(exchange.requestID)
        values["remote"] = .text(tree["remote_address"])
        let target = tree["request", "path"] + (query.isEmpty ? "" : "?\(query)")
        values["request"] = .text(
            Self.message(
                "\(tree["request", "method"]) \(target) \(tree["request", "version"])",
                tree.member("request")
            )
        )
        values["answer"] = .text(
            exchange.status == 0
                ? "No answer was sent."
                : Self.message(
                    "\(tree["request", "version"]) \(exchange.status)",
                    tree.member("answer")
                )
        )
        values["decidedBy"] = .text(tree["credential", "decided_by"])
        values["userID"] = .text(tree["principal", "user_id"])
        values["certificateID"] = .text(tree.member("credential").member("certificate")["id"])
        values["presented"] = .text(tree["presented_certificate", "subject"])
        return values
    }

    /// A head and a body as one text.
    private static func message(_ line: String, _ tree: JSONTree) -> String {
        var text = line + "\n"
        for field in tree.list("headers") { text += "\(field["name"]): \(field["value"])\n" }
        let body = tree["body"]
        if !body.isEmpty { text += "\n" + body }
        let kept = tree["body_kept_bytes"]
        if !kept.isEmpty { text += "\n(\(kept) of \(tree["body_bytes"]) bytes were kept)" }
        return text
    }

    /// What the handshake says, for the block of it.
    var handshakeValues: PageValues {
        guard entry.handshake != nil else { return [:] }
        return [
            "hasHandshake": true,
            "tlsVersion": .text(tree["tls_version"]), "cipher": .text(tree["cipher"]),
            "serverName": .text(tree["server_name"]), "listener": .text(tree["listener"]),
            "port": .text(tree["local_port"]),
            "handshakeFrom": .text(tree["remote_address"]),
            "offered": .text(
                tree.list("offered_protocols").map(\.plain).joined(separator: ", ")
            ),
            "chosen": .text(tree["chosen_protocol"]),
            "resumed": .flag(tree["resumed"] == "true"),
            "asks": .flag(tree["asks_for_client_certificate"] == "true"),
            "complete": .flag(tree["complete"] == "true"),
            "detail": .text(tree["detail"]), "handshakeReason": .text(tree["reason"]),
            "alertSent": .text(Self.alert(tree.member("alert_sent"))),
            "alertReceived": .text(Self.alert(tree.member("alert_received"))),
            "handshakeMicroseconds": .text(tree["duration_microseconds"]),
            "chain": .list(
                tree.list("presented_chain").map { certificate in
                    [
                        "subject": .text(certificate["subject"]),
                        "issuer": .text(certificate["issuer"]),
                        "serial": .text(certificate["serial_number"]),
                        "sha256": .text(certificate["sha256"]),
                        "from": .text(certificate["not_before"]),
                        "to": .text(certificate["not_after"]),
                    ]
                }
            ),
        ]
    }

    private static func alert(_ tree: JSONTree) -> String {
        let name = tree["name"]
        return name.isEmpty ? "" : "\(name) (\(tree["number"]))"
    }
}

extension JSONTree {
    /// A member, or null where there is none.
    func member(_ name: String) -> JSONTree {
        guard case .object(let members) = self else { return .null }
        return members[name] ?? .null
    }

    /// A member in words; empty where there is none.
    subscript(name: String) -> String { member(name).plain }

    /// A member of a member in words.
    subscript(name: String, inner: String) -> String { member(name).member(inner).plain }

    func list(_ name: String) -> [JSONTree] {
        guard case .array(let values) = member(name) else { return [] }
        return values
    }

    /// A value in words, without quotation marks; null is empty.
    var plain: String {
        switch self {
        case .null, .array, .object: ""
        case .flag(let flag): flag ? "true" : "false"
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .text(let text): text
        }
    }
}
