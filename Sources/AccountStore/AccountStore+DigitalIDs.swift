package import AccountModel
internal import SQLiteBridge

/// What comes of a change of a request of the Digital ID Center, besides the request.
package struct DigitalIDChange<Outcome: Sendable>: Sendable {
    /// What the one who asked for it is told.
    package var outcome: Outcome

    /// Another request, to be stored as it is; nil where there is none.
    package var other: DigitalID?

    /// What is mailed.
    package var mails: [Mail]

    /// Describes what comes of a change.
    ///
    /// - Parameters:
    ///   - outcome: What the one who asked for it is told.
    ///   - other: Another request, to be stored as it is.
    ///   - mails: What is mailed.
    package init(_ outcome: Outcome, other: DigitalID? = nil, mails: [Mail] = []) {
        self.outcome = outcome
        self.other = other
        self.mails = mails
    }
}

// A request, what comes of it and the mails about it are stored together, and no two changes are
// made from one standing.
extension AccountStore {
    /// Stores a draft, or what was entered anew in the form of one.
    ///
    /// A form that somebody else sent before, as one who goes back in the browser to enrol another
    /// person does, makes a request of its own; its form is then known by the draft's id.
    ///
    /// - Parameters:
    ///   - draft: The draft.
    ///   - oldest: Drafts from before this moment are forgotten.
    /// - Returns: What is stored for the form: with the new entries as long as it is a draft.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func enter(
        _ draft: DigitalID,
        forgettingDraftsBefore oldest: Timestamp
    ) throws(StoreError) -> DigitalID {
        try change { (reader) throws(StoreError) -> DigitalID in
            guard var known = try reader.digitalID(form: draft.form ?? "") else {
                try translating { () throws(SQLiteError) in
                    try reader.connection.deleteDrafts(before: oldest)
                    try reader.connection.save(draft)
                }
                return draft
            }
            guard known.mayBeEntered(by: draft.applicant) else {
                var separate = draft
                separate.form = draft.id
                let stored = separate
                try translating { () throws(SQLiteError) in try reader.connection.save(stored) }
                return stored
            }
            guard known.status == .draft else { return known }
            known.applicant = draft.applicant
            known.challenge = draft.challenge
            let changed = known
            try translating { () throws(SQLiteError) in try reader.connection.save(changed) }
            return changed
        }
    }

    /// Changes a request.
    ///
    /// - Parameters:
    ///   - id: Its id.
    ///   - body: Makes the move, also by what else is stored; what it has made of the request is
    ///     stored, whatever the outcome.
    /// - Returns: The outcome, once it is committed; nil when there is no request of that id.
    /// - Throws: ``StoreError`` when SQLite fails; nothing has changed then.
    package func changeDigitalID<Outcome: Sendable>(
        id: String,
        _ body:
            @Sendable (
                inout DigitalID, borrowing AccountReader
            ) throws(StoreError) -> DigitalIDChange<Outcome>
    ) throws(StoreError) -> Outcome? {
        let made = try change { (reader) throws(StoreError) -> DigitalIDChange<Outcome>? in
            guard let before = try reader.digitalID(id: id) else { return nil }
            var after = before
            let made = try body(&after, reader)
            let changed = after
            try translating { () throws(SQLiteError) in
                if changed != before { try reader.connection.save(changed) }
                if let other = made.other { try reader.connection.save(other) }
                try reader.connection.insert(mails: made.mails)
            }
            return made
        }
        if made?.mails.isEmpty == false { mailArrivals.notify() }
        return made?.outcome
    }

    /// Sends a message to everybody who enrolled, unless its form was sent before.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - compose: Makes the mail to an address.
    /// - Returns: The message that is stored for the form.
    /// - Throws: ``StoreError`` when SQLite fails; nothing is mailed then.
    package func send(
        _ message: DigitalIDMessage,
        compose: @Sendable (_ address: String) -> Mail
    ) throws(StoreError) -> DigitalIDMessage {
        let sent = try change { (reader) throws(StoreError) -> DigitalIDMessage in
            let known = try reader.digitalIDMessages(countMax: .max)
            if let known = known.first(where: { $0.form == message.form }) { return known }
            let mails = try reader.enrolledAddresses().map(compose)
            var sent = message
            sent.recipientCount = mails.count
            let stored = sent
            try translating { () throws(SQLiteError) in
                try reader.connection.insert(stored)
                try reader.connection.insert(mails: mails)
            }
            return stored
        }
        mailArrivals.notify()
        return sent
    }

    /// Takes note that the authority's certificate is installed.
    ///
    /// - Parameter now: The world's time; where it was noted before, that stays.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func noteDigitalIDAuthorityInstalled(at now: Timestamp) throws(StoreError) {
        try write { (connection) throws(SQLiteError) in
            try connection.statement(
                """
                INSERT INTO digital_id_center (only_row, ca_installed_at) VALUES (1, ?1)
                ON CONFLICT DO NOTHING
                """
            ) { (row) throws(SQLiteError) in
                try row.bind(now.secondsSince1970, at: 1)
                _ = try row.step()
            }
        }
    }
}

extension DigitalID {
    /// Whether its form, sent again, is about the same person: in a draft either name or address
    /// may be put right, and afterwards only the address tells who it is.
    fileprivate func mayBeEntered(by other: DigitalIDApplicant) -> Bool {
        if applicant.email.lowercased() == other.email.lowercased() { return true }
        return status == .draft && applicant.name.lowercased() == other.name.lowercased()
    }
}

extension Connection {
    fileprivate func deleteDrafts(before oldest: Timestamp) throws(SQLiteError) {
        try statement("DELETE FROM digital_id WHERE status = 'draft' AND created_at < ?1") {
            (row) throws(SQLiteError) in
            try row.bind(oldest.secondsSince1970, at: 1)
            _ = try row.step()
        }
    }

    fileprivate func insert(mails: [Mail]) throws(SQLiteError) {
        for mail in mails { try insert(mail) }
        if !mails.isEmpty { try cutMails() }
    }

    fileprivate func insert(_ message: DigitalIDMessage) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO digital_id_message (form, created_at, subject, body, recipients)
            VALUES (?1, ?2, ?3, ?4, ?5)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(message.form, at: 1)
            try row.bind(message.createdAt.secondsSince1970, at: 2)
            try row.bind(message.subject, at: 3)
            try row.bind(message.body, at: 4)
            try row.bind(Int64(message.recipientCount), at: 5)
            _ = try row.step()
        }
    }

    /// Stores a request in the place of the one of the same id.
    ///
    /// A form, serial number or fingerprint of another request fails: REPLACE would delete that
    /// one.
    fileprivate func save(_ request: DigitalID) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO digital_id (id, form, renewal_of, status, first_name, last_name, email,
                telephone, authority_code, comments, challenge_salt, challenge_sha256,
                challenge_failures, key_place, key_kind, created_at, submitted_at, decided_at,
                decision_comment, pin_salt, pin_sha256, pin_failures, pin_expires_at,
                retrieved_at, installed_at, certificate_sha256, serial_number, subject,
                start_date, end_date, x509_cert, activation_asked_at, activated_at,
                queue_set_up_at, revoked_at, revocation_reason)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33,
                ?34, ?35, ?36)
            ON CONFLICT (id) DO UPDATE SET
                form = excluded.form, renewal_of = excluded.renewal_of, status = excluded.status,
                first_name = excluded.first_name, last_name = excluded.last_name,
                email = excluded.email, telephone = excluded.telephone,
                authority_code = excluded.authority_code, comments = excluded.comments,
                challenge_salt = excluded.challenge_salt,
                challenge_sha256 = excluded.challenge_sha256,
                challenge_failures = excluded.challenge_failures, key_place = excluded.key_place,
                key_kind = excluded.key_kind, created_at = excluded.created_at,
                submitted_at = excluded.submitted_at, decided_at = excluded.decided_at,
                decision_comment = excluded.decision_comment, pin_salt = excluded.pin_salt,
                pin_sha256 = excluded.pin_sha256, pin_failures = excluded.pin_failures,
                pin_expires_at = excluded.pin_expires_at, retrieved_at = excluded.retrieved_at,
                installed_at = excluded.installed_at,
                certificate_sha256 = excluded.certificate_sha256,
                serial_number = excluded.serial_number, subject = excluded.subject,
                start_date = excluded.start_date, end_date = excluded.end_date,
                x509_cert = excluded.x509_cert,
                activation_asked_at = excluded.activation_asked_at,
                activated_at = excluded.activated_at, queue_set_up_at = excluded.queue_set_up_at,
                revoked_at = excluded.revoked_at, revocation_reason = excluded.revocation_reason
            """
        ) { (row) throws(SQLiteError) in
            try row.bindBeginning(of: request)
            try row.bindEnd(of: request)
            _ = try row.step()
        }
    }
}

extension Statement {
    fileprivate borrowing func bindBeginning(of request: DigitalID) throws(SQLiteError) {
        try bind(request.id, at: 1)
        try bind(request.form, at: 2)
        try bind(request.renewalOf, at: 3)
        try bind(request.status.rawValue, at: 4)
        try bind(request.applicant.firstName, at: 5)
        try bind(request.applicant.lastName, at: 6)
        try bind(request.applicant.email, at: 7)
        try bind(request.applicant.telephone, at: 8)
        try bind(request.applicant.authorityCode, at: 9)
        try bind(request.applicant.comments, at: 10)
        try bind(request.challenge.salt, at: 11)
        try bind(request.challenge.sha256, at: 12)
        try bind(Int64(request.challenge.failures), at: 13)
        try bind(request.key.place.rawValue, at: 14)
        try bind(request.key.kind.rawValue, at: 15)
        try bind(request.createdAt.secondsSince1970, at: 16)
        try bind(request.submittedAt?.secondsSince1970, at: 17)
        try bind(request.decidedAt?.secondsSince1970, at: 18)
        try bind(request.decisionComment, at: 19)
    }

    fileprivate borrowing func bindEnd(of request: DigitalID) throws(SQLiteError) {
        try bind(request.pin?.secret.salt, at: 20)
        try bind(request.pin?.secret.sha256, at: 21)
        try bind(request.pin.map { Int64($0.secret.failures) }, at: 22)
        try bind(request.pin?.expiresAt.secondsSince1970, at: 23)
        try bind(request.retrievedAt?.secondsSince1970, at: 24)
        try bind(request.installedAt?.secondsSince1970, at: 25)
        try bind(request.certificate?.sha256, at: 26)
        try bind(request.certificate?.serialNumber, at: 27)
        try bind(request.certificate?.subject, at: 28)
        try bind(request.certificate?.startDate.secondsSince1970, at: 29)
        try bind(request.certificate?.endDate.secondsSince1970, at: 30)
        try bind(request.certificate?.pem, at: 31)
        try bind(request.activationAskedAt?.secondsSince1970, at: 32)
        try bind(request.activatedAt?.secondsSince1970, at: 33)
        try bind(request.queueSetUpAt?.secondsSince1970, at: 34)
        try bind(request.revocation?.at.secondsSince1970, at: 35)
        try bind(request.revocation?.reason.rawValue, at: 36)
    }
}
