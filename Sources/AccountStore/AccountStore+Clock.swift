package import AccountModel
internal import SQLiteBridge
import Synchronization

/// What happened when a clock went on.
package struct ClockSettlement: Sendable, Hashable {
    /// The first events, in their order.
    package var events: [HappenedEvent] = []

    /// How many happened, more than are listed perhaps.
    package var eventCount = 0

    /// How many mails were written.
    package var mailCount = 0
}

/// An event that has happened, and who was told by mail.
package struct HappenedEvent: Sendable, Hashable {
    /// The event.
    package let event: ClockEvent

    /// The address that a mail went to; nil when none was sent.
    package let mailedTo: String?

    /// Describes what happened.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - mailedTo: The address that a mail went to.
    package init(event: ClockEvent, mailedTo: String? = nil) {
        self.event = event
        self.mailedTo = mailedTo
    }
}

extension AccountStore {
    /// Lets the clock go on in another way.
    ///
    /// - Parameters:
    ///   - clock: What it does from now on.
    ///   - time: The time that somebody asked for; nil keeps the one that was asked for before.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func setClock(_ clock: ClockState, to time: Timestamp?) throws(StoreError) {
        try write { (connection) throws(SQLiteError) in
            try connection.update(clock)
            guard let time else { return }
            try connection.statement("UPDATE world_state SET clock_set_to = ?1") {
                (row) throws(SQLiteError) in
                try row.bind(time.secondsSince1970, at: 1)
                _ = try row.step()
            }
        }
    }

    /// Before this moment nothing happens by the passing of time alone.
    ///
    /// It may be too early, and is never too late.
    package var nextEventAt: Timestamp {
        Timestamp(secondsSince1970: nextEvent.load(ordering: .acquiring))
    }

    /// Lets everything happen up to and including a moment, and the clock go on from there.
    ///
    /// All of it takes effect together: the new state of the clock, the mails, and that none of
    /// them is written again.
    ///
    /// - Parameters:
    ///   - contents: Of which contents the caller's clock is: see ``contents``.
    ///   - moment: The moment; what lies before it and has happened, does not happen again.
    ///   - clock: What the clock does from now on; nil where it just goes on.
    ///   - eventsMax: The largest number of events to list.
    ///   - mail: Writes the mail about an event; nil where the vendor sends none.
    /// - Returns: What happened; nil where the contents were replaced by others: nothing then.
    /// - Throws: ``StoreError`` when SQLite fails; nothing has happened then.
    package func settle(
        _ contents: UInt64,
        through moment: Timestamp,
        clock: ClockState? = nil,
        eventsMax: Int,
        mail: @Sendable (ClockEvent) -> Letter?
    ) throws(StoreError) -> ClockSettlement? {
        var isCommitted = false
        defer { if !isCommitted { forgetNextEvent() } }
        let settlement = try change { (reader) throws(StoreError) -> ClockSettlement? in
            guard contents == self.contents else { return nil }
            // In a file of before there were events, none of the past happens.
            let settled = try reader.settledTo() ?? moment
            let due = try reader.dueEvents(after: settled, through: moment)
            let settlement = try reader.happen(due, eventsMax: eventsMax, mail: mail)
            let upTo = max(settled, moment)
            try translating { () throws(SQLiteError) in
                if let clock { try reader.connection.update(clock) }
                try reader.connection.update(settledTo: upTo)
            }
            let next = try reader.dueEvents(after: upTo, through: .latest, countMax: 1).first
            // While the writer is held: whoever stores something sooner comes later.
            nextEvent.store((next?.at ?? .latest).secondsSince1970, ordering: .releasing)
            return settlement
        }
        isCommitted = settlement != nil
        if let settlement, settlement.mailCount > 0 { mailArrivals.notify() }
        return settlement
    }

    /// Takes note of a moment at which something will happen, while the writer is held.
    func expect(_ moment: Timestamp) {
        _ = nextEvent.min(moment.secondsSince1970, ordering: .acquiringAndReleasing)
    }

    /// Forgets when the next thing happens: the contents are others.
    func forgetNextEvent() {
        nextEvent.store(.min, ordering: .releasing)
    }
}

extension AccountReader {
    /// The moment up to which everything has happened; nil in a world that never looked.
    fileprivate func settledTo() throws(StoreError) -> Timestamp? {
        try first(
            "SELECT clock_settled_to FROM world_state",
            bind: { _ throws(SQLiteError) in },
            read: { row in row.optionalTimestamp(0) }
        ) ?? nil
    }

    /// Writes the mails about events, of many only the latest, and lists the first events.
    fileprivate func happen(
        _ due: [DueEvent],
        eventsMax: Int,
        mail: (ClockEvent) -> Letter?
    ) throws(StoreError) -> ClockSettlement {
        var settlement = ClockSettlement(eventCount: due.count)
        var addresses: [String: String?] = [:]
        // What would be cut at once is not written at all.
        let firstMailed =
            due.indices.filter { MailKind(about: due[$0].kind, days: due[$0].days) != nil }
            .suffix(AccountStore.mailsMax).first ?? due.count
        for (index, row) in due.enumerated() where index < eventsMax || index >= firstMailed {
            let isWritten = index >= firstMailed
            guard let event = try event(row) else { continue }
            var address: String?
            if let letter = mail(event) {
                if let known = addresses[letter.user.id] {
                    address = known
                } else {
                    address = try recipient(of: letter.user)
                    addresses[letter.user.id] = .some(address)
                }
                if let address, isWritten {
                    try translating { () throws(SQLiteError) in
                        try connection.insert(letter.compose(address))
                    }
                    settlement.mailCount += 1
                }
            }
            guard index < eventsMax else { continue }
            settlement.events.append(HappenedEvent(event: event, mailedTo: address))
        }
        if settlement.mailCount > 0 {
            try translating { () throws(SQLiteError) in try connection.cutMails() }
        }
        return settlement
    }
}

extension Connection {
    fileprivate func update(_ clock: ClockState) throws(SQLiteError) {
        try statement(
            """
            UPDATE world_state SET clock_offset = ?1, clock_frozen = ?2, clock_rate = ?3,
                clock_world_milliseconds = ?4, clock_system_milliseconds = ?5
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(clock, at: 1)
            _ = try row.step()
        }
    }

    fileprivate func update(settledTo moment: Timestamp) throws(SQLiteError) {
        try statement("UPDATE world_state SET clock_settled_to = ?1") {
            (row) throws(SQLiteError) in
            try row.bind(moment.secondsSince1970, at: 1)
            _ = try row.step()
        }
    }
}
