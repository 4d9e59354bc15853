internal import HTTP
package import OpenSSLBridge

/// A request for a client certificate, as far as the journal tells: who wanted it, for which key.
package struct IssuanceAttempt: Sendable {
    /// The entry.
    package let entry: JournalEntry

    /// For whom; the caller where the body names nobody.
    package let userID: String?

    /// The key in the CSR; nil where it cannot be read or is of an unknown kind.
    package let key: PublicKeyInfo?

    /// Whether a certificate was issued.
    package let isIssued: Bool

    /// The SHA-256 of the key's SubjectPublicKeyInfo in hexadecimal digits.
    package var keyDigest: String? {
        key.map { SecretMask.hexadecimal(Digest.sha256($0.der)) }
    }

    /// Reads an entry.
    ///
    /// - Parameter entry: The entry; nil comes of one that asks for no certificate with a CSR.
    package init?(_ entry: JournalEntry) {
        guard let exchange = entry.exchange, exchange.method == "POST",
            exchange.path.hasSuffix("/client-auth-certificate")
        else { return nil }
        var members: [String: JSONTree] = [:]
        // A throw only says that the body is no JSON; then there is no key to be told either.
        if case .object(let object)? = try? JSONTree.parse(exchange.body) { members = object }
        self.entry = entry
        isIssued = (200..<300).contains(exchange.status)
        if case .text(let userID)? = members["user_id"] {
            self.userID = userID
        } else {
            userID = exchange.userID
        }
        if case .text(let csr)? = members["csr"] {
            key = Self.key(inCSR: csr)
        } else {
            key = nil
        }
    }

    private static func key(inCSR pem: String) -> PublicKeyInfo? {
        do throws(OpenSSLError) {
            return try CertificateRequest.parse(pem: pem).publicKey
        } catch {
            return nil
        }
    }

    /// Finds keys that were certified before and are offered again for the same user.
    ///
    /// To repeat a request that failed with the same CSR is no reuse.
    ///
    /// - Parameter attempts: The attempts, oldest first.
    /// - Returns: Each reuse with the issuance that used the key first.
    package static func reuses(
        in attempts: [IssuanceAttempt]
    ) -> [(first: IssuanceAttempt, again: IssuanceAttempt)] {
        var issued: [String: IssuanceAttempt] = [:]
        var reuses: [(first: IssuanceAttempt, again: IssuanceAttempt)] = []
        for attempt in attempts {
            guard let digest = attempt.keyDigest else { continue }
            let mark = "\(attempt.userID ?? "") \(digest)"
            if let first = issued[mark] {
                reuses.append((first, attempt))
            } else if attempt.isIssued {
                issued[mark] = attempt
            }
        }
        return reuses
    }
}
