package import AccountModel

/// From when to when a certificate is valid, both seconds included.
package struct Validity: Sendable, Hashable {
    /// The first valid second.
    package let startDate: Timestamp
    /// The last valid second.
    package let endDate: Timestamp

    /// The longest life of a certificate, counted from its creation and not from `startDate`, in
    /// days of 86,400 seconds.
    package static let daysMax = 397

    /// Decides on the dates of a certificate.
    ///
    /// It starts at midnight UTC of the day of its creation, so that a client whose clock is
    /// behind can use it at once. It ends at the second asked for, and without one at 23:59:59
    /// UTC of the same day next year (28 February for 29 February). The latest second allowed is
    /// the earliest of four: 397 days of 86,400 seconds after the second of creation (that second
    /// itself is allowed), the end dates of the user and of the API token, and the end of the
    /// authority. A default is always shortened to that; a date that was asked for is shortened
    /// or refused, as the world's setting says.
    ///
    /// - Parameter request: What is asked, and when.
    /// - Throws: ``IssuanceRefusal`` of kind `expirationDate`.
    package init(of request: IssuanceRequest) throws(IssuanceRefusal) {
        let now = request.now
        guard now >= PrivateCA.startDate, now < request.authorityEndDate else {
            throw IssuanceRefusal(
                .expirationDate,
                "The world's clock says \(now), and its authority issues from "
                    + "\(PrivateCA.startDate) to \(request.authorityEndDate) only. Start a new "
                    + "world with --clock set to a time between them."
            )
        }
        if let asked = request.expirationDate, asked <= now {
            throw Self.past(asked, now: now)
        }
        if let userEndDate = request.userEndDate, userEndDate <= now {
            throw IssuanceRefusal(
                .expirationDate,
                "The user's end date \(userEndDate) is past: the world's clock says \(now). A "
                    + "certificate cannot outlive its user; move the user's end date first."
            )
        }

        let limit = Self.limit(of: request)
        startDate = now.startOfDay
        guard let asked = request.expirationDate else {
            endDate = min(now.adding(years: 1).endOfDay, limit.date)
            return
        }
        guard asked <= limit.date || request.overlongValidity == .cap else {
            throw IssuanceRefusal(
                .expirationDate,
                "expiration_date \(asked) is later than \(limit.date), \(limit.why) (the world's "
                    + "clock says \(now)). Ask for an earlier date, or set the world to cap it."
            )
        }
        endDate = min(asked, limit.date)
    }

    private static func limit(of request: IssuanceRequest) -> (date: Timestamp, why: String) {
        var limit = (
            date: request.now.adding(days: daysMax), why: "\(daysMax) days after creation"
        )
        if let userEndDate = request.userEndDate, userEndDate < limit.date {
            limit = (userEndDate, "the user's end date")
        }
        if let tokenEndDate = request.tokenEndDate, tokenEndDate < limit.date {
            limit = (tokenEndDate, "the API token's end date")
        }
        if request.authorityEndDate < limit.date {
            limit = (request.authorityEndDate, "the end of the authority")
        }
        return limit
    }

    private static func past(_ asked: Timestamp, now: Timestamp) -> IssuanceRefusal {
        let example = max(asked.adding(years: -1).startOfDay, PrivateCA.startDate)
        return IssuanceRefusal(
            .expirationDate,
            "expiration_date \(asked) is past: the world's clock says \(now). Ask for a later "
                + "date, or start a new world at an earlier time, for example with "
                + "--clock \(example)."
        )
    }
}
