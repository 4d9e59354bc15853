/// Which token and which certificate a request was judged by, for the journal; never sent.
///
/// It is there for each request whose sender was looked for, also where nothing was found.
///
/// Both halves may be there: a key beside a certificate is allowed where both speak for one user. A
/// class, so that an answer carries no more than one word of it.
package final class UsedCredential: Sendable {
    /// A token that the world knows.
    package struct Token: Sendable, Hashable {
        /// Its id; its text is nowhere kept.
        package let id: String

        /// Whose it is.
        package let userID: String

        /// Names a token.
        ///
        /// - Parameters:
        ///   - id: Its id.
        ///   - userID: Whose it is.
        package init(id: String, userID: String) {
            self.id = id
            self.userID = userID
        }
    }

    /// A client certificate that the world issued, whether it still may be used or not.
    package struct Certificate: Sendable, Hashable {
        /// The id by which the API knows it.
        package let id: String

        /// The serial number in upper-case hexadecimal digits.
        package let serialNumber: String

        /// The SHA-256 fingerprint of its DER form: 32 bytes.
        package let sha256: [UInt8]

        /// Whose it is.
        package let userID: String

        /// Names a certificate.
        ///
        /// - Parameters:
        ///   - id: The id by which the API knows it.
        ///   - serialNumber: The serial number in upper-case hexadecimal digits.
        ///   - sha256: The fingerprint.
        ///   - userID: Whose it is.
        package init(id: String, serialNumber: String, sha256: [UInt8], userID: String) {
            self.id = id
            self.serialNumber = serialNumber
            self.sha256 = sha256
            self.userID = userID
        }
    }

    /// Which of the two said who asks.
    package enum Decision: String, Sendable, Hashable {
        /// The key in `x-api-key`.
        case token
        /// The connection's certificate.
        case certificate
    }

    /// The known token whose text was in `x-api-key`; nil without a key, and for an unknown one.
    package let token: Token?

    /// The known certificate of the connection; nil without one, and for a foreign one.
    package let certificate: Certificate?

    /// What decided; nil when nobody was recognized.
    package let decidedBy: Decision?

    /// The id of the user who was recognized; nil when nobody was.
    package let userID: String?

    /// Whether token and certificate are both good, and speak for different users.
    package let isContradictory: Bool

    /// Describes what was presented.
    ///
    /// - Parameters:
    ///   - token: The known token.
    ///   - certificate: The known certificate.
    ///   - decidedBy: What decided.
    ///   - userID: The id of the user who was recognized.
    ///   - isContradictory: Whether both are good, and speak for different users.
    package init(
        token: Token? = nil,
        certificate: Certificate? = nil,
        decidedBy: Decision? = nil,
        userID: String? = nil,
        isContradictory: Bool = false
    ) {
        self.isContradictory = isContradictory
        self.token = token
        self.certificate = certificate
        self.decidedBy = decidedBy
        self.userID = userID
    }
}
