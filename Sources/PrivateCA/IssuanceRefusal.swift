/// Why no certificate is issued.
///
/// The vendor's answer is the same for all of them; the reason travels beside it, to a person.
package struct IssuanceRefusal: Error, Sendable, Hashable {
    /// What part of the request is refused.
    package enum Kind: Sendable, Hashable, CaseIterable {
        /// The text is not exactly one certification request.
        case csr
        /// The key is of an unsupported kind, or weak.
        case key
        /// The request's own signature is not good.
        case signature
        /// The subject cannot become that of a certificate.
        case subject
        /// The certificate would end too early, or later than is allowed.
        case expirationDate
    }

    /// What part of the request is refused.
    package let kind: Kind
    /// What is wrong and what to do about it, as a sentence or two; it holds no secret.
    package let reason: String

    /// Makes a refusal.
    ///
    /// - Parameters:
    ///   - kind: What part of the request is refused.
    ///   - reason: What is wrong and what to do about it.
    package init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}

extension IssuanceRefusal: CustomStringConvertible {
    package var description: String { reason }
}
