/// An API key, without its text: of that only a digest is kept.
package struct APIAccessToken: Sendable, Hashable {
    /// The longest text of a token that is looked up, in bytes; the vendor's own have 91.
    package static let textBytesMax = 512

    /// A lower-case UUID.
    package var id: String

    /// The user for whom the token speaks.
    package var userID: String

    /// The name its owner gave it.
    package var name: String

    /// Whether it may be used.
    package var isEnabled: Bool

    /// The last moment at which it may be used; nil means for ever.
    package var endDate: Timestamp?

    /// When it was made.
    package var createdAt: Timestamp

    /// The id of the user who made it.
    package var createdBy: String

    /// Makes one.
    ///
    /// - Parameters:
    ///   - id: A lower-case UUID.
    ///   - userID: The user for whom the token speaks.
    ///   - name: The name its owner gave it.
    ///   - isEnabled: Whether it may be used.
    ///   - endDate: The last moment at which it may be used.
    ///   - createdAt: When it was made.
    ///   - createdBy: The id of the user who made it.
    package init(
        id: String,
        userID: String,
        name: String,
        isEnabled: Bool = true,
        endDate: Timestamp? = nil,
        createdAt: Timestamp,
        createdBy: String
    ) {
        self.id = id
        self.userID = userID
        self.name = name
        self.isEnabled = isEnabled
        self.endDate = endDate
        self.createdAt = createdAt
        self.createdBy = createdBy
    }
}

/// What a token's flag and end date amount to, in the spelling of the wire.
package enum APIAccessTokenStatus: String, Sendable, Hashable, CaseIterable {
    /// May be used, as long as its user may authenticate.
    case valid = "VALID"

    /// Somebody disabled it.
    case disabled = "DISABLED"

    /// Its end date is past.
    case expired = "EXPIRED"
}

extension APIAccessToken {
    /// What lists and answers show; what cannot be undone comes first.
    ///
    /// - Parameter now: The world's time.
    /// - Returns: The status.
    package func status(at now: Timestamp) -> APIAccessTokenStatus {
        if let endDate, endDate < now { return .expired }
        return isEnabled ? .valid : .disabled
    }
}
