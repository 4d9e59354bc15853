import AccountModel
import AccountStore
import HTTP
import World

// What happened: who made, changed and deleted what, and who signed in.

extension AccountManagerAPI {
    /// `GET /audit-log`: what the filters leave of the audit log, a page of it.
    static func listAuditEntries(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        var query = try RequestQuery.read(call.request)
        let wanted = query.auditQuery()
        let page = try call.page(&query)
        let found = try APIRefusal.translating { () throws(StoreError) in
            try reader.auditPage(wanted, visibleTo: call.visibility, page: page)
        }
        var writer = JSONWriter(reservingCapacity: 512 * (found.records.count + 1))
        writer.beginObject()
        writer.member("total", found.total)
        writer.member("offset", page.offset)
        writer.member("limit", page.limit)
        writer.beginArray("items")
        for record in found.records { writer.value(record) }
        writer.endArray()
        writer.endObject()
        return .json(status: 200, writer)
    }

    /// `GET /audit-log/{id}`: one entry.
    static func showAuditEntry(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        let id = call.parameters.first ?? ""
        let record = try APIRefusal.translating { () throws(StoreError) in
            try reader.auditRecord(id: id, visibleTo: call.visibility)
        }
        guard let record else {
            throw APIRefusal(
                .auditEntryNotFound,
                "the caller sees no audit log entry with the id \(id), or it was the oldest and"
                    + " has gone (setting auditEntriesMax); GET /account/api/v1/audit-log lists"
                    + " those it sees"
            )
        }
        var writer = JSONWriter(reservingCapacity: 512)
        writer.value(record)
        return .json(status: 200, writer)
    }
}

extension RequestQuery {
    /// Which entries are wanted, and in which order.
    ///
    /// - Returns: The query; what is wrong with it is noted.
    mutating func auditQuery() -> AuditQuery {
        var wanted = AuditQuery()
        wanted.userName = text("user_name")
        wanted.action = text("action")
        wanted.resourceTypes = list("resource_types")
        wanted.resourceID = text("resource_id")
        wanted.status = choice("status", of: AuditStatus.self)?.rawValue
        wanted.accountID = text("account_id")
        wanted.from = day("from").map { Timestamp(startOf: $0) }
        wanted.to = day("to").map { Timestamp(startOf: $0).endOfDay }
        if let from = wanted.from, let to = wanted.to, to < from {
            note("to", "is earlier than from; both days belong to what is wanted")
        }
        readOrder(into: &wanted)
        return wanted
    }

    /// Reads `sort`, in each of the forms in which clients write a field and a direction.
    private mutating func readOrder(into wanted: inout AuditQuery) {
        guard let text = text("sort") else { return }
        var name = text[...]
        var direction = "asc"
        // A plus sign that nobody encoded arrives as a space.
        if let sign = name.first, sign == "-" || sign == "+" || sign == " " {
            name.removeFirst()
            if sign == "-" { direction = "desc" }
        } else if let mark = name.firstIndex(where: { $0 == "," || $0 == ":" }) {
            direction = name[name.index(after: mark)...].lowercased()
            name = name[..<mark]
        }
        guard let field = AuditQuery.Field(rawValue: String(name)),
            direction == "asc" || direction == "desc"
        else {
            let fields = AuditQuery.Field.allCases.map(\.rawValue).joined(separator: ", ")
            note("sort", "is \"\(text)\"; give field,asc or field,desc with one of \(fields)")
            return
        }
        wanted.sortField = field
        wanted.isAscending = direction == "asc"
    }
}

extension JSONWriter {
    /// Writes an entry of the audit log.
    ///
    /// - Parameter record: The entry, and what its account is called.
    mutating func value(_ record: AuditRecord) {
        let entry = record.entry
        beginObject()
        member("id", entry.id)
        member("timestamp", entry.createdAt.iso8601)
        beginObject("user")
        member("id", entry.userID)
        member("name", entry.userName)
        endObject()
        beginObject("account")
        member("id", entry.accountID)
        member("name", record.accountName)
        endObject()
        member("action", entry.action.rawValue)
        member("resource_type", entry.resourceType.rawValue)
        member("resource_id", entry.resourceID)
        member("status", entry.status.rawValue)
        member("description", entry.description)
        member("ip_address", entry.ipAddress)
        endObject()
    }
}
