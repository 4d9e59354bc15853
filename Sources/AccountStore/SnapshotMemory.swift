import AccountModel

/// What was read or worked out from one snapshot of the database, and holds as long as it.
///
/// It belongs to one connection and goes with the connection's snapshot, so it can never tell of
/// another state of the database than a query would.
final class SnapshotMemory {
    /// How many things of a kind are kept; one more, and all of the kind are forgotten.
    private static let countMax = 256

    private var texts: [String: [UInt8]] = [:]
    private var credentials: [[UInt8]: TokenCredential] = [:]

    /// The text of a key, made once.
    func text<Failure: Error>(
        of key: String,
        make: () throws(Failure) -> [UInt8]
    ) throws(Failure) -> [UInt8] {
        if let known = texts[key] { return known }
        let text = try make()
        if texts.count >= Self.countMax { texts.removeAll() }
        texts[key] = text
        return text
    }

    /// The token of a digest with its user, read once; a digest of nothing is not remembered.
    func credential<Failure: Error>(
        of tokenSHA256: [UInt8],
        read: () throws(Failure) -> TokenCredential?
    ) throws(Failure) -> TokenCredential? {
        if let known = credentials[tokenSHA256] { return known }
        guard let credential = try read() else { return nil }
        if credentials.count >= Self.countMax { credentials.removeAll() }
        credentials[tokenSHA256] = credential
        return credential
    }

    /// Forgets everything: the database has changed.
    func forget() {
        texts.removeAll()
        credentials.removeAll()
    }
}
