package import AccountModel
internal import SQLiteBridge

/// A stretch of the audit log.
package struct AuditPage: Sendable, Hashable {
    /// How many entries are wanted in all.
    package let total: Int

    /// Those of this stretch.
    package let records: [AuditRecord]
}

/// An audit entry as it is shown.
package struct AuditRecord: Sendable, Hashable {
    /// The entry.
    package let entry: AuditEntry

    /// What the entry's account is called; nil when there is no such account.
    package let accountName: String?
}

extension AccountReader {
    /// Searches the audit log.
    ///
    /// - Parameters:
    ///   - query: Which entries are wanted, and in which order.
    ///   - visibility: Which accounts may be seen.
    ///   - page: Which stretch.
    /// - Returns: The stretch, and how many entries there are in all.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func auditPage(
        _ query: AuditQuery,
        visibleTo visibility: Visibility,
        page: PageRequest
    ) throws(StoreError) -> AuditPage {
        let conditions = try conditions(query, visibility)
        var count = ComposedQuery("SELECT count(*) FROM audit_entry AS e")
        count.append(conditions)
        let total = try rows(of: count) { row in Int(row.integer(0)) }
        var entries = ComposedQuery(
            """
            SELECT e.id, e.created_at, e.user_id, e.user_name, e.account_id, e.action,
                e.resource_type, e.resource_id, e.status, e.description, e.ip_address,
                (SELECT name FROM account WHERE id = e.account_id)
            FROM audit_entry AS e
            """
        )
        entries.append(conditions)
        entries.append(order: query.sortField, isAscending: query.isAscending)
        entries.append(page)
        return AuditPage(
            total: total.first ?? 0,
            records: try rows(of: entries) { row in
                AuditRecord(entry: row.auditEntry(from: 0), accountName: row.optionalText(11))
            }
        )
    }

    /// Finds an audit entry.
    ///
    /// - Parameters:
    ///   - entryID: The entry's id.
    ///   - visibility: Which accounts may be seen.
    /// - Returns: The entry, or nil when there is none of that id, or none that may be seen.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func auditRecord(
        id entryID: String,
        visibleTo visibility: Visibility
    ) throws(StoreError) -> AuditRecord? {
        var query = ComposedQuery(
            """
            SELECT e.id, e.created_at, e.user_id, e.user_name, e.account_id, e.action,
                e.resource_type, e.resource_id, e.status, e.description, e.ip_address,
                (SELECT name FROM account WHERE id = e.account_id)
            FROM audit_entry AS e INDEXED BY audit_entry_id
            """
        )
        query.append(try conditions(AuditQuery(), visibility))
        query.append("AND e.id = ?", .text(entryID))
        return try rows(of: query) { row in
            AuditRecord(entry: row.auditEntry(from: 0), accountName: row.optionalText(11))
        }.first
    }

    /// Reads the audit log.
    ///
    /// - Parameter limit: The largest number of entries to read.
    /// - Returns: The latest entries, the newest first.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func auditEntries(limit: Int) throws(StoreError) -> [AuditEntry] {
        try all(
            """
            SELECT id, created_at, user_id, user_name, account_id, action, resource_type,
                resource_id, status, description, ip_address
            FROM audit_entry ORDER BY number DESC LIMIT ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(Int64(limit), at: 1) },
            read: { row in row.auditEntry(from: 0) }
        )
    }

    private func conditions(
        _ query: AuditQuery,
        _ visibility: Visibility
    ) throws(StoreError) -> ComposedQuery {
        var conditions = ComposedQuery("WHERE TRUE")
        if case .accounts(let viewerID) = visibility {
            let accountIDs = try accountIDs(of: viewerID)
            if accountIDs.isEmpty {
                conditions.append("AND e.user_id = ?", .text(viewerID))
            } else {
                conditions.append("AND e.account_id")
                conditions.append(in: accountIDs)
            }
        }
        if let name = query.userName {
            conditions.append("AND instr(lower(e.user_name), lower(?)) > 0", .text(name))
        }
        if let action = query.action { conditions.append("AND e.action = ?", .text(action)) }
        if !query.resourceTypes.isEmpty {
            conditions.append("AND e.resource_type")
            conditions.append(in: query.resourceTypes)
        }
        if let id = query.resourceID { conditions.append("AND e.resource_id = ?", .text(id)) }
        if let status = query.status { conditions.append("AND e.status = ?", .text(status)) }
        if let id = query.accountID { conditions.append("AND e.account_id = ?", .text(id)) }
        if let from = query.from {
            conditions.append("AND e.created_at >= ?", .integer(from.secondsSince1970))
        }
        if let to = query.to {
            conditions.append("AND e.created_at <= ?", .integer(to.secondsSince1970))
        }
        return conditions
    }
}

extension ComposedQuery {
    /// Sorts; entries of one moment stand in the order of events, other equals the newest first.
    fileprivate mutating func append(order field: AuditQuery.Field, isAscending: Bool) {
        switch field {
        case .timestamp:
            append(
                isAscending
                    ? "ORDER BY e.created_at, e.number"
                    : "ORDER BY e.created_at DESC, e.number DESC"
            )
            return
        case .userName: append("ORDER BY e.user_name")
        case .action: append("ORDER BY e.action")
        case .resourceType: append("ORDER BY e.resource_type")
        case .resourceID: append("ORDER BY e.resource_id")
        case .status: append("ORDER BY e.status")
        case .accountID: append("ORDER BY e.account_id")
        case .ipAddress: append("ORDER BY e.ip_address")
        }
        append(isAscending ? "ASC" : "DESC")
        append(", e.created_at DESC, e.number DESC")
    }
}
