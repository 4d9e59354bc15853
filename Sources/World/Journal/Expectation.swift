package import AccountModel
internal import HTTP

/// What a test expects of the requests of a world, and of how its credentials were used.
package struct Expectation: Sendable, Hashable {
    /// What its author calls it; nil where it has no name.
    package var name: String?

    /// What must be so.
    package var demand: Demand

    /// Makes an expectation.
    ///
    /// - Parameters:
    ///   - name: What its author calls it.
    ///   - demand: What must be so.
    package init(name: String? = nil, _ demand: Demand) {
        self.name = name
        self.demand = demand
    }

    /// What must be so.
    package enum Demand: Sendable, Hashable {
        /// So many requests fit.
        case requests(RequestMatcher, Count)
        /// For each matcher there is a request, in this order; others may lie between.
        case inOrder([RequestMatcher])
        /// Nobody presented this credential, or nobody did after a point.
        case neverUsed(CredentialMatcher, after: JournalPoint?)
        /// Each certificate that a user got has a key of its own; nil means every user.
        case newKey(user: String?)
        /// No request brought both a key and a certificate.
        case onlyOneCredential
        /// After it was refused first, or after a point, no more than so many requests used this.
        case stoppedWithin(requests: Int, CredentialMatcher, after: JournalPoint?)
    }

    /// How many are expected.
    package struct Count: Sendable, Hashable {
        /// The fewest.
        package var least: Int
        /// The most; nil for any number.
        package var most: Int?

        /// Sets the bounds.
        ///
        /// - Parameters:
        ///   - least: The fewest.
        ///   - most: The most; nil for any number.
        package init(least: Int, most: Int?) {
            self.least = least
            self.most = most
        }

        /// The bounds in words.
        var text: String {
            switch most {
            case 0: "none"
            case nil: "at least \(least)"
            case least: "exactly \(least)"
            case .some(let most): least == 0 ? "at most \(most)" : "\(least) to \(most)"
            }
        }

        func admits(_ count: Int) -> Bool { count >= least && count <= most ?? .max }
    }

    /// Which requests are meant.
    package struct RequestMatcher: Sendable, Hashable {
        /// What they must have.
        package var filter: JournalFilter
        /// Only those after this point.
        package var after: JournalPoint?
        /// Only those before this point.
        package var before: JournalPoint?
        /// How the author wrote it, for sentences.
        package var text: String

        /// Makes a matcher.
        ///
        /// - Parameters:
        ///   - filter: What they must have.
        ///   - after: Only those after this point.
        ///   - before: Only those before this point.
        ///   - text: How the author wrote it.
        package init(
            filter: JournalFilter,
            after: JournalPoint? = nil,
            before: JournalPoint? = nil,
            text: String
        ) {
            self.filter = filter
            self.after = after
            self.before = before
            self.text = text
        }
    }

    /// Which credential is meant.
    package enum CredentialMatcher: Sendable, Hashable {
        /// The certificate with this serial number, or one that begins so.
        case certificate(String)
        /// The token with this id.
        case token(String)
        /// Any credential of this user.
        case user(String)

        /// What a sentence calls it.
        var text: String {
            switch self {
            case .certificate(let serial): "certificate \(serial)"
            case .token(let id): "token \(id)"
            case .user(let user): "a credential of user \(user)"
            }
        }

        func matches(_ exchange: JournalEntry.Exchange) -> Bool {
            switch self {
            case .certificate(let wanted):
                exchange.certificateSerialNumber.map { JournalFilter.isSerial($0, wanted) } ?? false
            case .token(let id): exchange.credential?.token?.id == id
            case .user(let user): exchange.involves(user: user)
            }
        }
    }
}

/// A point in a journal: a moment of the world, or the end of a request.
package enum JournalPoint: Sendable, Hashable {
    /// What happened later than this moment comes after it; whole seconds.
    case time(Timestamp)
    /// What was answered after this request comes after it.
    case request(String)

    /// Reads a moment such as `2025-10-20T00:00:00Z`, or the id of a request.
    ///
    /// - Parameter text: The text.
    package init(_ text: String) {
        self = Timestamp.parse(iso8601: text).map { .time($0) } ?? .request(text)
    }

    /// How a sentence calls it.
    var text: String {
        switch self {
        case .time(let time): time.iso8601
        case .request(let id): "request \(id)"
        }
    }
}
