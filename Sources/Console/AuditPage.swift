internal import AccountModel
internal import AccountStore
internal import HTTP
internal import Pages
internal import World

// Who did what.
extension ConsolePages {
    var auditPages: [PageRoute] { [PageRoute("GET", Self.base + "/audit", audit)] }

    private static let entriesPerPage = 50

    private func audit(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let (action, type) = (call.query("action"), call.query("type"))
        let (user, status) = (call.query("user"), call.query("status"))
        let offset = call.offset
        var query = AuditQuery()
        if !action.isEmpty { query.action = action }
        if !type.isEmpty { query.resourceTypes = [type] }
        if !user.isEmpty { query.userName = user }
        if !status.isEmpty { query.status = status }
        return call.site.later(call) { [query] () throws(PageRefusal) in
            // Sign-ins are stored now and then; whoever looks wants to see them.
            try call.storing { () throws(StoreError) in try world.storeSignIns() }
            let found = try call.reading { (reader) throws(StoreError) in
                try reader.auditPage(
                    query,
                    visibleTo: .everything,
                    page: PageRequest(offset: offset, limit: Self.entriesPerPage)
                )
            }
            let paging = ConsolePaging(
                offset: offset,
                limit: Self.entriesPerPage,
                hasMore: found.total > offset + found.records.count
            )
            var values = paging.values(
                ConsoleTab.audit.path(in: world),
                [("action", action), ("type", type), ("user", user), ("status", status)]
            )
            values["userText"] = .text(user)
            values["total"] = .text("\(found.total)")
            values["hasFilter"] = .flag(![action, type, user, status].allSatisfy(\.isEmpty))
            values["actions"] = Self.choices(AuditAction.self, "any action", action)
            values["types"] = Self.choices(AuditResourceType.self, "any thing", type)
            values["statuses"] = Self.choices(AuditStatus.self, "any end", status)
            values["entries"] = .list(found.records.map(Self.row))
            return try call.show(.audit, "Audit log", "audit.html", values)
        }
    }

    private static func choices<Word: RawRepresentable & CaseIterable>(
        _ type: Word.Type,
        _ any: String,
        _ chosen: String
    ) -> PageValue where Word.RawValue == String {
        ConsoleChoice.values(
            [("", any)] + Word.allCases.map { ($0.rawValue, $0.rawValue) },
            chosen: chosen
        )
    }

    private static func row(of record: AuditRecord) -> PageValues {
        let entry = record.entry
        let isGood = entry.status == .success
        return [
            "at": .text(entry.createdAt.iso8601), "user": .text(entry.userName),
            "action": .text(entry.action.rawValue), "type": .text(entry.resourceType.rawValue),
            "status": .text(entry.status.rawValue), "badge": .text(isGood ? "good" : "bad"),
            "description": .text(entry.description), "from": .text(entry.ipAddress ?? ""),
            "account": .text(record.accountName ?? entry.accountID),
        ]
    }
}
