package import AccountModel
internal import SQLiteBridge

/// An event as it is found in an index, before anything is read about its subject.
package struct DueEvent: Sendable, Hashable {
    /// The first moment at which it is so.
    package let at: Timestamp

    /// What happens.
    package let kind: ClockEventKind

    /// How many days are left; nil but for what is about to expire.
    let days: Int?

    /// The number of the row to whose subject it happens.
    let number: Int64
}

// What happens between two moments. Each kind is found by a range in the index of one column, so
// that it costs what is found and not what is there.
extension AccountReader {
    /// Finds what happens after one moment, up to and including another one.
    ///
    /// What was so from the beginning, such as the last 30 days of a certificate that is issued for
    /// 20, does not happen.
    ///
    /// - Parameters:
    ///   - start: The first moment, which is not included.
    ///   - end: The last moment.
    ///   - kinds: What is looked for.
    ///   - countMax: The largest number of events; nil finds all.
    /// - Returns: The events in their order.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func dueEvents(
        after start: Timestamp,
        through end: Timestamp,
        kinds: Set<ClockEventKind> = Set(ClockEventKind.allCases),
        countMax: Int? = nil
    ) throws(StoreError) -> [DueEvent] {
        guard start < end else { return [] }
        let span = Span(start: start, end: end, countMax: countMax)
        var found: [DueEvent] = []
        for kind in ClockEventKind.allCases where kinds.contains(kind) {
            found += try events(of: kind, in: span)
        }
        found.sort { left, right in
            (left.at, left.number) < (right.at, right.number)
        }
        return countMax.map { Array(found.prefix($0)) } ?? found
    }

    /// Reads about the subject of an event.
    ///
    /// - Parameter due: The event.
    /// - Returns: The event with its subject, or nil when that is gone.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func event(_ due: DueEvent) throws(StoreError) -> ClockEvent? {
        switch due.kind {
        case .certificateValid, .certificateExpiring, .certificateExpired:
            try certificateEvent(due)
        case .tokenExpiring, .tokenExpired: try tokenEvent(due)
        case .userExpired: try userEvent(due)
        case .accountServiceBegan, .accountServiceEnded: try accountEvent(due)
        }
    }

    /// From when to when, and how many.
    private struct Span {
        let start: Timestamp
        let end: Timestamp
        let countMax: Int?
    }

    private func events(
        of kind: ClockEventKind,
        in span: Span
    ) throws(StoreError) -> [DueEvent] {
        switch kind {
        case .certificateValid:
            return try rows(kind, in: span, Self.certificateStarts)
        case .certificateExpiring:
            var found: [DueEvent] = []
            for days in ClockEvent.reminderDays {
                found += try rows(kind, in: span, Self.certificateEnds, days: days)
            }
            return found
        case .certificateExpired:
            return try rows(kind, in: span, Self.certificateEnds)
        case .tokenExpiring:
            return try rows(kind, in: span, Self.tokenEnds, days: 1)
        case .tokenExpired:
            return try rows(kind, in: span, Self.tokenEnds)
        case .userExpired:
            return try rows(kind, in: span, Self.userEnds)
        case .accountServiceBegan:
            return try days(kind, in: span, Self.serviceBeginnings, ended: false)
        case .accountServiceEnded:
            return try days(kind, in: span, Self.serviceEnds, ended: true)
        }
    }

    /// Runs a query over moments: an event lies a number of seconds before its column's value.
    private func rows(
        _ kind: ClockEventKind,
        in span: Span,
        _ sql: StaticString,
        days: Int? = nil
    ) throws(StoreError) -> [DueEvent] {
        // Something is good up to and including its last second, and expires in the next one.
        let isBeginning = kind == .certificateValid
        let lead = days.map { Int64($0) * 86_400 } ?? (isBeginning ? 0 : -1)
        return try all(
            sql,
            bind: { (row) throws(SQLiteError) in
                try row.bind(span.start.secondsSince1970 + lead, at: 1)
                try row.bind(span.end.secondsSince1970 + lead, at: 2)
                try row.bind(Int64(span.countMax ?? -1), at: 3)
                try row.bind(lead, at: 4)
            },
            read: { row in
                DueEvent(
                    at: row.timestamp(0).adding(seconds: -lead),
                    kind: kind,
                    days: days,
                    number: row.integer(1)
                )
            }
        )
    }

    /// Runs a query over days: an event is the beginning of the column's day, or its end.
    private func days(
        _ kind: ClockEventKind,
        in span: Span,
        _ sql: StaticString,
        ended hasEnded: Bool
    ) throws(StoreError) -> [DueEvent] {
        let shift = hasEnded ? -1 : 0
        return try all(
            sql,
            bind: { (row) throws(SQLiteError) in
                try row.bind(span.start.adding(days: shift).date.description, at: 1)
                try row.bind(span.end.adding(days: shift).date.description, at: 2)
                try row.bind(Int64(span.countMax ?? -1), at: 3)
            },
            read: { row in
                DueEvent(
                    at: Timestamp(startOf: row.date(0)).adding(days: -shift),
                    kind: kind,
                    days: nil,
                    number: row.integer(1)
                )
            }
        )
    }
}

// MARK: - Queries

extension AccountReader {
    private static var certificateStarts: StaticString {
        """
        SELECT start_date, number FROM client_auth_certificate
        WHERE start_date > ?1 AND start_date <= ?2 AND start_date - ?4 > created_at
        ORDER BY start_date LIMIT ?3
        """
    }

    private static var certificateEnds: StaticString {
        """
        SELECT end_date, number FROM client_auth_certificate
        WHERE end_date > ?1 AND end_date <= ?2 AND end_date - ?4 > max(created_at, start_date)
        ORDER BY end_date LIMIT ?3
        """
    }

    private static var tokenEnds: StaticString {
        """
        SELECT end_date, number FROM api_access_token
        WHERE end_date > ?1 AND end_date <= ?2 AND end_date - ?4 > created_at
        ORDER BY end_date LIMIT ?3
        """
    }

    private static var userEnds: StaticString {
        """
        SELECT end_date, number FROM user
        WHERE end_date > ?1 AND end_date <= ?2 AND end_date - ?4 > created_at
        ORDER BY end_date LIMIT ?3
        """
    }

    private static var serviceBeginnings: StaticString {
        """
        SELECT service_period_from, number FROM account
        WHERE service_period_from > ?1 AND service_period_from <= ?2
        ORDER BY service_period_from LIMIT ?3
        """
    }

    private static var serviceEnds: StaticString {
        """
        SELECT service_period_to, number FROM account
        WHERE service_period_to > ?1 AND service_period_to <= ?2
        ORDER BY service_period_to LIMIT ?3
        """
    }

    /// The queries by which events are found, for a look at their plans.
    static var eventQueries: [StaticString] {
        [certificateStarts, certificateEnds, tokenEnds, userEnds, serviceBeginnings, serviceEnds]
    }

    private func certificateEvent(_ due: DueEvent) throws(StoreError) -> ClockEvent? {
        try first(
            """
            SELECT c.id, c.name, c.serial_number, c.is_enabled, c.end_date,
                u.id, u.email, u.is_enabled, u.is_locked, u.access_scope, u.primary_account_id,
                u.created_at, u.created_by, u.user_type, u.friendly_name, u.description,
                u.locale, u.first_name, u.last_name, u.username, u.phone, u.roles, u.end_date
            FROM client_auth_certificate AS c JOIN user AS u ON u.id = c.user_id
            WHERE c.number = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(due.number, at: 1) },
            read: { row in
                ClockEvent(
                    at: due.at,
                    kind: due.kind,
                    days: due.days,
                    id: row.text(0),
                    name: row.text(1),
                    serialNumber: row.text(2),
                    isEnabled: row.flag(3),
                    endDate: row.timestamp(4),
                    user: row.user(from: 5)
                )
            }
        )
    }

    private func tokenEvent(_ due: DueEvent) throws(StoreError) -> ClockEvent? {
        try first(
            """
            SELECT t.id, t.name, t.is_enabled, t.end_date,
                u.id, u.email, u.is_enabled, u.is_locked, u.access_scope, u.primary_account_id,
                u.created_at, u.created_by, u.user_type, u.friendly_name, u.description,
                u.locale, u.first_name, u.last_name, u.username, u.phone, u.roles, u.end_date
            FROM api_access_token AS t JOIN user AS u ON u.id = t.user_id
            WHERE t.number = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(due.number, at: 1) },
            read: { row in
                ClockEvent(
                    at: due.at,
                    kind: due.kind,
                    days: due.days,
                    id: row.text(0),
                    name: row.text(1),
                    isEnabled: row.flag(2),
                    endDate: row.optionalTimestamp(3),
                    user: row.user(from: 4)
                )
            }
        )
    }

    private func userEvent(_ due: DueEvent) throws(StoreError) -> ClockEvent? {
        try first(
            """
            SELECT id, email, is_enabled, is_locked, access_scope, primary_account_id, created_at,
                created_by, user_type, friendly_name, description, locale, first_name, last_name,
                username, phone, roles, end_date
            FROM user WHERE number = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(due.number, at: 1) },
            read: { row in
                let user = row.user(from: 0)
                return ClockEvent(
                    at: due.at,
                    kind: due.kind,
                    id: user.id,
                    name: user.displayName,
                    isEnabled: user.isEnabled,
                    endDate: user.endDate,
                    user: user
                )
            }
        )
    }

    private func accountEvent(_ due: DueEvent) throws(StoreError) -> ClockEvent? {
        try first(
            """
            SELECT id, name, is_active, service_period_from, service_period_to,
                friendly_identifier, locale
            FROM account WHERE number = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(due.number, at: 1) },
            read: { row in
                let account = row.account(from: 0)
                return ClockEvent(
                    at: due.at,
                    kind: due.kind,
                    id: account.id,
                    name: account.name,
                    isEnabled: account.isActive,
                    endDate: Timestamp(startOf: account.servicePeriod.to).endOfDay
                )
            }
        )
    }
}
