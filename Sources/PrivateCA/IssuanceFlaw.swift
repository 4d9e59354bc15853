/// What is wrong with a certificate that is issued wrongly on purpose.
///
/// It lets a client prove that it checks what it gets. The certificate is real: complete, signed,
/// stored, and accepted or refused at the gate by the same rules as any other.
package enum IssuanceFlaw: String, Sendable, Hashable, CaseIterable {
    /// It certifies another key than that of the request.
    case wrongKey = "wrong_key"
    /// Its extended key usage names server authentication only.
    case noClientAuth = "no_client_auth"
    /// It ended a day ago.
    case expired
    /// It begins in a day.
    case notYetValid = "not_yet_valid"
    /// It lives for 825 days, more than any certificate may.
    case tooLong = "too_long"
    /// It has the serial number of another certificate of the authority.
    case reusedSerial = "reused_serial"
    /// It is signed over SHA-1.
    case sha1
    /// It is signed with another key than that of the authority that it names.
    case wrongSignature = "wrong_signature"
    /// What is handed out as the authority's certificate is that of another of the same name.
    case wrongCACertificate = "wrong_ca_cert"
    /// Certificate and authority's certificate are handed out in each other's place.
    case reversedChain = "reversed_chain"

    /// What a person reads about it.
    package var sentence: String {
        switch self {
        case .wrongKey: "the certificate holds another key than the CSR"
        case .noClientAuth: "the extended key usage is serverAuth, without clientAuth"
        case .expired: "the certificate expired a day ago"
        case .notYetValid: "the certificate is valid from tomorrow"
        case .tooLong: "the certificate is valid for 825 days"
        case .reusedSerial: "the serial number is that of another certificate of the CA"
        case .sha1: "the certificate is signed over SHA-1"
        case .wrongSignature: "the signature is not the CA's"
        case .wrongCACertificate: "ca_cert is another CA's certificate of the same name"
        case .reversedChain: "x509_cert holds the CA's certificate, and ca_cert the client's"
        }
    }

    /// Those that decide from when until when the certificate is valid.
    private static let ofValidity: [IssuanceFlaw] = [.expired, .notYetValid, .tooLong]

    fileprivate var decidesValidity: Bool { Self.ofValidity.contains(self) }

    /// Flaws of which a certificate can have one only.
    private static let exclusive: [[IssuanceFlaw]] = [
        ofValidity,
        [.wrongCACertificate, .reversedChain],
    ]

    /// Two flaws that no certificate can have both.
    ///
    /// - Parameter flaws: Some flaws.
    /// - Returns: The first two that exclude each other, or nil.
    package static func conflict(
        in flaws: [IssuanceFlaw]
    ) -> (first: IssuanceFlaw, second: IssuanceFlaw)? {
        for group in exclusive {
            let both = group.filter(flaws.contains)
            if both.count > 1 { return (both[0], both[1]) }
        }
        return nil
    }
}

/// How a certificate that is issued on purpose differs from the one that was ordered.
package struct Misissuance: Sendable, Hashable {
    /// What is wrong with it, in the order in which flaws are listed.
    package private(set) var flaws: [IssuanceFlaw]

    /// For how many seconds from its creation it is valid; nil leaves that as it was ordered.
    package var lifetimeSeconds: Int?

    /// Whether it is stored as disabled.
    package var isDisabled: Bool

    /// Describes the differences.
    ///
    /// - Parameters:
    ///   - flaws: What is wrong with it.
    ///   - lifetimeSeconds: For how many seconds from its creation it is valid.
    ///   - isDisabled: Whether it is stored as disabled.
    package init(
        flaws: [IssuanceFlaw] = [],
        lifetimeSeconds: Int? = nil,
        isDisabled: Bool = false
    ) {
        self.flaws = IssuanceFlaw.allCases.filter(flaws.contains)
        self.lifetimeSeconds = lifetimeSeconds
        self.isDisabled = isDisabled
    }

    /// What of it no certificate can have together: two flaws, or one and a lifetime.
    ///
    /// - Returns: The words for both, or nil.
    package var conflict: (first: String, second: String)? {
        if let (first, second) = IssuanceFlaw.conflict(in: flaws) {
            return (first.rawValue, second.rawValue)
        }
        guard lifetimeSeconds != nil, let flaw = flaws.first(where: \.decidesValidity) else {
            return nil
        }
        return (flaw.rawValue, "expires_in")
    }

    /// Whether the certificate is as it was ordered.
    package var isNone: Bool { self == Misissuance() }

    /// Whether it has a flaw.
    ///
    /// - Parameter flaw: The flaw.
    /// - Returns: Whether it has.
    package func has(_ flaw: IssuanceFlaw) -> Bool { flaws.contains(flaw) }

    /// Adds what somebody else wants.
    ///
    /// - Parameter other: The other differences; where both set a lifetime, these here win.
    /// - Returns: Both.
    package func merging(_ other: Misissuance) -> Misissuance {
        Misissuance(
            flaws: flaws + other.flaws,
            lifetimeSeconds: lifetimeSeconds ?? other.lifetimeSeconds,
            isDisabled: isDisabled || other.isDisabled
        )
    }

    /// What a person reads about it.
    package var sentence: String {
        var parts = flaws.map(\.sentence)
        if let lifetimeSeconds {
            parts.append("the certificate expires \(lifetimeSeconds) s after its creation")
        }
        if isDisabled { parts.append("the certificate is disabled from the start") }
        return parts.joined(separator: ", ")
    }
}
