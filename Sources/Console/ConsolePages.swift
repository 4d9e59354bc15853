internal import AccountModel
internal import AccountStore
internal import HTTP
package import Pages
internal import World

/// The pages of the console.
package struct ConsolePages: Sendable {
    let surroundings: ConsoleSurroundings
    let memory = ConsoleMemory()

    /// Makes the pages of one process.
    ///
    /// - Parameter surroundings: What is around the worlds.
    package init(_ surroundings: ConsoleSurroundings) {
        self.surroundings = surroundings
    }

    /// Those on the control listener, below `/worlds/{world}/console`.
    package var routes: [PageRoute] {
        homePages + journalPages + userPages + certificatePages + worldPages + clockPages
            + faultPages + mailboxPages + auditPages + snapshotPages + tourPages
    }

    /// Where every page of the console begins.
    static let base = "/worlds/{world}/console"
}

/// The pages between which the tabs lead.
enum ConsoleTab: String, CaseIterable {
    case home = ""
    case journal
    case users
    case certificates
    case worlds
    case clock
    case faults
    case mailbox
    case audit
    case snapshots
    case tour

    var name: String {
        switch self {
        case .home: "Home"
        case .journal: "Journal"
        case .users: "Users"
        case .certificates: "Certificates"
        case .worlds: "Worlds"
        case .clock: "Clock"
        case .faults: "Faults"
        case .mailbox: "Mailbox"
        case .audit: "Audit log"
        case .snapshots: "Snapshots"
        case .tour: "Tour"
        }
    }

    /// The path of the page in a world.
    func path(in world: World) -> String { path(inWorldNamed: world.name) }

    func path(inWorldNamed name: String) -> String {
        "/worlds/\(name)/console" + (self == .home ? "" : "/\(rawValue)")
    }
}

// MARK: - Answers

extension PageCall {
    /// Shows a page of the console.
    ///
    /// - Parameters:
    ///   - tab: The tab it belongs to.
    ///   - title: The heading.
    ///   - template: The file of the template, without its folder.
    ///   - values: What goes into its gaps; `base` is there always.
    ///   - scripts: Scripts of the page alone.
    ///   - status: The status.
    /// - Returns: The answer.
    /// - Throws: `PageRefusal` when the world is gone.
    func show(
        _ tab: ConsoleTab,
        _ title: String,
        _ template: String,
        _ values: PageValues,
        scripts: [String] = [],
        status: Int = 200
    ) throws(PageRefusal) -> Response {
        let world = try world()
        var values = values
        values["base"] = .text(ConsoleTab.home.path(in: world))
        values["worldBase"] = .text(PageCall.base(of: world))
        values["worldName"] = .text(world.name)
        if let note = ConsoleNote(rawValue: query("note")) {
            let notice = PageFiles.templates["console/notice.html"]
            values["notice"] = .html(notice?.render(["note": .text(note.text)]) ?? "")
        }
        var page = Page(title, "console/" + template, values)
        page.section = "Console"
        page.tabs = ConsoleTab.allCases.map {
            Page.Tab($0.name, $0.path(in: world), isCurrent: $0 == tab)
        }
        page.styles = ["console/console.css"]
        page.scripts = scripts
        return page.response(to: self, status: status)
    }

    /// A page with one stretch of a list, the field that searches it, and the ways on and back.
    ///
    /// - Parameters:
    ///   - tab: Which page.
    ///   - template: The file of its template, without the folder.
    ///   - key: What the template calls the rows.
    ///   - found: The items of the stretch, and one more where the list goes on.
    ///   - limit: How many items one stretch has.
    ///   - search: What was searched for.
    ///   - values: What else goes into the template's gaps.
    ///   - row: The gaps of an item's row.
    /// - Returns: The answer.
    /// - Throws: ``PageRefusal`` when the world is not there any longer.
    func showList<Item>(
        _ tab: ConsoleTab,
        _ template: String,
        _ key: String,
        _ found: [Item],
        limit: Int,
        search: String,
        _ values: PageValues = [:],
        row: (Item) -> PageValues
    ) throws(PageRefusal) -> Response {
        let paging = ConsolePaging(offset: offset, limit: limit, hasMore: found.count > limit)
        let path = tab.path(in: try world())
        var all = paging.values(path, [("search", search)]).merging(values) { $1 }
        all["searchText"] = .text(search)
        all[key] = .list(found.prefix(limit).map(row))
        return try show(tab, tab.name, template, all)
    }

    /// Leads to a page of the console, which says what was done.
    func lead(
        to tab: ConsoleTab,
        _ rest: String = "",
        _ note: ConsoleNote? = nil
    ) throws(PageRefusal) -> Response {
        let path = tab.path(in: try world()) + rest
        return .seeOther(path + (note.map { "?note=\($0.rawValue)" } ?? ""))
    }

    /// Reads from the world's store.
    func reading<Value: Sendable>(
        _ body: @Sendable (borrowing AccountReader) throws(StoreError) -> Value
    ) throws(PageRefusal) -> Value {
        try reading(try world(), body)
    }

    /// Turns a failure of the store into what a person reads.
    func storing<Value>(_ body: () throws(StoreError) -> Value) throws(PageRefusal) -> Value {
        try Self.storing(try world(), body)
    }

    /// Turns what is wrong with worlds into what a person reads.
    func arranging<Value>(
        _ body: () throws(WorldsError) -> Value
    ) throws(PageRefusal) -> Value {
        do throws(WorldsError) {
            return try body()
        } catch {
            throw PageRefusal(error)
        }
    }

    /// Which stretch of a list is shown, from `?offset=`.
    var offset: Int { min(max(Int(query("offset")) ?? 0, 0), 10_000_000) }

    /// A path segment after the world's name.
    func segment(_ index: Int) -> String { parameters.count > index ? parameters[index] : "" }
}

extension PageRefusal {
    init(_ error: WorldsError) {
        let (status, title) =
            switch error.kind {
            case .refused: (400, "That cannot be done")
            case .missing: (404, "There is no such thing")
            case .exists: (409, "There is one already")
            case .full: (409, "There are as many as there may be")
            case .failed: (503, "That failed")
            }
        self.init(status, title, error.description + ".")
    }

    /// Nothing of that id is in the world.
    static func missing(_ what: String, _ id: String, _ tab: ConsoleTab, _ world: World)
        -> PageRefusal
    {
        PageRefusal(
            404,
            "There is no such \(what)",
            "The world \(world.name) has no \(what) \(id). It may have been deleted, or the world "
                + "was reset.",
            back: Link(tab.name, tab.path(in: world))
        )
    }
}

/// What a page says after a form was sent, told by a word in its address.
enum ConsoleNote: String, CaseIterable {
    case reset
    case userEnabled = "user-enabled"
    case userDisabled = "user-disabled"
    case userUnlocked = "user-unlocked"
    case tokenEnabled = "token-enabled"
    case tokenDisabled = "token-disabled"
    case tokenDeleted = "token-deleted"
    case certificateEnabled = "certificate-enabled"
    case certificateDisabled = "certificate-disabled"
    case certificateDeleted = "certificate-deleted"
    case worldMade = "world-made"
    case worldReset = "world-reset"
    case worldDeleted = "world-deleted"
    case portsOpened = "ports-opened"
    case clockChanged = "clock-changed"
    case faultAdded = "fault-added"
    case faultChanged = "fault-changed"
    case faultRemoved = "fault-removed"
    case faultsRemoved = "faults-removed"
    case mailDeleted = "mail-deleted"
    case mailsDeleted = "mails-deleted"
    case journalCleared = "journal-cleared"
    case snapshotSaved = "snapshot-saved"
    case snapshotRestored = "snapshot-restored"
    case snapshotDeleted = "snapshot-deleted"
    case snapshotTaken = "snapshot-taken"
    case tourBusy = "tour-busy"

    var text: String {
        switch self {
        case .reset:
            "The world is as it was in the beginning. What clients trust stayed: the trust file, "
                + "and the world’s authority."
        case .userEnabled: "The user is let in again, with all tokens and certificates."
        case .userDisabled: "The user is kept out, with all tokens and certificates."
        case .userUnlocked: "The user is unlocked."
        case .tokenEnabled: "The token works again."
        case .tokenDisabled: "The token is refused from now on."
        case .tokenDeleted: "The token is gone."
        case .certificateEnabled: "The certificate is let in again."
        case .certificateDisabled:
            "The certificate is refused from now on, also on connections that are open."
        case .certificateDeleted: "The certificate is gone, and its name is free."
        case .worldMade: "This is the new world."
        case .worldReset: "The world is as it was in the beginning; its authority stayed."
        case .worldDeleted: "The world is gone."
        case .portsOpened: "The world has ports of its own."
        case .clockChanged: "The clock goes as you wanted."
        case .faultAdded: "The rule is in force."
        case .faultChanged: "The rule was changed."
        case .faultRemoved: "The rule is gone."
        case .faultsRemoved: "No rule is left: everything works as it should."
        case .mailDeleted: "The mail is gone."
        case .mailsDeleted: "The mailbox is empty."
        case .journalCleared: "The journal is empty."
        case .snapshotSaved: "The world as it is now is kept."
        case .snapshotRestored: "The world is as it was when the snapshot was made."
        case .snapshotDeleted: "The snapshot is gone."
        case .tourBusy: "Another step was at work. This is what there is so far: go on from here."
        case .snapshotTaken: "The file is a snapshot of this world now."
        }
    }
}
