import AccountModel
import SQLiteBridge

/// What was read or worked out from one snapshot of the database, and holds as long as it.
///
/// It belongs to one connection and goes with the connection's snapshot, so it can never tell of
/// another state of the database than a query would.
final class SnapshotMemory {
    /// How many things of a kind are kept; one more, and all of the kind are forgotten.
    private static let countMax = 256

    private var texts: [String: [UInt8]] = [:]
    private var credentials: [[UInt8]: TokenCredential] = [:]
    private var accounts: [String: [Account]] = [:]
    private var starts: [Place: Int64] = [:]

    /// A place in the list that a query makes.
    private struct Place: Hashable {
        let query: ComposedQuery
        let offset: Int
    }

    /// The number of the row that stands at an offset, if a page began or ended there.
    ///
    /// From there a page is found at once; otherwise all rows before it are passed over.
    func start(of query: ComposedQuery, offset: Int) -> Int64? {
        starts[Place(query: query, offset: offset)]
    }

    /// Keeps the number of the row that stands at an offset, or a smaller one that no other has.
    func remember(start: Int64, of query: ComposedQuery, offset: Int) {
        if starts.count >= Self.countMax { starts.removeAll() }
        starts[Place(query: query, offset: offset)] = start
    }

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

    /// The accounts of a user, read once.
    func accounts<Failure: Error>(
        ofUser userID: String,
        read: () throws(Failure) -> [Account]
    ) throws(Failure) -> [Account] {
        if let known = accounts[userID] { return known }
        let found = try read()
        if accounts.count >= Self.countMax { accounts.removeAll() }
        accounts[userID] = found
        return found
    }

    /// Forgets everything: the database has changed.
    func forget() {
        texts.removeAll()
        credentials.removeAll()
        accounts.removeAll()
        starts.removeAll()
    }
}
