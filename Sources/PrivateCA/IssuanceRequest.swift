package import AccountModel
package import OpenSSLBridge

/// What somebody asks of the authority, and what the answer depends on; nothing of it is checked.
package struct IssuanceRequest: Sendable {
    /// The certification request, as PEM text.
    package var csr: String
    /// The friendly name of the certificate; it stands in for a common name that is missing.
    package var name: String
    /// When the certificate shall end; `nil` takes the default.
    package var expirationDate: Timestamp?
    /// What time it is in the world: the moment of creation.
    package var now: Timestamp
    /// The last second of the user whom the certificate is for; `nil` when there is none.
    package var userEndDate: Timestamp?
    /// The last second of the API token that the certificate depends on; `nil` when on none.
    package var tokenEndDate: Timestamp?
    /// The last second of the authority that is to sign.
    package var authorityEndDate: Timestamp
    /// What happens to a date beyond what is allowed.
    package var overlongValidity: OverlongValidity
    /// The subject of the certificate, whatever the request says; `nil` takes the request's.
    package var subject: DistinguishedName?

    /// Puts a request together.
    ///
    /// - Parameters:
    ///   - csr: The certification request, as PEM text.
    ///   - name: The friendly name of the certificate.
    ///   - expirationDate: When it shall end; `nil` takes the default.
    ///   - now: What time it is in the world.
    ///   - userEndDate: The last second of the user; `nil` when there is none.
    ///   - tokenEndDate: The last second of the API token; `nil` when it does not matter.
    ///   - authorityEndDate: The last second of the authority.
    ///   - overlongValidity: What happens to a date beyond what is allowed.
    package init(
        csr: String,
        name: String,
        expirationDate: Timestamp? = nil,
        now: Timestamp,
        userEndDate: Timestamp? = nil,
        tokenEndDate: Timestamp? = nil,
        authorityEndDate: Timestamp = PrivateCA.endDate,
        overlongValidity: OverlongValidity = .cap
    ) {
        self.csr = csr
        self.name = name
        self.expirationDate = expirationDate
        self.now = now
        self.userEndDate = userEndDate
        self.tokenEndDate = tokenEndDate
        self.authorityEndDate = authorityEndDate
        self.overlongValidity = overlongValidity
    }
}

/// What happens to an expiration date beyond what is allowed.
package enum OverlongValidity: String, Sendable, Hashable, CaseIterable {
    /// The certificate ends at the latest date allowed.
    case cap
    /// The request is refused.
    case refuse
}
