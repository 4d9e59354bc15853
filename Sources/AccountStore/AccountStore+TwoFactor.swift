package import AccountModel
internal import SQLiteBridge

/// What became of something that somebody did at sign-in.
package typealias TwoFactorOutcome = Result<TwoFactorSignIn, TwoFactorRefusal>

/// A certificate that was made for signing in, and what is stored with it.
package struct TwoFactorIssue: Sendable {
    /// The certificate as one among the user's.
    package var certificate: ClientAuthCertificate

    /// Its PEM text, and its issuer's.
    package var text: CertificateText

    /// The first link to the handshake that asks for it.
    package var ticket: TwoFactorTicket

    /// The audit entry.
    package var entry: AuditEntry

    /// The mail about it.
    package var letter: Letter

    /// Puts together what is stored.
    ///
    /// - Parameters:
    ///   - certificate: The certificate as one among the user's.
    ///   - text: Its PEM text, and its issuer's.
    ///   - ticket: The first link to the handshake that asks for it.
    ///   - entry: The audit entry.
    ///   - letter: The mail about it.
    package init(
        certificate: ClientAuthCertificate,
        text: CertificateText,
        ticket: TwoFactorTicket,
        entry: AuditEntry,
        letter: Letter
    ) {
        self.certificate = certificate
        self.text = text
        self.ticket = ticket
        self.entry = entry
        self.letter = letter
    }
}

/// What became of a link to the handshake that asks for the certificate.
package enum TwoFactorRedemption: Sendable {
    /// No such link was ever made here, or long ago.
    case unknown

    /// It was made too long ago; the sign-in it belongs to may be over.
    case expired(TwoFactorSignIn?)

    /// It was used before, at this moment of the world's clock; the sign-in it belongs to may be
    /// over.
    case used(at: Timestamp, TwoFactorSignIn?)

    /// The sign-in it belongs to is over.
    case over

    /// Nothing is to be presented now.
    case refused(TwoFactorRefusal, TwoFactorSignIn)

    /// The certificate was judged, and the sign-in is as this verdict makes it.
    case judged(TwoFactorVerdict, TwoFactorSignIn)
}

// Every step looks at the state and stores what becomes of it in one transaction.
extension AccountStore {
    /// Begins a sign-in: the password was right.
    ///
    /// - Parameters:
    ///   - session: The browser's.
    ///   - ticket: The link to the certificate; stored where one is to be presented.
    ///   - systemNow: What the system's clock shows: sign-ins that ended before go.
    /// - Returns: The sign-in; nil when its user is gone.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func begin(
        _ session: TwoFactorSession,
        ticket: TwoFactorTicket,
        systemNow: Timestamp
    ) throws(StoreError) -> TwoFactorSignIn? {
        try change { (reader) throws(StoreError) -> TwoFactorSignIn? in
            guard try reader.user(id: session.userID) != nil else { return nil }
            try translating { () throws(SQLiteError) in
                try reader.connection.deleteTwoFactorLeftovers(before: systemNow)
                try reader.connection.insert(session)
            }
            var signIn = try reader.twoFactorSignIn(session: session.sha256, systemNow: systemNow)
            if signIn?.state.position == .signedIn, var complete = signIn?.session {
                complete.signedInAt = complete.beganAt
                let complete = complete
                try translating { () throws(SQLiteError) in
                    try reader.connection.update(complete)
                }
                signIn?.session = complete
            }
            if signIn?.state.position == .certPrompt {
                try translating { () throws(SQLiteError) in
                    try reader.connection.insert(ticket)
                }
            }
            return signIn
        }
    }

    /// Makes a new link to the certificate; the sign-in's earlier ones are worth nothing then.
    ///
    /// - Parameters:
    ///   - ticket: The link.
    ///   - systemNow: What the system's clock shows.
    /// - Returns: The sign-in as it is now, or why it has no use for a link.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func insert(
        _ ticket: TwoFactorTicket,
        systemNow: Timestamp
    ) throws(StoreError) -> TwoFactorOutcome {
        try advance(ticket.session, .askForCertificate, systemNow) {
            (reader, _) throws(StoreError) in
            try translating { () throws(SQLiteError) in
                try reader.connection.deleteUnusedTickets(ofSession: ticket.session)
                try reader.connection.insert(ticket)
            }
        }
    }

    /// Stores a certificate that somebody who signs in has had generated.
    ///
    /// - Parameters:
    ///   - issue: The certificate and what belongs to it.
    ///   - session: The digest of the cookie's text.
    ///   - systemNow: What the system's clock shows.
    /// - Returns: The sign-in as it is now, or why it gets none; the certificate is worth nothing
    ///   then.
    /// - Throws: ``StoreError``, of which `duplicateCertificateName` means that the user has a
    ///   certificate of that name.
    package func insert(
        _ issue: TwoFactorIssue,
        session: [UInt8],
        systemNow: Timestamp
    ) throws(StoreError) -> TwoFactorOutcome {
        let outcome = try advance(session, .generate, systemNow) { (reader, _) throws(StoreError) in
            let isInserted = try translating { () throws(SQLiteError) in
                try reader.connection.insert(issue.certificate, text: issue.text)
            }
            guard isInserted else { throw .duplicateCertificateName(issue.certificate.name) }
            try translating { () throws(SQLiteError) in
                try reader.connection.insert(issue)
                try reader.connection.insert(issue.ticket)
                try reader.connection.insert(issue.entry)
            }
            expect(ClockEvent.next(of: issue.certificate, after: issue.certificate.createdAt))
            _ = try reader.post(issue.letter)
        }
        if case .success = outcome { mailArrivals.notify() }
        return outcome
    }

    /// Uses up a link, and judges the certificate that the browser presented there.
    ///
    /// - Parameters:
    ///   - ticketSHA256: The digest of the ticket's text.
    ///   - certificateSHA256: The fingerprint of the certificate; nil when there was none.
    ///   - now: The world's time.
    ///   - systemNow: What the system's clock shows.
    ///   - explain: Says why a certificate does not count, for the sign-in's page.
    ///   - entry: Makes the audit entry.
    /// - Returns: What became of it.
    /// - Throws: ``StoreError`` when SQLite fails; the link can be used again then.
    package func redeem(
        ticketSHA256: [UInt8],
        certificateSHA256: [UInt8]?,
        now: Timestamp,
        systemNow: Timestamp,
        explain: @Sendable (TwoFactorVerdict.CertificateFault) -> String,
        entry: @Sendable (TwoFactorVerdict, TwoFactorSignIn) -> AuditEntry
    ) throws(StoreError) -> TwoFactorRedemption {
        try change { (reader) throws(StoreError) -> TwoFactorRedemption in
            guard let ticket = try reader.twoFactorTicket(sha256: ticketSHA256) else {
                return .unknown
            }
            let found = try reader.twoFactorSignIn(session: ticket.session, systemNow: systemNow)
            if let moment = ticket.usedAt { return .used(at: moment, found) }
            guard ticket.expiresAt >= systemNow else { return .expired(found) }
            try translating { () throws(SQLiteError) in
                try reader.connection.markUsed(ticket, at: now)
            }
            guard let signIn = found else { return .over }
            let evidence = try reader.evidence(on: certificateSHA256, for: signIn)
            let verdict = TwoFactorVerdict.judge(evidence, for: signIn.user.id, now: now)
            var changed = signIn
            do throws(TwoFactorRefusal) {
                switch verdict {
                case .accepted:
                    changed.session.stage =
                        try signIn.state.after(.acceptCertificate).stage ?? .certificate
                    changed.session.signedInAt = now
                    changed.session.problem = nil
                case .refused(let fault):
                    changed.session.stage =
                        try signIn.state.after(.refuseCertificate).stage ?? .failed
                    changed.session.problem = explain(fault)
                }
            } catch {
                return .refused(error, signIn)
            }
            let result = changed
            try translating { () throws(SQLiteError) in
                try reader.connection.update(result.session)
                try reader.connection.insert(entry(verdict, result))
            }
            return .judged(verdict, result)
        }
    }

    /// Ends a sign-in.
    ///
    /// - Parameter session: The digest of the cookie's text.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func endTwoFactorSession(_ session: [UInt8]) throws(StoreError) {
        try write { (connection) throws(SQLiteError) in
            try connection.statement("DELETE FROM two_factor_session WHERE sha256 = ?1") {
                (row) throws(SQLiteError) in
                try row.bind(session, at: 1)
                _ = try row.step()
            }
        }
    }

    /// Lets something happen to a sign-in, and stores with it what belongs to that.
    private func advance(
        _ session: [UInt8],
        _ event: TwoFactorEvent,
        _ systemNow: Timestamp,
        _ store: @Sendable (borrowing AccountReader, TwoFactorSignIn) throws(StoreError) -> Void
    ) throws(StoreError) -> TwoFactorOutcome {
        try change { (reader) throws(StoreError) -> TwoFactorOutcome in
            let found = try reader.twoFactorSignIn(session: session, systemNow: systemNow)
            guard var signIn = found else { return .failure(.passwordFirst) }
            do throws(TwoFactorRefusal) {
                signIn.session.stage = try signIn.state.after(event).stage ?? .password
            } catch {
                return .failure(error)
            }
            let changed = signIn
            try translating { () throws(SQLiteError) in
                try reader.connection.update(changed.session)
            }
            try store(reader, changed)
            return try reader.twoFactorSignIn(session: session, systemNow: systemNow)
                .map(TwoFactorOutcome.success) ?? .failure(.passwordFirst)
        }
    }
}

extension Connection {
    fileprivate func insert(_ session: TwoFactorSession) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO two_factor_session (sha256, user_id, stage, origin, problem, began_at,
                signed_in_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(session.sha256, at: 1)
            try row.bind(session.userID, at: 2)
            try row.bind(session.stage.rawValue, at: 3)
            try row.bind(session.origin, at: 4)
            try row.bind(session.problem, at: 5)
            try row.bind(session.beganAt.secondsSince1970, at: 6)
            try row.bind(session.signedInAt?.secondsSince1970, at: 7)
            try row.bind(session.expiresAt.secondsSince1970, at: 8)
            _ = try row.step()
        }
    }

    fileprivate func update(_ session: TwoFactorSession) throws(SQLiteError) {
        try statement(
            """
            UPDATE two_factor_session SET stage = ?2, problem = ?3, signed_in_at = ?4
            WHERE sha256 = ?1
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(session.sha256, at: 1)
            try row.bind(session.stage.rawValue, at: 2)
            try row.bind(session.problem, at: 3)
            try row.bind(session.signedInAt?.secondsSince1970, at: 4)
            _ = try row.step()
        }
    }

    fileprivate func insert(_ ticket: TwoFactorTicket) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO two_factor_ticket (sha256, session, label, is_again, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(ticket.sha256, at: 1)
            try row.bind(ticket.session, at: 2)
            try row.bind(ticket.label, at: 3)
            try row.bind(ticket.isAgain, at: 4)
            try row.bind(ticket.expiresAt.secondsSince1970, at: 5)
            _ = try row.step()
        }
    }

    fileprivate func markUsed(
        _ ticket: TwoFactorTicket,
        at moment: Timestamp
    ) throws(SQLiteError) {
        try statement("UPDATE two_factor_ticket SET used_at = ?2 WHERE sha256 = ?1") {
            (row) throws(SQLiteError) in
            try row.bind(ticket.sha256, at: 1)
            try row.bind(moment.secondsSince1970, at: 2)
            _ = try row.step()
        }
    }

    fileprivate func deleteUnusedTickets(ofSession session: [UInt8]) throws(SQLiteError) {
        try statement("DELETE FROM two_factor_ticket WHERE session = ?1 AND used_at IS NULL") {
            (row) throws(SQLiteError) in
            try row.bind(session, at: 1)
            _ = try row.step()
        }
    }

    /// Deletes sign-ins that are over, and tickets so old that nobody asks about them.
    fileprivate func deleteTwoFactorLeftovers(before moment: Timestamp) throws(SQLiteError) {
        try statement("DELETE FROM two_factor_session WHERE expires_at < ?1") {
            (row) throws(SQLiteError) in
            try row.bind(moment.secondsSince1970, at: 1)
            _ = try row.step()
        }
        try statement("DELETE FROM two_factor_ticket WHERE expires_at < ?1") {
            (row) throws(SQLiteError) in
            try row.bind(moment.adding(seconds: -86_400).secondsSince1970, at: 1)
            _ = try row.step()
        }
    }

    fileprivate func insert(_ issue: TwoFactorIssue) throws(SQLiteError) {
        let certificate = issue.certificate
        try statement(
            """
            INSERT INTO two_factor_certificate (sha256, user_id, certificate_id, serial_number,
                end_date, issued_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(certificate.sha256, at: 1)
            try row.bind(certificate.userID, at: 2)
            try row.bind(certificate.id, at: 3)
            try row.bind(certificate.serialNumber, at: 4)
            try row.bind(certificate.endDate.secondsSince1970, at: 5)
            try row.bind(certificate.createdAt.secondsSince1970, at: 6)
            _ = try row.step()
        }
    }
}
