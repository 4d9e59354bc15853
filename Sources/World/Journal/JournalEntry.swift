package import AccountModel
package import HTTP

/// One thing that happened: a handshake, also one that failed, or an answered request.
///
/// Everything is kept as it came, secrets included; ``JournalText`` masks when somebody reads.
package struct JournalEntry: Sendable {
    /// Counts from 1 and never repeats in a world, also after the journal was cleared.
    package let sequence: UInt64

    /// What time it was in the world.
    package let worldTime: Timestamp

    /// What time the system's clock had, in nanoseconds since 1970: the end of what happened.
    package let systemNanoseconds: Int64

    /// What happened.
    package let event: Event

    /// What happened; boxed, so that entries are moved as one pointer.
    package indirect enum Event: Sendable {
        /// A TLS handshake was completed, or failed.
        case handshake(Handshake)
        /// A request was answered.
        case exchange(Exchange)
    }

    /// Makes an entry; in a journal only the journal does.
    ///
    /// - Parameters:
    ///   - sequence: Its number.
    ///   - worldTime: What time it was in the world.
    ///   - systemNanoseconds: What time the system's clock had.
    ///   - event: What happened.
    package init(
        sequence: UInt64,
        worldTime: Timestamp,
        systemNanoseconds: Int64,
        event: Event
    ) {
        self.sequence = sequence
        self.worldTime = worldTime
        self.systemNanoseconds = systemNanoseconds
        self.event = event
    }
}

extension JournalEntry {
    /// The request, where it is one.
    package var exchange: Exchange? {
        guard case .exchange(let exchange) = event else { return nil }
        return exchange
    }

    /// The handshake, where it is one.
    package var handshake: Handshake? {
        guard case .handshake(let handshake) = event else { return nil }
        return handshake
    }

    /// The connection it belongs to.
    package var connectionID: UInt64 {
        switch event {
        case .handshake(let handshake): handshake.connectionID
        case .exchange(let exchange): exchange.connection.id
        }
    }

    /// What took place and how it ended, in one word for filters.
    package var outcome: JournalOutcome {
        switch event {
        case .handshake(let handshake): handshake.isComplete ? .ok : .refused
        case .exchange(let exchange): JournalOutcome(status: exchange.status)
        }
    }
}

/// How something ended.
package enum JournalOutcome: String, Sendable, Hashable, CaseIterable {
    /// A status below 400, or a completed handshake.
    case ok
    /// A 4xx, or a handshake that failed.
    case refused
    /// A 5xx, or no answer at all.
    case failed

    init(status: Int) {
        switch status {
        // Where no answer was sent, there is no status.
        case 0: self = .failed
        case ..<400: self = .ok
        case ..<500: self = .refused
        default: self = .failed
        }
    }
}

extension JournalEntry {
    /// What is known of a TLS handshake.
    package struct Handshake: Sendable {
        /// The number of the connection; requests that came over it have the same.
        package var connectionID: UInt64
        /// The listener: `api`, `clientauth`.
        package var listener: String
        /// The address and port of the client.
        package var remoteAddress: String
        /// The port that was connected to.
        package var localPort: Int
        /// The server name (SNI) as sent.
        package var serverName: String?
        /// The protocols that the client offered (ALPN).
        package var offeredProtocols: [String] = []
        /// The protocol chosen.
        package var chosenProtocol: String?
        /// The TLS version, such as `TLSv1.3`; nil where it never came to one.
        package var tlsVersion: String?
        /// The name of the cipher suite.
        package var cipher: String?
        /// Whether the session was resumed.
        package var isResumed = false
        /// Whether the client was asked for a certificate.
        package var asksForClientCertificate = false
        /// The certificates that the client presented, its own first.
        package var presentedChain: [PresentedCertificate] = []
        /// The number of the alert that the client sent.
        package var alertReceived: UInt8?
        /// The number of the alert that the server sent.
        package var alertSent: UInt8?
        /// What went wrong, in words of the transport.
        package var detail: String?
        /// What in the world made it go wrong: a rule that was to.
        package var reason: String?
        /// Why it failed, in a person's words; nil where it did not, and nothing acted on it.
        package var reasonText: String? {
            if let reason { return reason }
            guard !isComplete else { return nil }
            if detail == HandshakeFacts.plainHTTP {
                return "the client spoke plain HTTP to a port of TLS: ask for https"
            }
            if let alertReceived {
                let alert = TLSAlertMeaning(number: alertReceived)
                return "\(alert.fromClient) (it sent the alert \(alert.name))"
            }
            if let alertSent {
                let alert = TLSAlertMeaning(number: alertSent)
                return "\(alert.fromServer) (the server sent the alert \(alert.name))"
            }
            return "the connection broke off during the handshake, without an alert"
        }
        /// How long it took, in microseconds.
        package var microseconds = 0
        /// Whether it was completed; otherwise no request ever came over this connection.
        package var isComplete: Bool

        /// Makes a description with what every handshake has.
        ///
        /// - Parameters:
        ///   - connectionID: The number of the connection.
        ///   - listener: The listener.
        ///   - remoteAddress: The address and port of the client.
        ///   - localPort: The port that was connected to.
        ///   - isComplete: Whether it was completed.
        package init(
            connectionID: UInt64,
            listener: String,
            remoteAddress: String,
            localPort: Int,
            isComplete: Bool
        ) {
            self.connectionID = connectionID
            self.listener = listener
            self.remoteAddress = remoteAddress
            self.localPort = localPort
            self.isComplete = isComplete
        }
    }

    /// An answered request.
    package struct Exchange: Sendable {
        /// The request's id, as the answer's `x-request-id` carries it.
        package var requestID: String
        /// The connection it came over.
        package var connection: ConnectionFacts
        /// The method; `-` where the bytes never became a request.
        package var method: String
        /// The path, still percent-encoded; `-` where the bytes never became a request.
        package var path: String
        /// What follows the question mark.
        package var query: String?
        /// The host and port asked for.
        package var authority: String?
        /// The header fields of the request.
        package var fields = Fields()
        /// The body of the request, perhaps cut.
        package var body: [UInt8] = []
        /// How many bytes the body of the request had.
        package var bodyByteCount = 0
        /// The version of HTTP.
        package var version = HTTPVersion.http11
        /// The status answered; 0 where no answer was sent.
        package var status: Int
        /// The header fields of the answer.
        package var answerFields = Fields()
        /// The body of the answer, perhaps cut.
        package var answerBody: [UInt8] = []
        /// How many bytes the body of the answer had.
        package var answerBodyByteCount = 0
        /// From the last byte of the request to the answer's hand-over to TLS.
        package var microseconds = 0
        /// Who was recognized.
        package var principal: String?
        /// Which token and certificate were presented, as far as the world knows them.
        package var credential: UsedCredential?
        /// Why it was refused, or what else is to be said of the answer.
        package var reason: String?
        /// Whether a rule of what goes wrong on purpose, or a magic name, decided on the answer.
        package var isOnPurpose = false
        /// The rules that changed the answer.
        package var faultIDs: [String] = []

        /// Makes a description with what every answered request has.
        ///
        /// - Parameters:
        ///   - requestID: The request's id.
        ///   - connection: The connection it came over.
        ///   - method: The method.
        ///   - path: The path.
        ///   - status: The status answered.
        package init(
            requestID: String,
            connection: ConnectionFacts,
            method: String,
            path: String,
            status: Int
        ) {
            self.requestID = requestID
            self.connection = connection
            self.method = method
            self.path = path
            self.status = status
        }

        /// Takes over a request and its answer.
        ///
        /// - Parameters:
        ///   - requestID: The request's id.
        ///   - connection: The connection it came over.
        ///   - request: The request.
        ///   - response: The answer as sent.
        ///   - microseconds: How long it took.
        package init(
            requestID: String,
            connection: ConnectionFacts,
            request: Request,
            response: Response,
            microseconds: Int
        ) {
            self.requestID = requestID
            self.connection = connection
            method = request.method
            path = request.path
            query = request.query
            authority = request.authority
            fields = request.fields
            body = request.body
            bodyByteCount = request.body.count
            version = request.version
            status = response.status
            answerFields = response.fields
            answerBody = request.method == "HEAD" ? [] : response.body
            answerBodyByteCount = answerBody.count
            self.microseconds = microseconds
            principal = response.principal
            credential = response.credential
            reason = response.reason
            isOnPurpose = response.isOnPurpose
            faultIDs = response.faultIDs
        }
    }
}

extension JournalEntry.Exchange {
    /// The serial number of the certificate that the connection presented, known or not.
    package var certificateSerialNumber: String? {
        credential?.certificate?.serialNumber ?? connection.presentedCertificate?.serialNumber
    }

    /// The key as sent; to be compared, not to be shown.
    package var presentedKey: String? {
        fields.first("x-api-key").flatMap { $0.isEmpty ? nil : $0 }
    }
}
