internal import AccountModel
internal import AccountStore
internal import OpenSSLBridge
internal import PrivateCA

/// Turns the certificates that a seed gives or describes into those that a world has.
struct SeedIssuance {
    let now: Timestamp
    let ca: PrivateCA
    let random: RandomStreams

    /// Makes one certificate.
    ///
    /// - Parameter description: What the seed says.
    /// - Returns: The certificate and its text.
    /// - Throws: ``JSONProblem`` with the place in the seed.
    func certificate(
        _ description: SeedContents.Certificate
    ) throws(JSONProblem) -> Population.Certificate {
        switch description.source {
        case .given(let node, let pem):
            return try given(description, pem: pem, node: node)
        case .requested(let node, let csr):
            return try issued(description, csr: csr, node: node)
        case .described(let commonName, let algorithm):
            let csr: String
            do throws(OpenSSLError) {
                let key = try PrivateKey.generate(algorithm, from: random.next(.clientKey))
                let subject = DistinguishedName([.init(.commonName, commonName)])
                csr = try CertificateRequest.make(subject: subject, key: key).pem()
            } catch {
                throw description.node.problem("\(error)")
            }
            return try issued(description, csr: csr, node: description.node)
        }
    }

    private func issued(
        _ description: SeedContents.Certificate,
        csr: String,
        node: JSONNode
    ) throws(JSONProblem) -> Population.Certificate {
        // The certificate is issued as if it had been on the day it starts, so that it may also
        // have ended before today, or start tomorrow.
        let request = IssuanceRequest(
            csr: csr,
            name: description.name,
            expirationDate: description.endDate,
            now: description.startDate ?? now,
            authorityEndDate: ca.endDate,
            overlongValidity: .refuse
        )
        let issued: IssuedCertificate
        let issuer: String
        do {
            issued = try ca.issue(try IssuancePolicy.approve(request))
            issuer = try ca.certificatePEM
        } catch let refusal as IssuanceRefusal {
            guard refusal.kind != .expirationDate else { throw impossiblePeriod(of: description) }
            throw node.problem(refusal.reason)
        } catch {
            throw node.problem("\(error)")
        }
        let certificate = ClientAuthCertificate(
            id: description.id ?? Identifier.uuid(randomBytes: random.bytes(16, for: .identifier)),
            userID: description.user.id,
            name: description.name,
            commonName: issued.commonName,
            startDate: issued.startDate,
            endDate: issued.endDate,
            isEnabled: description.isEnabled,
            serialNumber: issued.serialNumber,
            publicKey: issued.publicKey,
            sha256: issued.sha256,
            createdAt: min(description.startDate ?? now, now),
            disabled: disabled(description)
        )
        return Population.Certificate(
            certificate: certificate,
            text: CertificateText(x509Certificate: issued.pem, caCertificate: issuer)
        )
    }

    private func given(
        _ description: SeedContents.Certificate,
        pem: String,
        node: JSONNode
    ) throws(JSONProblem) -> Population.Certificate {
        do throws(OpenSSLError) {
            let parsed = try Certificate.parse(pem: pem)
            let certificate = ClientAuthCertificate(
                id: description.id
                    ?? Identifier.uuid(randomBytes: random.bytes(16, for: .identifier)),
                userID: description.user.id,
                name: description.name,
                commonName: parsed.subjectName.attributes
                    .first { $0.type == .commonName }?.value ?? description.name,
                startDate: Timestamp(secondsSince1970: parsed.notBefore),
                endDate: Timestamp(secondsSince1970: parsed.notAfter),
                isEnabled: description.isEnabled,
                serialNumber: parsed.serialNumber,
                publicKey: parsed.publicKey.map { Base64.encode($0.der) } ?? "",
                sha256: parsed.sha256,
                createdAt: now,
                disabled: disabled(description)
            )
            let text = CertificateText(x509Certificate: try parsed.pem(), caCertificate: "")
            return Population.Certificate(certificate: certificate, text: text)
        } catch {
            throw node.problem("not exactly one certificate in PEM: \(error)")
        }
    }

    /// A complaint in the seed's own words: the policy would advise a client, about `--clock`.
    private func impossiblePeriod(of description: SeedContents.Certificate) -> JSONProblem {
        let startDate = description.startDate ?? now
        let endDate = description.endDate.map(\.iso8601) ?? "a year later"
        return description.node.problem(
            "no certificate can be valid from \(startDate) to \(endDate): end_date must be later "
                + "than start_date (the world's beginning unless it is given), by "
                + "\(Validity.daysMax) days at most, and both lie between "
                + "\(PrivateCA.startDate) and \(ca.endDate)"
        )
    }

    private func disabled(_ description: SeedContents.Certificate) -> Attribution? {
        description.isEnabled
            ? nil : Attribution(at: now, userID: description.user.id, userName: "the seed")
    }
}
