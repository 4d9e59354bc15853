package import AccountModel
internal import SQLiteBridge

extension AccountReader {
    /// Lists users in the order of creation.
    ///
    /// - Parameters:
    ///   - filter: Which ones are wanted.
    ///   - visibility: Which ones may be seen; a user always sees itself.
    ///   - page: Which stretch of the list.
    ///   - now: The world's time, which decides about `status`.
    /// - Returns: The users with applications and accounts.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func users(
        _ filter: UserFilter = UserFilter(),
        visibleTo visibility: Visibility,
        page: PageRequest,
        now: Timestamp
    ) throws(StoreError) -> [UserProfile] {
        guard let list = try userNumbers(filter, visibility, now: now) else { return [] }
        var query = ComposedQuery(
            """
            SELECT u.id, u.email, u.is_enabled, u.is_locked, u.access_scope, u.primary_account_id,
                u.created_at, u.created_by, u.user_type, u.friendly_name, u.description,
                u.locale, u.first_name, u.last_name, u.username, u.phone, u.roles, u.end_date,
                u.number
            FROM user AS u WHERE u.number IN (
            """
        )
        query.append(numbers(list, page))
        query.append(") ORDER BY u.number")
        let users = try pageRows(of: query, list, page, numberColumn: 18) { row in
            row.user(from: 0)
        }
        var profiles: [UserProfile] = []
        profiles.reserveCapacity(users.count)
        for user in users { profiles.append(try profile(of: user)) }
        return profiles
    }

    /// Finds a user whom somebody may see.
    ///
    /// - Parameters:
    ///   - userID: The user's id.
    ///   - visibility: Which users may be seen; a user always sees itself.
    /// - Returns: The user, or nil when there is none of that id, or none that may be seen.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func user(
        id userID: String,
        visibleTo visibility: Visibility
    ) throws(StoreError) -> User? {
        guard let user = try user(id: userID) else { return nil }
        guard case .accounts(let viewerID) = visibility, viewerID != userID else { return user }
        let shared = try first(
            """
            SELECT 1
            FROM user AS u
            JOIN user_account AS m ON m.user_number = u.number
            JOIN user_account AS shared ON shared.account_id = m.account_id
            JOIN user AS viewer ON viewer.number = shared.user_number
            WHERE u.id = ?1 AND viewer.id = ?2 LIMIT 1
            """,
            bind: { (row) throws(SQLiteError) in
                try row.bind(userID, at: 1)
                try row.bind(viewerID, at: 2)
            },
            read: { _ in true }
        )
        return shared == nil ? nil : user
    }

    /// Finds a user with everything that is shown of it.
    ///
    /// - Parameters:
    ///   - userID: The user's id.
    ///   - visibility: Which users may be seen.
    /// - Returns: The user, or nil when there is none of that id, or none that may be seen.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func profile(
        id userID: String,
        visibleTo visibility: Visibility
    ) throws(StoreError) -> UserProfile? {
        guard let user = try user(id: userID, visibleTo: visibility) else { return nil }
        return try profile(of: user)
    }

    /// The accounts of somebody who looks, the primary one included where it exists.
    func accountIDs(of userID: String) throws(StoreError) -> [String] {
        try all(
            """
            SELECT m.account_id FROM user AS u JOIN user_account AS m ON m.user_number = u.number
            WHERE u.id = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(userID, at: 1) },
            read: { row in row.text(0) }
        )
    }

    /// The query for the numbers of a page, which begins where an earlier page left off.
    func numbers(_ list: NumberList, _ page: PageRequest) -> ComposedQuery {
        var query = list.query
        if let start = memory.start(of: list.query, offset: page.offset) {
            query.append(list.fromStart, .integer(start))
            query.append("ORDER BY 1")
            query.append(PageRequest(limit: page.limit))
        } else {
            query.append("ORDER BY 1")
            query.append(page)
        }
        return query
    }

    /// Reads a page, and keeps where it begins and where the next one does.
    func pageRows<Row>(
        of query: ComposedQuery,
        _ list: NumberList,
        _ page: PageRequest,
        numberColumn: Int32,
        _ read: (borrowing Statement) -> Row
    ) throws(StoreError) -> [Row] {
        var first: Int64?
        var last: Int64 = 0
        let rows = try rows(of: query) { row in
            last = row.integer(numberColumn)
            if first == nil { first = last }
            return read(row)
        }
        guard let first else { return rows }
        memory.remember(start: first, of: list.query, offset: page.offset)
        guard rows.count == page.limit else { return rows }
        memory.remember(start: last + 1, of: list.query, offset: page.offset + page.limit)
        return rows
    }

    /// Runs a composed query.
    func rows<Row>(
        of query: ComposedQuery,
        _ read: (borrowing Statement) -> Row
    ) throws(StoreError) -> [Row] {
        try translating { () throws(SQLiteError) in try connection.rows(of: query, read) }
    }
}

/// A query for the numbers of all things in a list, and how to begin within it.
struct NumberList {
    /// The query, to be sorted by its only column.
    var query: ComposedQuery

    /// The condition that leaves out what comes before a number.
    var fromStart: StaticString
}

// MARK: - Filters

extension AccountReader {
    /// The query for the numbers of all users that a filter wants; nil when there can be none.
    private func userNumbers(
        _ filter: UserFilter,
        _ visibility: Visibility,
        now: Timestamp
    ) throws(StoreError) -> NumberList? {
        var accountIDs: [String]?
        if case .accounts(let viewerID) = visibility {
            let visible = try self.accountIDs(of: viewerID)
            if visible.isEmpty {
                // Somebody without accounts sees nobody else.
                var query = ComposedQuery(
                    "SELECT u.number FROM user AS u WHERE u.id = ?",
                    .text(viewerID)
                )
                if filter.accountID != nil { return nil }
                query.append(filter, now: now)
                return NumberList(query: query, fromStart: "AND u.number >= ?")
            }
            accountIDs = visible
        }
        if let accountID = filter.accountID {
            guard accountIDs?.contains(accountID) ?? true else { return nil }
            accountIDs = [accountID]
        }
        var fromStart: StaticString = "AND u.number >= ?"
        var query: ComposedQuery
        switch (accountIDs, accountIDs?.first) {
        case (nil, _):
            query = ComposedQuery("SELECT u.number FROM user AS u WHERE TRUE")
        case (let ids?, let only?) where ids.count == 1:
            // The index has the numbers in their order, and nothing else is read to pass over some.
            query =
                filter.isAnyUser
                ? ComposedQuery("SELECT m.user_number FROM user_account AS m")
                : ComposedQuery(
                    """
                    SELECT m.user_number FROM user_account AS m
                    CROSS JOIN user AS u ON u.number = m.user_number
                    """
                )
            query.append("WHERE m.account_id = ?", .text(only))
            fromStart = "AND m.user_number >= ?"
        case (let ids?, _):
            query = ComposedQuery(
                """
                SELECT u.number FROM user AS u WHERE EXISTS (
                    SELECT 1 FROM user_account AS m
                    WHERE m.user_number = u.number AND m.account_id
                """
            )
            query.append(in: ids)
            query.append(")")
        }
        query.append(filter, now: now)
        return NumberList(query: query, fromStart: fromStart)
    }
}

extension UserFilter {
    /// Whether nothing but the account can matter.
    fileprivate var isAnyUser: Bool {
        userType == nil && status == nil && email == nil && friendlyName == nil && search == nil
    }
}

extension ComposedQuery {
    /// Adds what a filter asks of `u`, but for the account.
    fileprivate mutating func append(_ filter: UserFilter, now: Timestamp) {
        if let userType = filter.userType {
            append("AND u.user_type = ?", .text(userType.rawValue))
        }
        let moment = Value.integer(now.secondsSince1970)
        switch filter.status {
        case nil: break
        case .disabled: append("AND NOT u.is_enabled")
        case .expired: append("AND u.is_enabled AND u.end_date < ?", moment)
        case .locked:
            append("AND u.is_enabled AND u.is_locked AND ifnull(u.end_date >= ?, TRUE)", moment)
        case .active:
            append("AND u.is_enabled AND NOT u.is_locked AND ifnull(u.end_date >= ?, TRUE)", moment)
        }
        if let email = filter.email { append("AND lower(u.email) = lower(?)", .text(email)) }
        if let name = filter.friendlyName { append("AND u.friendly_name = ?", .text(name)) }
        if let search = filter.search {
            append(
                """
                AND instr(lower(u.email || char(10) || ifnull(u.friendly_name, '') || char(10)
                    || ifnull(u.first_name || ' ', '') || ifnull(u.last_name, '') || char(10)
                    || ifnull(u.username, '')), lower(?)) > 0
                """,
                .text(search)
            )
        }
    }
}
