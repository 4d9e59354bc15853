/// What the passing of time alone does to a credential, a user or an account.
package enum ClockEventKind: String, Sendable, Hashable, CaseIterable {
    /// A certificate's first second has come.
    case certificateValid = "certificate_valid"

    /// A certificate has a round number of days left: see ``ClockEvent/reminderDays``.
    case certificateExpiring = "certificate_expiring"

    /// A certificate's last second is over.
    case certificateExpired = "certificate_expired"

    /// A token's last 24 hours have begun.
    case tokenExpiring = "token_expiring"

    /// A token's last second is over.
    case tokenExpired = "token_expired"

    /// A user's end date is over.
    case userExpired = "user_expired"

    /// The first day of an account's service period has come.
    case accountServiceBegan = "account_service_began"

    /// The last day of an account's service period is over.
    case accountServiceEnded = "account_service_ended"
}

/// Something that happens at a moment because the clock gets there.
package struct ClockEvent: Sendable, Hashable {
    /// How many days before its end a certificate is spoken of.
    package static let reminderDays: [Int] = [90, 60, 30, 7, 3, 1]

    /// The first moment at which it is so.
    package let at: Timestamp

    /// What happens.
    package let kind: ClockEventKind

    /// How many days are left; nil but for what is about to expire.
    package let days: Int?

    /// The id of the certificate, token, user or account.
    package let id: String

    /// Its name.
    package let name: String

    /// A certificate's serial number; nil for anything else.
    package let serialNumber: String?

    /// Whether the thing itself is enabled.
    package let isEnabled: Bool

    /// The end date of the thing; nil for the beginning of a service.
    package let endDate: Timestamp?

    /// Whose it is; nil for an account.
    package let user: User?

    /// Makes one.
    ///
    /// - Parameters:
    ///   - at: The first moment at which it is so.
    ///   - kind: What happens.
    ///   - days: How many days are left.
    ///   - id: The id of the thing.
    ///   - name: The name of the thing.
    ///   - serialNumber: A certificate's serial number.
    ///   - isEnabled: Whether the thing itself is enabled.
    ///   - endDate: The end date of the thing.
    ///   - user: Whose it is.
    package init(
        at: Timestamp,
        kind: ClockEventKind,
        days: Int? = nil,
        id: String,
        name: String,
        serialNumber: String? = nil,
        isEnabled: Bool = true,
        endDate: Timestamp? = nil,
        user: User? = nil
    ) {
        self.at = at
        self.kind = kind
        self.days = days
        self.id = id
        self.name = name
        self.serialNumber = serialNumber
        self.isEnabled = isEnabled
        self.endDate = endDate
        self.user = user
    }
}

extension ClockEvent: CustomStringConvertible {
    /// The event in words, without its time.
    package var description: String {
        let owner = user.map { " of \($0.displayName)" } ?? ""
        let certificate = "certificate \(serialNumber ?? id) (\"\(name)\")\(owner)"
        let token = "token \"\(name)\" (\(id))\(owner)"
        let left = days == 1 ? "its last day" : "its last \(days ?? 0) days"
        return switch kind {
        case .certificateValid: "\(certificate) became valid"
        case .certificateExpiring: "\(certificate) entered \(left)"
        case .certificateExpired: "\(certificate) expired"
        case .tokenExpiring: "\(token) entered \(left)"
        case .tokenExpired: "\(token) expired"
        case .userExpired: "the end date of \(name) (user \(id)) passed"
        case .accountServiceBegan: "the service period of account \(name) (\(id)) began"
        case .accountServiceEnded: "the service period of account \(name) (\(id)) ended"
        }
    }
}

// When the next thing happens to a credential or a user, reckoned without a database. A moment
// too early does no harm, because whoever looks then finds nothing; one too late would.
extension ClockEvent {
    private static func first(after now: Timestamp, of moments: [Timestamp]) -> Timestamp {
        moments.filter { $0 > now }.min() ?? .latest
    }

    /// When something happens to a certificate next.
    ///
    /// - Parameters:
    ///   - certificate: The certificate.
    ///   - now: The world's time.
    /// - Returns: The moment; ``Timestamp/latest`` when nothing happens any more.
    package static func next(of certificate: ClientAuthCertificate, after now: Timestamp)
        -> Timestamp
    {
        let end = certificate.endDate
        return first(
            after: now,
            of: [certificate.startDate, end.adding(seconds: 1)]
                + reminderDays.map { end.adding(days: -$0) }
        )
    }

    /// When something happens to what has an end date next.
    ///
    /// - Parameters:
    ///   - endDate: The end date of a token or a user; nil when it has none.
    ///   - now: The world's time.
    /// - Returns: The moment; ``Timestamp/latest`` when nothing happens any more.
    package static func next(of endDate: Timestamp?, after now: Timestamp) -> Timestamp {
        guard let endDate else { return .latest }
        return first(after: now, of: [endDate.adding(days: -1), endDate.adding(seconds: 1)])
    }
}
