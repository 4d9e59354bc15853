package import AccountModel
internal import SQLiteBridge

// MARK: - Accounts

extension AccountReader {
    /// Lists accounts in the order of the seed.
    ///
    /// - Parameters:
    ///   - visibility: Which ones may be seen.
    ///   - page: Which stretch of the list.
    /// - Returns: The accounts with administrators and sign-in methods.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func accounts(
        visibleTo visibility: Visibility,
        page: PageRequest
    ) throws(StoreError) -> [AccountDetails] {
        var query = ComposedQuery(
            """
            SELECT a.id, a.name, a.is_active, a.service_period_from, a.service_period_to,
                a.friendly_identifier, a.locale
            FROM account AS a WHERE TRUE
            """
        )
        if case .accounts(let viewerID) = visibility {
            query.append("AND a.id")
            query.append(in: try accountIDs(of: viewerID))
        }
        query.append("ORDER BY a.number")
        query.append(page)
        let accounts = try rows(of: query) { row in row.account(from: 0) }
        var details: [AccountDetails] = []
        for account in accounts { details.append(try self.details(of: account)) }
        return details
    }

    /// Finds an account.
    ///
    /// - Parameters:
    ///   - accountID: The account's id.
    ///   - visibility: Which accounts may be seen.
    /// - Returns: The account, or nil when there is none of that id, or none that may be seen.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func account(
        id accountID: String,
        visibleTo visibility: Visibility
    ) throws(StoreError) -> AccountDetails? {
        guard try isVisible(accountID: accountID, to: visibility) else { return nil }
        let account = try first(
            """
            SELECT id, name, is_active, service_period_from, service_period_to,
                friendly_identifier, locale
            FROM account WHERE id = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(accountID, at: 1) },
            read: { row in row.account(from: 0) }
        )
        guard let account else { return nil }
        return try details(of: account)
    }

    private func isVisible(
        accountID: String,
        to visibility: Visibility
    ) throws(StoreError) -> Bool {
        switch visibility {
        case .everything: true
        case .accounts(let viewerID): try accountIDs(of: viewerID).contains(accountID)
        }
    }

    private func details(of account: Account) throws(StoreError) -> AccountDetails {
        AccountDetails(
            account: account,
            administrators: try administrators(accountID: account.id),
            signInMethods: try signInMethods(accountID: account.id)
        )
    }

    private func administrators(
        accountID: String
    ) throws(StoreError) -> [AccountAdministrator] {
        // The condition on roles is that of an index which holds nobody else.
        try all(
            """
            SELECT u.id, u.user_type, u.first_name, u.last_name, u.email
            FROM user AS u INDEXED BY user_administrator
            WHERE instr(u.roles, '"AM_ACCOUNT_ADMIN"') > 0 AND EXISTS (
                SELECT 1 FROM user_account AS m
                WHERE m.account_id = ?1 AND m.user_number = u.number)
            ORDER BY u.number
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(accountID, at: 1) },
            read: { row in
                let names = [row.optionalText(2), row.optionalText(3)].compactMap { $0 }
                let isNamed = UserType(rawValue: row.text(1)) == .standard && !names.isEmpty
                return AccountAdministrator(
                    id: row.text(0),
                    name: isNamed ? names.joined(separator: " ") : nil,
                    email: row.text(4)
                )
            }
        )
    }

    private func signInMethods(accountID: String) throws(StoreError) -> [SignInMethod] {
        try all(
            """
            SELECT sign_in_method, status, mfa_status, client_auth_cert_login_enabled
            FROM account_sign_in_method WHERE account_id = ?1 ORDER BY position
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(accountID, at: 1) },
            read: { row in
                SignInMethod(
                    name: row.text(0),
                    status: row.text(1),
                    mfaStatus: row.text(2),
                    isClientAuthCertLoginEnabled: row.flag(3)
                )
            }
        )
    }
}

// MARK: - Organizations

extension AccountReader {
    /// Lists organizations in the order of the seed.
    ///
    /// - Parameters:
    ///   - accountID: The account whose organizations are wanted; nil wants all.
    ///   - visibility: Which accounts may be seen.
    ///   - page: Which stretch of the list.
    /// - Returns: The organizations.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func organizations(
        accountID: String? = nil,
        visibleTo visibility: Visibility,
        page: PageRequest
    ) throws(StoreError) -> [Organization] {
        var query = ComposedQuery(
            """
            SELECT id, name, account_id, is_active, address, city, state, postal_code, country
            FROM organization WHERE TRUE
            """
        )
        if case .accounts(let viewerID) = visibility {
            query.append("AND account_id")
            query.append(in: try accountIDs(of: viewerID))
        }
        if let accountID { query.append("AND account_id = ?", .text(accountID)) }
        query.append("ORDER BY number")
        query.append(page)
        return try rows(of: query) { row in row.organization(from: 0) }
    }

    /// Finds an organization.
    ///
    /// - Parameters:
    ///   - organizationID: The organization's id.
    ///   - visibility: Which accounts may be seen.
    /// - Returns: The organization, or nil when there is none of that id, or none that may be seen.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func organization(
        id organizationID: String,
        visibleTo visibility: Visibility
    ) throws(StoreError) -> Organization? {
        let organization = try first(
            """
            SELECT id, name, account_id, is_active, address, city, state, postal_code, country
            FROM organization WHERE id = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(organizationID, at: 1) },
            read: { row in row.organization(from: 0) }
        )
        guard let organization else { return nil }
        let isVisible = try isVisible(accountID: organization.accountID, to: visibility)
        return isVisible ? organization : nil
    }
}

// MARK: - Roles and applications

extension AccountReader {
    /// Lists the vendor's products.
    ///
    /// - Returns: The products in the order of the seed; the Account Manager is always there.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func applications() throws(StoreError) -> [Application] {
        try all(
            "SELECT id, code, name FROM application ORDER BY number",
            bind: { _ throws(SQLiteError) in },
            read: { row in row.application(from: 0) }
        )
    }

    /// Lists the roles that can be given to users: those of the Account Manager, then the seed's.
    ///
    /// - Returns: The roles.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func roles() throws(StoreError) -> [RoleDefinition] {
        let applications = try applications()
        let own = applications.first { $0.code == Application.accountManager.code }
        let definitions = Role.allCases.map { $0.definition(in: own ?? .accountManager) }
        let others = try all(
            """
            SELECT a.id, a.code, a.name, r.name, r.display_name, r.description, r.permissions
            FROM role AS r JOIN application AS a ON a.id = r.application_id ORDER BY r.number
            """,
            bind: { _ throws(SQLiteError) in },
            read: { row in
                RoleDefinition(
                    name: row.text(3),
                    displayName: row.text(4),
                    description: row.text(5),
                    application: row.application(from: 0),
                    permissions: PermissionList(storedJSON: row.text(6))
                )
            }
        )
        return definitions + others
    }
}

extension ComposedQuery {
    /// Ends the query with a stretch of its rows.
    mutating func append(_ page: PageRequest) {
        append("LIMIT ? OFFSET ?", .integer(Int64(page.limit)), .integer(Int64(page.offset)))
    }
}
