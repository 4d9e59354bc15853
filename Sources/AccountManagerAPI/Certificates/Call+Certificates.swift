import AccountModel
import AccountStore
import World

extension Call {
    /// The certificate that the path names, with its user, if the caller sees both.
    ///
    /// One that is not seen is answered like one that does not exist, so that nobody learns of it.
    ///
    /// - Parameter reader: Where they are looked up.
    /// - Returns: Both.
    /// - Throws: ``APIRefusal`` when the caller sees no certificate of that id.
    func seenCertificate(
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> (certificate: ClientAuthCertificate, owner: User) {
        let id = parameters.first ?? ""
        guard Identifier.isUUID(id) else {
            throw APIRefusal(
                .certificateNotFound,
                "the id in the path is no lower-case UUID; take it from \"id\" in the answer to"
                    + " POST \(Reasons.certificatePath), not from serial_number"
            )
        }
        let found = try APIRefusal.translating { () throws(StoreError) in
            try reader.certificate(id: id)
        }
        guard let found else { throw APIRefusal.unknownCertificate(id) }
        guard !isOwn(found.userID) else { return (found, principal.user) }
        guard principal.user.may(.viewUsers) else { throw APIRefusal.unknownCertificate(id) }
        let owner = try APIRefusal.translating { () throws(StoreError) in
            try reader.user(id: found.userID, visibleTo: visibility)
        }
        guard let owner else { throw APIRefusal.unknownCertificate(id) }
        return (found, owner)
    }

    /// The certificate that the path names, with its user, if the caller may change it.
    ///
    /// - Returns: Both.
    /// - Throws: ``APIRefusal`` when the caller sees no certificate of that id, or may only see it.
    func managedCertificate() throws(APIRefusal) -> (
        certificate: ClientAuthCertificate, owner: User
    ) {
        try reading { (reader) throws(APIRefusal) in
            let found = try seenCertificate(from: reader)
            _ = try ownerToManage(found.owner.id, from: reader)
            return found
        }
    }

    /// Makes the audit entry that is stored together with a change of a certificate.
    ///
    /// - Parameters:
    ///   - action: What is done.
    ///   - certificate: To which certificate.
    ///   - owner: Whose it is.
    /// - Returns: The entry.
    func auditEntry(
        _ action: AuditAction,
        _ certificate: ClientAuthCertificate,
        of owner: User
    ) -> AuditEntry {
        let description = Reasons.named(certificate)
        return auditEntry(action, .clientAuthCertificate, certificate.id, of: owner, description)
    }

    /// The last moment of the API token on which a certificate depends; nil where none does.
    ///
    /// The vendor says so of standard users only, of whose tokens this request shows one at most.
    ///
    /// - Parameter owner: Whose certificate is made.
    /// - Returns: The moment.
    func tokenEndDate(for owner: User) -> Timestamp? {
        owner.userType == .standard && isOwn(owner.id) ? principal.tokenEndDate : nil
    }
}
