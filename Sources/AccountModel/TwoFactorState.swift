/// How far a user, and a browser in which the user signs in, have come with the second factor.
///
/// It is worked out anew from what is stored whenever somebody does something, in the transaction
/// that also stores what became of it. So a second tab, the back button and a form that is sent
/// twice find the state that is there, and not the one that they remember.
package struct TwoFactorState: Sendable, Hashable {
    /// How far a sign-in has come.
    package enum Stage: String, Sendable, Hashable, CaseIterable {
        /// The password was right.
        case password

        /// The password was right, and then no usable certificate was presented.
        case failed

        /// Password and certificate were right.
        case certificate
    }

    /// Whether a client certificate is required of the user.
    package var isRequired: Bool

    /// Whether the user has generated one that nobody has reset.
    package var hasCertificate: Bool

    /// How far the sign-in has come; nil where nobody has given the password.
    package var stage: Stage?

    /// Whether the sign-in was complete with the password, as nothing more was required then: what
    /// is required later is required at the next sign-in.
    package var isComplete: Bool

    /// Puts a state together.
    ///
    /// - Parameters:
    ///   - isRequired: Whether a client certificate is required of the user.
    ///   - hasCertificate: Whether the user has generated one that nobody has reset.
    ///   - stage: How far the sign-in has come.
    ///   - isComplete: Whether the sign-in was complete with the password.
    package init(
        isRequired: Bool = false,
        hasCertificate: Bool = false,
        stage: Stage? = nil,
        isComplete: Bool = false
    ) {
        self.isRequired = isRequired
        self.hasCertificate = hasCertificate
        self.stage = stage
        self.isComplete = isComplete
    }

    /// What the state is called.
    package var position: TwoFactorPosition {
        guard isRequired else { return stage == nil ? .notRequired : .signedIn }
        if stage != nil, isComplete { return .signedIn }
        guard hasCertificate else { return stage == nil ? .requiredUninitialised : .initPage }
        switch stage {
        case nil: return .certIssued
        case .password: return .certPrompt
        case .failed: return .certError
        case .certificate: return .signedIn
        }
    }

    /// Lets something happen.
    ///
    /// - Parameter event: What.
    /// - Returns: The state after it.
    /// - Throws: ``TwoFactorRefusal`` when it cannot happen now; nothing has changed then.
    package func after(_ event: TwoFactorEvent) throws(TwoFactorRefusal) -> TwoFactorState {
        var state = self
        switch event {
        case .require: state.isRequired = true
        case .lift:
            state.isRequired = false
            // The password is enough then, whatever was asked for before.
            if let stage, stage != .certificate {
                state.stage = .password
                state.isComplete = true
            }
        case .givePassword:
            state.stage = .password
            state.isComplete = !isRequired
        case .signOut:
            state.stage = nil
            state.isComplete = false
        case .generate:
            try refuseUnlessUnderWay()
            guard !hasCertificate else { throw .certificateExists }
            state.hasCertificate = true
            state.stage = .password
        case .askForCertificate:
            try refuseUnlessUnderWay()
            guard hasCertificate else { throw .noCertificateYet }
            guard stage != .certificate else { throw .signedInAlready }
            state.stage = .password
        case .acceptCertificate, .refuseCertificate:
            try refuseUnlessUnderWay()
            guard hasCertificate else { throw .noCertificateYet }
            switch stage {
            case .password, nil: break
            case .failed: throw .notAskedAgain
            case .certificate: throw .signedInAlready
            }
            state.stage = event == .acceptCertificate ? .certificate : .failed
        case .reset:
            guard hasCertificate else { throw .nothingToReset }
            state.hasCertificate = false
            state.stage = nil
            state.isComplete = false
        }
        return state
    }

    private func refuseUnlessUnderWay() throws(TwoFactorRefusal) {
        guard stage != nil else { throw .passwordFirst }
        guard isRequired else { throw .notRequired }
        guard !isComplete else { throw .signedInAlready }
    }
}

/// The names of the states.
package enum TwoFactorPosition: String, Sendable, Hashable, CaseIterable {
    /// The password alone is enough.
    case notRequired = "NOT_REQUIRED"

    /// A certificate is required, and the user has none.
    case requiredUninitialised = "REQUIRED_UNINITIALISED"

    /// The password was right, and a certificate is to be generated.
    case initPage = "INIT_PAGE"

    /// The user has a certificate; in this browser nobody has given the password.
    case certIssued = "CERT_ISSUED"

    /// The password was right, and the browser is asked for the certificate.
    case certPrompt = "CERT_PROMPT"

    /// The browser presented none, or one that does not count.
    case certError = "CERT_ERROR"

    /// All that is required was presented.
    case signedIn = "SIGNED_IN"
}

/// What can happen to a ``TwoFactorState``.
package enum TwoFactorEvent: String, Sendable, Hashable, CaseIterable {
    /// A rule begins to require the certificate.
    case require
    /// The last rule that requires it goes.
    case lift
    /// Somebody gives the right password.
    case givePassword
    /// Somebody has a certificate generated.
    case generate
    /// Somebody has the browser asked for the certificate, perhaps again.
    case askForCertificate
    /// The browser presented the right certificate.
    case acceptCertificate
    /// It presented none, or another.
    case refuseCertificate
    /// An administrator makes the certificate invalid.
    case reset
    /// Somebody signs out.
    case signOut
}

/// Why something cannot happen to a ``TwoFactorState`` now.
package enum TwoFactorRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// Nobody has given the password in this browser, or too long ago.
    case passwordFirst
    /// No certificate is required of the user.
    case notRequired
    /// The user has a certificate, and of each there is one only.
    case certificateExists
    /// The user has none.
    case noCertificateYet
    /// The last one was refused; the browser must be asked again first.
    case notAskedAgain
    /// Everything was presented before.
    case signedInAlready
    /// The user has no certificate that could be made invalid.
    case nothingToReset
}
