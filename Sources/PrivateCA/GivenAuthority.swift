/// An issuing authority that a person brought instead of the one that a world makes.
package struct GivenAuthority: Sendable {
    /// Its certificate and key; the key is never stored.
    package let authority: StoredAuthority

    /// Its certificate and those above it, PEM: what verifies the certificates that it issues.
    package let chain: String

    /// How messages call it: the setting and the file.
    package let subject: String

    /// Puts the parts together.
    ///
    /// - Parameters:
    ///   - authority: Its certificate and key.
    ///   - chain: Its certificate and those above it, PEM.
    ///   - subject: How messages call it.
    package init(authority: StoredAuthority, chain: String, subject: String) {
        self.authority = authority
        self.chain = chain
        self.subject = subject
    }
}
