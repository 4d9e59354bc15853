import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import PrivateCA
import World

// MARK: - Issuing

extension AccountManagerAPI {
    /// The longest CSR in bytes that is sure to be dealt with in 2 ms; RSA-4096 stays below.
    static let quickCSRBytesMax = 2048

    /// `POST /client-auth-certificate`: a certificate for the caller, or for another user.
    static func issueCertificate(_ call: Call) throws(APIRefusal) -> Answer {
        let order = try CertificateOrder.read(from: call.body())
        let owner = try call.reading { (reader) throws(APIRefusal) in
            try call.ownerToManage(order.userID, from: reader)
        }
        guard isQuick(order, in: call.world) else {
            return .later { () throws(APIRefusal) in try issue(order, to: owner, for: call) }
        }
        return .now(try issue(order, to: owner, for: call))
    }

    private static func isQuick(_ order: CertificateOrder, in world: World) -> Bool {
        let isSlowSigner =
            switch world.ca.algorithm {
            case .rsa(let bits): bits > 3072
            case .p256, .p384, .p521, .ed25519: false
            }
        return world.ca.isReady && !isSlowSigner && order.csr.utf8.count <= quickCSRBytesMax
    }

    private static func issue(
        _ order: CertificateOrder,
        to owner: User,
        for call: Call
    ) throws(APIRefusal) -> Response {
        let application = CertificateApplication(
            csr: order.csr,
            name: order.name,
            expirationDate: order.expirationDate,
            hash: nil,
            owner: owner
        )
        return try fulfil(application, for: call) { (made) throws(APIRefusal) in
            try store(made, of: owner, call)
            return .certificate(status: 201, made.certificate, text: made.handedOut)
        }
    }
}

// MARK: - Looking

extension AccountManagerAPI {
    /// `GET /client-auth-certificate`: a user's certificates as a bare array.
    static func listCertificates(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        var query = try RequestQuery.read(call.request)
        let userID = query.text("user_id")
        var filter = CertificateFilter()
        filter.name = query.text("name")
        filter.status = query.choice("status", of: ClientAuthCertificateStatus.self)
        let page = try call.page(&query)
        let owner = try call.ownerToView(userID, from: reader)
        let certificates = try APIRefusal.translating { () throws(StoreError) in
            try reader.certificates(
                userID: owner.id,
                filter,
                page: page,
                now: call.now
            )
        }
        return .list(certificates, itemBytes: 1024) { $0.value($1) }
    }

    /// `GET /client-auth-certificate/{id}`: one certificate that the caller sees.
    static func showCertificate(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        .certificate(status: 200, try call.seenCertificate(from: reader).certificate)
    }
}

// MARK: - Changing

extension AccountManagerAPI {
    /// `PUT /client-auth-certificate/{id}/enable`: lets a certificate in or keeps it out.
    static func switchCertificate(_ call: Call) throws(APIRefusal) -> Answer {
        var body = try call.body()
        guard let isEnabled = body.bool("enabled") else { throw body.refusal }
        let (certificate, owner) = try call.managedCertificate()
        let changed = try APIRefusal.translating { () throws(StoreError) in
            try call.world.store.setCertificate(
                id: certificate.id,
                isEnabled: isEnabled,
                by: call.attribution,
                audit: call.auditEntry(isEnabled ? .enable : .disable, certificate, of: owner)
            )
        }
        guard let changed else { throw APIRefusal.unknownCertificate(certificate.id) }
        return .now(.certificate(status: 200, changed))
    }

    /// `DELETE /client-auth-certificate/{id}`: removes a certificate and frees its name.
    static func deleteCertificate(_ call: Call) throws(APIRefusal) -> Answer {
        let (certificate, owner) = try call.managedCertificate()
        let isDeleted = try APIRefusal.translating { () throws(StoreError) in
            try call.world.store.deleteCertificate(
                id: certificate.id,
                by: call.attribution,
                audit: call.auditEntry(.delete, certificate, of: owner)
            )
        }
        guard isDeleted else { throw APIRefusal.unknownCertificate(certificate.id) }
        return .now(Response(status: 204))
    }
}
