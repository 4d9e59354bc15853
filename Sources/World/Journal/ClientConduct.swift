internal import AccountModel
internal import HTTP
internal import OpenSSLBridge

/// How a client behaved: what the checks of a report look at.
struct ClientConduct: Sendable {
    /// What a check found.
    struct Finding: Sendable {
        let verdict: ClientReport.Verdict
        let sentence: String
        var entries: [JournalEntry] = []

        static func good(_ sentence: String) -> Finding {
            Finding(verdict: .good, sentence: sentence)
        }

        static func bad(_ sentence: String, _ entries: [JournalEntry]) -> Finding {
            Finding(verdict: .bad, sentence: sentence, entries: entries)
        }

        static func notSeen(_ sentence: String) -> Finding {
            Finding(verdict: .notSeen, sentence: sentence)
        }
    }

    /// A request with the moments between which it was answered, by the system's clock.
    struct Call: Sendable {
        let entry: JournalEntry
        let exchange: JournalEntry.Exchange

        var end: Int64 { entry.systemNanoseconds }
        var begin: Int64 { end - Int64(exchange.microseconds) * 1000 }

        /// Whether the server was at fault, or asked for patience, or did not answer at all.
        var asksForPatience: Bool {
            exchange.status == 0 || exchange.status == 429 || exchange.status >= 500
        }

        /// Whether the fate of the request is unknown to the client.
        var isOfUnknownFate: Bool { exchange.status == 0 || exchange.status >= 500 }

        /// Whether two are the same request sent twice.
        func repeats(_ other: Call) -> Bool {
            goesTo(other) && exchange.query == other.exchange.query
                && exchange.body == other.exchange.body
        }

        /// Whether two go to the same path, sent by the same client as far as can be told.
        func goesTo(_ other: Call) -> Bool {
            exchange.method == other.exchange.method && exchange.path == other.exchange.path
                && exchange.presentedKey == other.exchange.presentedKey
                && exchange.certificateSerialNumber == other.exchange.certificateSerialNumber
        }
    }

    let requests: [Call]
    let handshakes: [JournalEntry]
    let issuances: [IssuanceAttempt]

    init(_ entries: [JournalEntry]) {
        // In the order of their beginnings: what takes long is noted late.
        requests = entries.compactMap { entry in
            entry.exchange.map { Call(entry: entry, exchange: $0) }
        }.sorted { ($0.begin, $0.entry.sequence) < ($1.begin, $1.entry.sequence) }
        handshakes = entries.filter { $0.handshake?.isComplete ?? false }
        issuances = entries.compactMap(IssuanceAttempt.init)
    }
}

// MARK: - Keys and certificates

extension ClientConduct {
    /// Each certificate shall have a key of its own.
    func newKeys() -> Finding {
        guard issuances.contains(where: { $0.key != nil }) else {
            return .notSeen("No certificate was asked for with a CSR.")
        }
        let reuses = IssuanceAttempt.reuses(in: issuances)
        guard let first = reuses.first else {
            let count = Set(issuances.compactMap(\.keyDigest)).count
            return .good(count == 1 ? "One key was seen, once." : "\(count) keys were seen.")
        }
        return .bad(
            "A key was certified again: the CSR of request \(Self.id(first.again.entry)) has that"
                + " of request \(Self.id(first.first.entry)). Make a new key for each certificate,"
                + " or a stolen one stays good for ever.",
            reuses.flatMap { [$0.first.entry, $0.again.entry] }
        )
    }

    /// RSA keys shall have 2048 bits or more.
    func keySizes() -> Finding {
        let sizes = issuances.compactMap { attempt -> (JournalEntry, Int)? in
            guard case .rsa(let bits)? = attempt.key?.algorithm else { return nil }
            return (attempt.entry, bits)
        }
        guard let smallest = sizes.min(by: { $0.1 < $1.1 }) else {
            return .notSeen("No certificate was asked for with an RSA key.")
        }
        guard smallest.1 < 2048 else { return .good("The smallest had \(smallest.1) bits.") }
        return .bad(
            "A CSR had an RSA key of \(smallest.1) bits (request \(Self.id(smallest.0))). Make keys"
                + " of 2048 bits or more.",
            sizes.filter { $0.1 < 2048 }.map(\.0)
        )
    }

    /// A certificate shall be renewed before its last days.
    func renewals() -> Finding {
        var late: [String: JournalEntry] = [:]
        var isAnySeen = false
        for call in requests {
            guard let certificate = call.exchange.connection.presentedCertificate,
                call.exchange.credential?.certificate != nil
            else { continue }
            isAnySeen = true
            guard call.entry.worldTime.secondsSince1970 > Self.lastDays(of: certificate),
                !isRenewed(certificate, before: call), late[certificate.serialNumber] == nil
            else { continue }
            late[certificate.serialNumber] = call.entry
        }
        guard isAnySeen else { return .notSeen("No certificate of this world was used.") }
        guard let first = late.values.min(by: { $0.sequence < $1.sequence }),
            let certificate = first.exchange?.connection.presentedCertificate
        else { return .good("No certificate was used in its last days without a newer one.") }
        let end = Timestamp(secondsSince1970: certificate.notAfter)
        return .bad(
            "Certificate \(certificate.serialNumber) was used at \(first.worldTime) (request"
                + " \(Self.id(first))), ends at \(end), and no newer one had been asked for. Renew"
                + " a certificate well before its end.",
            late.values.sorted { $0.sequence < $1.sequence }
        )
    }

    /// The beginning of the last days: seven, or the last tenth of a short life.
    private static func lastDays(of certificate: PresentedCertificate) -> Int64 {
        let life = max(0, certificate.notAfter - certificate.notBefore)
        return certificate.notAfter - min(7 * 86_400, life / 10)
    }

    /// Whether the user of a certificate had got another one meanwhile.
    private func isRenewed(_ certificate: PresentedCertificate, before call: Call) -> Bool {
        let user = call.exchange.credential?.certificate?.userID
        let serial = Array(certificate.serialNumber.utf8)
        return issuances.contains { issuance in
            guard issuance.isIssued, issuance.userID == user,
                issuance.entry.sequence < call.entry.sequence,
                issuance.entry.worldTime.secondsSince1970 > certificate.notBefore,
                let answer = issuance.entry.exchange?.answerBody
            else { return false }
            // Its own issuance is no renewal: that answer names its serial number.
            return !answer.contains(serial)
        }
    }
}

// MARK: - How it connects

extension ClientConduct {
    /// One credential shall do.
    func credentials() -> Finding {
        guard !requests.isEmpty else { return Self.nothing }
        let both = requests.filter { $0.exchange.bringsBothCredentials }.map(\.entry)
        guard let first = both.first else { return .good("No request brought both.") }
        return .bad(
            "\(Self.count(both)) brought both a key and a certificate, the first \(Self.id(first))."
                + " The key decides and the certificate proves nothing then: leave the key out on"
                + " the clientauth host.",
            both
        )
    }

    /// TLS 1.3 shall be spoken.
    func versions() -> Finding {
        let versions = handshakes.compactMap { $0.handshake?.tlsVersion }
        guard !versions.isEmpty else { return .notSeen("No handshake was completed.") }
        guard !versions.contains("TLSv1.3") else { return .good("TLS 1.3 was spoken.") }
        let names = Set(versions).sorted().joined(separator: ", ")
        return .bad(
            "All \(versions.count) handshakes came to \(names)"
                + " only. Let the client speak TLS 1.3: the vendor may end the older ones.",
            handshakes
        )
    }

    /// Who asks shall be told.
    func userAgents() -> Finding {
        guard !requests.isEmpty else { return Self.nothing }
        let silent = requests.filter {
            $0.exchange.method != "-" && ($0.exchange.fields.first("user-agent") ?? "").isEmpty
        }.map(\.entry)
        guard let first = silent.first else { return .good("Every request had one.") }
        return .bad(
            "\(Self.count(silent)) had none, the first \(Self.id(first)). Name the program and its"
                + " version: support asks for it, and gateways refuse requests without.",
            silent
        )
    }

    /// Secrets do not belong into a query.
    func queries() -> Finding {
        guard !requests.isEmpty else { return Self.nothing }
        let telling = requests.filter {
            !SecretMask.secretParameters(in: $0.exchange.query).isEmpty
        }
        guard let first = telling.first else { return .good("No query held one.") }
        let names = SecretMask.secretParameters(in: first.exchange.query).joined(separator: ", ")
        return .bad(
            "\(Self.count(telling.map(\.entry))) had a secret in the query (\(names)), the first"
                + " \(Self.id(first.entry)). Send it in x-api-key: queries end up in the logs of"
                + " everything on the way.",
            telling.map(\.entry)
        )
    }

    static let nothing = Finding.notSeen("There was no request.")

    static func id(_ entry: JournalEntry) -> String { entry.exchange?.requestID ?? "" }

    static func count(_ entries: [JournalEntry]) -> String {
        entries.count == 1 ? "1 request" : "\(entries.count) requests"
    }
}
