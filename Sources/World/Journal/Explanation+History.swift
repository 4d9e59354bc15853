internal import AccountModel
internal import HTTP

extension Explanation {
    /// What the same credential had been good for before.
    struct History {
        /// Since when it is refused, and what happened in between; empty where nothing is known.
        let sentences: [String]

        /// Looks back from a request.
        ///
        /// - Parameters:
        ///   - exchange: The request.
        ///   - sequence: Its number.
        ///   - entries: The journal, oldest first.
        init(
            of exchange: JournalEntry.Exchange,
            at sequence: UInt64,
            in entries: [JournalEntry]
        ) {
            guard [401, 403].contains(exchange.status), exchange.principal == nil,
                !exchange.isOnPurpose,
                let mark = Mark(of: exchange)
            else {
                sentences = []
                return
            }
            let before = entries.filter { $0.sequence < sequence }
            let uses = before.filter { entry in entry.exchange.flatMap { Mark(of: $0) } == mark }
            guard let good = uses.last(where: { $0.exchange?.principal != nil }),
                let goodExchange = good.exchange
            else {
                sentences =
                    uses.isEmpty ? [] : ["It was refused \(Self.times(uses.count)) before this."]
                return
            }
            var sentences = [
                "The same credential was last let in at \(good.worldTime), by request"
                    + " \(goodExchange.requestID)."
            ]
            let between = before.filter { $0.sequence > good.sequence }
            let changes = between.filter { Self.changes($0, mark, goodExchange) }
            if let sentence = Self.sentence(about: changes) { sentences.append(sentence) }
            let refusals = uses.filter { $0.sequence > good.sequence }
            if let first = refusals.first {
                sentences.append(
                    "It has been refused since \(first.worldTime), \(Self.times(refusals.count))"
                        + " before this."
                )
            }
            self.sentences = sentences
        }

        /// By what a credential is known again.
        private enum Mark: Hashable {
            case key(String)
            case certificate(String)

            init?(of exchange: JournalEntry.Exchange) {
                if let key = exchange.presentedKey {
                    self = .key(key)
                } else if let serial = exchange.certificateSerialNumber {
                    self = .certificate(serial)
                } else {
                    return nil
                }
            }
        }

        /// Whether a request may be what changed the credential: it was let in, it writes, and its
        /// path names the credential or its user.
        private static func changes(
            _ entry: JournalEntry,
            _ mark: Mark,
            _ good: JournalEntry.Exchange
        ) -> Bool {
            guard let change = entry.exchange, change.status < 300,
                ["PUT", "POST", "DELETE", "PATCH"].contains(change.method)
            else { return false }
            let credential = good.credential
            let ids =
                switch mark {
                case .key: [credential?.token?.id, credential?.token?.userID]
                case .certificate: [credential?.certificate?.id, credential?.certificate?.userID]
                }
            return ids.compactMap { $0 }.contains { id in
                change.path.split(separator: "/").contains { $0 == id }
            }
        }

        /// How many changes are told, the latest of all.
        private static let changesShownMax = 3

        private static func sentence(about changes: [JournalEntry]) -> String? {
            let told = changes.suffix(changesShownMax).compactMap { change in
                change.exchange.map { by in
                    "\(by.principal ?? "somebody") sent \(by.method) \(SecretMask.path(by.path)) at"
                        + " \(change.worldTime) (request \(by.requestID))"
                }
            }
            guard !told.isEmpty else { return nil }
            let left = changes.count - told.count
            let others = left > 0 ? ", after \(left) earlier changes," : ""
            return "Since then\(others) \(told.joined(separator: ", then "))."
        }

        private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }
    }
}
