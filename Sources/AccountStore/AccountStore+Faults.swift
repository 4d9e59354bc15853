internal import SQLiteBridge

extension AccountStore {
    /// Reads what goes wrong on purpose.
    ///
    /// - Returns: The rules in the order in which they are asked.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func faultRules() throws(StoreError) -> [FaultRuleRecord] {
        try read(loop: 0) { (reader) throws(StoreError) in
            try reader.all(
                "SELECT id, rule, matched, applied FROM fault_rule ORDER BY position",
                bind: { _ throws(SQLiteError) in },
                read: { row in
                    FaultRuleRecord(
                        id: row.text(0),
                        rule: row.text(1),
                        matched: Int(row.integer(2)),
                        applied: Int(row.integer(3))
                    )
                }
            )
        }
    }

    /// Stores what goes wrong on purpose, in the place of what was stored before.
    ///
    /// - Parameter records: All rules in the order in which they are asked.
    /// - Throws: ``StoreError`` when SQLite fails; nothing has changed then.
    package func replaceFaultRules(with records: [FaultRuleRecord]) throws(StoreError) {
        try write { (connection) throws(SQLiteError) in
            try connection.execute("DELETE FROM fault_rule")
            for (position, record) in records.enumerated() {
                try connection.statement(
                    """
                    INSERT INTO fault_rule (id, position, rule, matched, applied)
                    VALUES (?1, ?2, ?3, ?4, ?5)
                    """
                ) { (row) throws(SQLiteError) in
                    try row.bind(record.id, at: 1)
                    try row.bind(Int64(position), at: 2)
                    try row.bind(record.rule, at: 3)
                    try row.bind(Int64(record.matched), at: 4)
                    try row.bind(Int64(record.applied), at: 5)
                    _ = try row.step()
                }
            }
        }
    }

    /// Finds the serial number of the certificate that was issued here last.
    ///
    /// - Returns: The serial number, or nil when none was issued, or every one is deleted.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func newestIssuedSerialNumber() throws(StoreError) -> String? {
        try read(loop: 0) { (reader) throws(StoreError) in
            try reader.first(
                """
                SELECT serial_number FROM client_auth_certificate
                WHERE authority IS NOT NULL ORDER BY number DESC LIMIT 1
                """,
                bind: { _ throws(SQLiteError) in },
                read: { row in row.text(0) }
            )
        }
    }
}

/// A rule about what goes wrong on purpose, as the world keeps it.
package struct FaultRuleRecord: Sendable, Hashable {
    /// Tells it from the others.
    package var id: String

    /// The rule: a JSON object.
    package var rule: String

    /// How often its matcher matched.
    package var matched: Int

    /// How often it acted.
    package var applied: Int

    /// Makes one.
    ///
    /// - Parameters:
    ///   - id: Tells it from the others.
    ///   - rule: The rule as a JSON object.
    ///   - matched: How often its matcher matched.
    ///   - applied: How often it acted.
    package init(id: String, rule: String, matched: Int = 0, applied: Int = 0) {
        self.id = id
        self.rule = rule
        self.matched = matched
        self.applied = applied
    }
}
