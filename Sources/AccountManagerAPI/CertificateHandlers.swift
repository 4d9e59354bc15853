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

    /// `POST /client-auth-certificate`: a certificate for the authenticated user.
    static func issueCertificate(_ call: Call) throws(APIRefusal) -> Answer {
        let order = try CertificateOrder.read(from: call.body())
        guard isQuick(order, in: call.world) else {
            return .later { () throws(APIRefusal) in try issue(order, for: call) }
        }
        return .now(try issue(order, for: call))
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
        for call: Call
    ) throws(APIRefusal) -> Response {
        let user = call.principal.user
        let request = IssuanceRequest(
            csr: order.csr,
            name: order.name,
            expirationDate: order.expirationDate,
            now: call.now,
            userEndDate: user.endDate,
            authorityEndDate: call.world.ca.endDate,
            overlongValidity: call.world.settings.overlongValidity
        )
        let issued: IssuedCertificate
        let text: CertificateText
        do {
            issued = try call.world.ca.issue(IssuancePolicy.approve(request))
            text = CertificateText(
                x509Certificate: issued.pem,
                caCertificate: try call.world.ca.certificatePEM
            )
        } catch let refusal as IssuanceRefusal {
            throw APIRefusal(refusal)
        } catch {
            throw APIRefusal(unexpected: error)
        }
        let certificate = ClientAuthCertificate(
            id: call.world.makeID(),
            userID: user.id,
            name: order.name,
            commonName: issued.commonName,
            startDate: issued.startDate,
            endDate: issued.endDate,
            serialNumber: issued.serialNumber,
            publicKey: issued.publicKey,
            sha256: issued.sha256,
            createdAt: call.now
        )
        try APIRefusal.translating { () throws(StoreError) in
            let entry = call.auditEntry(.create, certificate)
            try call.world.store.insert(certificate, text: text, audit: entry)
        }
        return .certificate(status: 201, certificate, text: text)
    }
}

// MARK: - Looking

extension AccountManagerAPI {
    /// `GET /client-auth-certificate`: the caller's certificates as a bare array.
    static func listCertificates(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        let certificates = try APIRefusal.translating { () throws(StoreError) in
            try reader.certificates(userID: call.principal.user.id)
        }
        var writer = JSONWriter(reservingCapacity: 1024 * (certificates.count + 1))
        writer.beginArray()
        for certificate in certificates { writer.value(certificate) }
        writer.endArray()
        return .json(status: 200, writer)
    }

    /// `GET /client-auth-certificate/{id}`: one of the caller's certificates.
    static func showCertificate(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        .certificate(status: 200, try call.ownCertificate(from: reader))
    }
}

// MARK: - Changing

extension AccountManagerAPI {
    /// `PUT /client-auth-certificate/{id}/enable`: lets a certificate in or keeps it out.
    static func switchCertificate(_ call: Call) throws(APIRefusal) -> Answer {
        var body = try call.body()
        guard let isEnabled = body.bool("enabled") else { throw body.refusal }
        let certificate = try call.ownCertificate()
        let changed = try APIRefusal.translating { () throws(StoreError) in
            try call.world.store.setCertificate(
                id: certificate.id,
                isEnabled: isEnabled,
                by: call.attribution,
                audit: call.auditEntry(isEnabled ? .enable : .disable, certificate)
            )
        }
        guard let changed else { throw APIRefusal.unknownCertificate(certificate.id) }
        return .now(.certificate(status: 200, changed))
    }

    /// `DELETE /client-auth-certificate/{id}`: removes a certificate and frees its name.
    static func deleteCertificate(_ call: Call) throws(APIRefusal) -> Answer {
        let certificate = try call.ownCertificate()
        let isDeleted = try APIRefusal.translating { () throws(StoreError) in
            try call.world.store.deleteCertificate(
                id: certificate.id,
                by: call.attribution,
                audit: call.auditEntry(.delete, certificate)
            )
        }
        guard isDeleted else { throw APIRefusal.unknownCertificate(certificate.id) }
        return .now(Response(status: 204))
    }
}
