/// Why a request does not do what was asked of it; nothing but a count of failures has changed.
package enum DigitalIDRefusal: Error, Sendable, Hashable {
    /// It does not stand where this can be done, perhaps because it was done already.
    case standing(DigitalIDStanding)

    /// The PIN is another one; so many guesses are left.
    case wrongPIN(left: Int)

    /// The PIN was not used in time.
    case pinExpired(Timestamp)

    /// Too many wrong PINs were entered.
    case pinLocked

    /// The challenge phrase is another one; so many guesses are left.
    case wrongChallenge(left: Int)

    /// Too many wrong challenge phrases were entered.
    case challengeLocked

    /// There is no message queue yet, and Support did not set one up.
    case noQueue

    /// Nothing is locked.
    case notLocked

    /// The form was sent for another request before.
    case formTaken
}

// Each move checks where the request stands, and says why it cannot be made. They are made inside
// of the transaction that stores what comes of them, so that no two are made from one standing.
extension DigitalID {
    /// Where it stands.
    ///
    /// - Parameter now: The world's time.
    /// - Returns: Its standing.
    package func standing(at now: Timestamp) -> DigitalIDStanding {
        switch status {
        case .draft: return .draft
        case .pending: return .pending
        case .rejected: return .rejected
        case .retrievable: return .retrievable
        case .revoked: return .revoked
        case .approved:
            guard let pin else { return .pinExpired }
            if pin.secret.isLocked { return .pinLocked }
            return now > pin.expiresAt ? .pinExpired : .approved
        case .installed, .active:
            if let certificate, now > certificate.endDate { return .expired }
            return status == .active ? .active : .installed
        }
    }

    /// The applicant confirms address and security settings.
    ///
    /// - Parameters:
    ///   - key: The security settings.
    ///   - now: The world's time.
    /// - Throws: ``DigitalIDRefusal`` unless it is a draft.
    package mutating func confirm(
        _ key: DigitalIDKey,
        at now: Timestamp
    ) throws(DigitalIDRefusal) {
        try require(.draft, at: now)
        self.key = key
        status = .pending
        submittedAt = now
    }

    /// The administrator approves.
    ///
    /// - Parameters:
    ///   - pin: The PIN that is mailed.
    ///   - comment: What the administrator says about it.
    ///   - now: The world's time.
    /// - Throws: ``DigitalIDRefusal`` unless it is pending.
    package mutating func approve(
        _ pin: DigitalIDPIN,
        comment: String,
        at now: Timestamp
    ) throws(DigitalIDRefusal) {
        try require(.pending, at: now)
        status = .approved
        decidedAt = now
        decisionComment = comment
        self.pin = pin
    }

    /// The administrator rejects.
    ///
    /// - Parameters:
    ///   - comment: What the administrator says about it.
    ///   - now: The world's time.
    /// - Throws: ``DigitalIDRefusal`` unless it is pending.
    package mutating func reject(
        comment: String,
        at now: Timestamp
    ) throws(DigitalIDRefusal) {
        try require(.pending, at: now)
        status = .rejected
        decidedAt = now
        decisionComment = comment
    }

    /// Another PIN takes the place of the one that was mailed, whether that is locked or expired.
    ///
    /// - Parameters:
    ///   - pin: The new PIN.
    ///   - now: The world's time.
    /// - Throws: ``DigitalIDRefusal`` unless the PIN is to be entered.
    package mutating func replacePIN(
        with pin: DigitalIDPIN,
        at now: Timestamp
    ) throws(DigitalIDRefusal) {
        guard status == .approved else { throw .standing(standing(at: now)) }
        self.pin = pin
    }

    /// The administrator lets the same PIN be tried again.
    ///
    /// - Parameter now: The world's time.
    /// - Throws: ``DigitalIDRefusal`` unless it is locked, and the PIN still good.
    package mutating func unlockPIN(at now: Timestamp) throws(DigitalIDRefusal) {
        guard status == .approved, let pin else { throw .standing(standing(at: now)) }
        // An expired PIN is no better for being unlocked, and another one takes its lock away.
        guard now <= pin.expiresAt else { throw .pinExpired(pin.expiresAt) }
        guard pin.secret.isLocked else { throw .notLocked }
        self.pin?.secret.failures = 0
    }

    /// The applicant enters the PIN, which is good once.
    ///
    /// - Parameters:
    ///   - guess: What was entered.
    ///   - now: The world's time.
    /// - Throws: ``DigitalIDRefusal``; a wrong PIN is counted.
    package mutating func retrieve(
        with guess: SecretGuess,
        at now: Timestamp
    ) throws(DigitalIDRefusal) {
        guard status == .approved, var pin else { throw .standing(standing(at: now)) }
        guard !pin.secret.isLocked else { throw .pinLocked }
        guard now <= pin.expiresAt else { throw .pinExpired(pin.expiresAt) }
        guard pin.secret.isOpened(by: guess) else {
            self.pin = pin
            throw pin.secret.isLocked ? .pinLocked : .wrongPIN(left: pin.secret.guessesLeft)
        }
        self.pin = nil
        status = .retrievable
        retrievedAt = now
    }

    /// The certificate is handed out.
    ///
    /// - Parameters:
    ///   - certificate: The certificate.
    ///   - now: The world's time.
    /// - Throws: ``DigitalIDRefusal`` unless the PIN was entered and there is no certificate yet.
    package mutating func install(
        _ certificate: DigitalIDCertificate,
        at now: Timestamp
    ) throws(DigitalIDRefusal) {
        try require(.retrievable, at: now)
        self.certificate = certificate
        status = .installed
        installedAt = now
    }

    /// The owner asks Support to activate the certificate.
    ///
    /// - Parameter now: The world's time.
    /// - Throws: ``DigitalIDRefusal`` unless it is installed, neither active nor expired.
    package mutating func askForActivation(at now: Timestamp) throws(DigitalIDRefusal) {
        try require(.installed, at: now)
        activationAskedAt = activationAskedAt ?? now
    }

    /// Support activates the certificate.
    ///
    /// - Parameters:
    ///   - hasQueue: Whether there is a message queue for the local authority already.
    ///   - setsUpQueue: Whether Support sets one up now, which is done only where there is none.
    ///   - now: The world's time.
    /// - Throws: ``DigitalIDRefusal`` unless it is installed, and there is a queue then.
    package mutating func activate(
        hasQueue: Bool,
        setsUpQueue: Bool,
        at now: Timestamp
    ) throws(DigitalIDRefusal) {
        try require(.installed, at: now)
        guard hasQueue || setsUpQueue else { throw .noQueue }
        if !hasQueue { queueSetUpAt = now }
        status = .active
        activatedAt = now
    }

    /// The owner proves to know the challenge phrase and begins a renewal.
    ///
    /// - Parameters:
    ///   - id: The id of the new request; nobody can guess it.
    ///   - form: The form that it was asked for in.
    ///   - guess: What was entered.
    ///   - pin: The PIN that is mailed.
    ///   - now: The world's time.
    /// - Returns: The new request, approved.
    /// - Throws: ``DigitalIDRefusal`` unless it has a certificate, valid or expired, that is not
    ///   revoked; a wrong challenge phrase is counted.
    package mutating func renew(
        as id: String,
        form: String,
        with guess: SecretGuess,
        pin: DigitalIDPIN,
        at now: Timestamp
    ) throws(DigitalIDRefusal) -> DigitalID {
        guard status == .installed || status == .active else {
            throw .standing(standing(at: now))
        }
        try openChallenge(with: guess)
        var renewal = DigitalID(
            id: id,
            form: form,
            renewalOf: self.id,
            createdAt: now,
            status: .approved,
            applicant: applicant,
            challenge: challenge,
            key: key
        )
        renewal.applicant.comments = ""
        renewal.submittedAt = now
        renewal.decidedAt = now
        renewal.pin = pin
        return renewal
    }

    /// The owner proves to know the challenge phrase and revokes the certificate.
    ///
    /// - Parameters:
    ///   - guess: What was entered.
    ///   - reason: Why.
    ///   - now: The world's time.
    /// - Throws: ``DigitalIDRefusal`` unless the certificate is valid; a wrong challenge phrase is
    ///   counted.
    package mutating func revoke(
        with guess: SecretGuess,
        because reason: DigitalIDRevocationReason,
        at now: Timestamp
    ) throws(DigitalIDRefusal) {
        let standing = standing(at: now)
        guard standing == .installed || standing == .active else { throw .standing(standing) }
        try openChallenge(with: guess)
        status = .revoked
        revocation = DigitalIDRevocation(at: now, reason: reason)
    }

    /// Ends a renewal whose certificate is not made yet, because what it renews was revoked.
    ///
    /// - Parameter renewed: When and why the certificate that it renews was revoked.
    /// - Returns: Whether it was open; what is installed already stays as it is.
    package mutating func endRenewal(because renewed: DigitalIDRevocation) -> Bool {
        guard renewalOf != nil, status == .approved || status == .retrievable else { return false }
        status = .revoked
        revocation = renewed
        pin = nil
        return true
    }

    /// The administrator lets the challenge phrase be tried again.
    ///
    /// - Throws: ``DigitalIDRefusal`` unless it is locked.
    package mutating func unlockChallenge() throws(DigitalIDRefusal) {
        guard challenge.isLocked else { throw .notLocked }
        challenge.failures = 0
    }

    private mutating func openChallenge(with guess: SecretGuess) throws(DigitalIDRefusal) {
        guard !challenge.isLocked else { throw .challengeLocked }
        guard challenge.isOpened(by: guess) else {
            throw challenge.isLocked
                ? .challengeLocked : .wrongChallenge(left: challenge.guessesLeft)
        }
    }

    private func require(
        _ wanted: DigitalIDStanding,
        at now: Timestamp
    ) throws(DigitalIDRefusal) {
        let standing = standing(at: now)
        guard standing == wanted else { throw .standing(standing) }
    }
}
