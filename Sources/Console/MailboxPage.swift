internal import AccountModel
internal import AccountStore
internal import HTTP
internal import Pages
internal import World

// What would have been mailed.
extension ConsolePages {
    var mailboxPages: [PageRoute] {
        [
            PageRoute("GET", Self.base + "/mailbox", mailbox),
            PageRoute("GET", Self.base + "/mailbox/{mail}", mail),
            PageRoute("POST", Self.base + "/mailbox/clear", clearMailbox),
            PageRoute("POST", Self.base + "/mailbox/{mail}/delete", deleteMail),
        ]
    }

    private static let mailsPerPage = 50

    private func mailbox(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let (search, to) = (call.query("search"), call.query("to"))
        let offset = call.offset
        var filter = MailFilter()
        if !search.isEmpty { filter.text = search }
        if !to.isEmpty { filter.to = to }
        let server = server(of: world, call)
        return call.site.later(call) { [filter] () throws(PageRefusal) in
            let found = try call.storing { () throws(StoreError) in
                try world.mailbox.mails(filter, offset: offset, countMax: Self.mailsPerPage)
            }
            let paging = ConsolePaging(
                offset: offset,
                limit: Self.mailsPerPage,
                hasMore: found.total > offset + found.mails.count
            )
            var values = paging.values(
                ConsoleTab.mailbox.path(in: world),
                [("search", search), ("to", to)]
            )
            values["searchText"] = .text(search)
            values["toText"] = .text(to)
            values["isSearch"] = .flag(!search.isEmpty || !to.isEmpty)
            values["total"] = .text("\(found.total)")
            values["mails"] = .list(
                found.mails.map { mail in
                    let mail = mail.addressed(to: server)
                    return [
                        "id": .text(mail.id), "at": .text(mail.createdAt.iso8601),
                        "to": .text(mail.to), "subject": .text(mail.subject),
                        "kind": .text(Self.name(of: mail.kind)),
                        "codes": .text(mail.codes.joined(separator: ", ")),
                    ]
                }
            )
            return try call.show(.mailbox, "Mailbox", "mailbox.html", values)
        }
    }

    private static func name(of kind: MailKind) -> String {
        String(kind.rawValue.map { $0 == "_" ? " " : $0 })
    }

    /// Where links in mails lead: how the one who reads reaches the world.
    private func server(of world: World, _ call: PageCall) -> String {
        let ways = surroundings.addresses(world.name, call.request.authority)
        return (ways.first { $0.kind != "name" } ?? ways.first)?.api ?? "https://localhost:8443"
    }

    private func mail(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let id = call.segment(1)
        let found = try call.storing { () throws(StoreError) in try world.mailbox.mail(id: id) }
        guard let found else { throw PageRefusal.missing("mail", id, .mailbox, world) }
        // Whoever copies the text takes it elsewhere; a link stays on this listener.
        let pages = surroundings.control(call.request.authority)
        let mail = found.addressed(to: server(of: world, call), pages: pages)
        let links = found.addressed(to: server(of: world, call)).links
        let values: PageValues = [
            "id": .text(mail.id), "at": .text(mail.createdAt.iso8601), "to": .text(mail.to),
            "kind": .text(Self.name(of: mail.kind)), "body": .text(mail.body),
            "subject": .text(mail.subject), "userID": .text(mail.userID ?? ""),
            "links": .list(
                links.filter(Self.isLink).map { ["href": .text($0)] }
            ),
            "codes": .list(
                mail.codes.enumerated().map { ["number": .text("\($0)"), "code": .text($1)] }
            ),
        ]
        return .now(try call.show(.mailbox, mail.subject, "mail.html", values))
    }

    /// Nobody is led to what a browser would run.
    private static func isLink(_ text: String) -> Bool {
        ["https://", "http://", "/"].contains(where: text.hasPrefix)
    }

    private func deleteMail(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let id = call.segment(1)
        _ = try call.storing { () throws(StoreError) in try world.mailbox.delete(id: id) }
        return .now(try call.lead(to: .mailbox, "", .mailDeleted))
    }

    private func clearMailbox(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        return call.site.later(call) { () throws(PageRefusal) in
            _ = try call.storing { () throws(StoreError) in try world.mailbox.clear() }
            return try call.lead(to: .mailbox, "", .mailsDeleted)
        }
    }
}
