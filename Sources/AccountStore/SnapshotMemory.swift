/// What was worked out from one snapshot of the database, and holds as long as it.
///
/// It belongs to one connection and goes with the connection's snapshot, so it can never tell of
/// another state of the database than a query would.
final class SnapshotMemory {
    /// How many texts are kept; one more, and all are forgotten.
    private static let countMax = 256

    private var texts: [String: [UInt8]] = [:]

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

    /// Forgets everything: the database has changed.
    func forget() {
        texts.removeAll()
    }
}
