internal import AccountModel
internal import AccountStore
internal import OpenSSLBridge
internal import PrivateCA

extension World {
    /// The list of the client certificates that the world's CA does not stand for at present, by
    /// the world's clock; waits for the CA's key.
    ///
    /// A disabled certificate is on hold, a deleted one is not needed any more. The list is good
    /// for a day. Its number grows with the clock and with each entry of the audit log, so that two
    /// lists that differ have different numbers, also where the clock stands still.
    ///
    /// - Returns: The list, DER.
    /// - Throws: Whatever the store or OpenSSL fails with.
    package func revocationList() throws -> [UInt8] {
        let issuer = try Certificate.parse(pem: ca.certificatePEM).der()
        let now = clock.now
        let (revoked, changes) = try store.read(loop: 0) { (reader) throws(StoreError) in
            (
                try reader.revokedCertificates(authority: issuer, now: now),
                try reader.latestAuditNumber()
            )
        }
        let entries = revoked.compactMap { certificate in
            Self.bytes(ofHex: certificate.serialNumber).map { serialNumber in
                RevocationList.Entry(
                    serialNumber: serialNumber,
                    revokedAt: certificate.at.secondsSince1970,
                    reason: certificate.cause.reason
                )
            }
        }
        let seconds = UInt64(clamping: now.secondsSince1970)
        return try ca.revocationList(
            of: entries,
            number: seconds << 32 | UInt64(UInt32(truncatingIfNeeded: changes)),
            thisUpdate: now
        )
    }

    /// The same as PEM.
    ///
    /// - Returns: The list between its lines, with a final line break.
    /// - Throws: What ``revocationList()`` throws.
    package func revocationListPEM() throws -> String {
        PEM.encode(try revocationList(), label: "X509 CRL")
    }

    private static func bytes(ofHex text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard
                let byte = UInt8(
                    String(decoding: digits[index...(index + 1)], as: UTF8.self),
                    radix: 16
                )
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}

extension RevokedCertificate.Cause {
    /// What a list calls it; nil where no reason was given.
    fileprivate var reason: RevocationList.Reason? {
        switch self {
        case .disabled: .certificateHold
        case .deleted: .cessationOfOperation
        case .digitalID(.keyCompromise): .keyCompromise
        case .digitalID(.caCompromise): .caCompromise
        case .digitalID(.affiliationChanged): .affiliationChanged
        case .digitalID(.superseded): .superseded
        case .digitalID(.cessationOfOperation): .cessationOfOperation
        case .digitalID(.certificateHold): .certificateHold
        case .digitalID(.privilegeWithdrawn): .privilegeWithdrawn
        case .digitalID(.aaCompromise): .aaCompromise
        case .digitalID(.unspecified): nil
        }
    }
}
