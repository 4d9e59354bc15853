internal import AccountModel
internal import AccountStore
internal import HTTP

extension Expectation.Demand {
    /// The credential whose use is in question; nil where none is named.
    var credential: Expectation.CredentialMatcher? {
        switch self {
        case .neverUsed(let credential, _), .stoppedWithin(_, let credential, _): credential
        case .requests, .inOrder, .newKey, .onlyOneCredential: nil
        }
    }
}

extension Expectation.CredentialMatcher {
    /// Whether an entry shows that there is, or was, such a credential or user.
    func isMentioned(in entry: JournalEntry) -> Bool {
        switch (entry.event, self) {
        case (.exchange(let exchange), .certificate):
            matches(exchange)
        case (.exchange(let exchange), .token(let id)), (.exchange(let exchange), .user(let id)):
            matches(exchange) || exchange.path.split(separator: "/").contains { $0 == id }
        case (.handshake(let handshake), .certificate(let serial)):
            handshake.presentedChain.contains { JournalFilter.isSerial($0.serialNumber, serial) }
        case (.handshake, .token), (.handshake, .user):
            false
        }
    }
}

extension World {
    /// Whether there is, or was, a credential or a user.
    ///
    /// - Parameter credential: Which one.
    /// - Returns: Whether; also where the database cannot be read, which is another complaint.
    func knows(_ credential: Expectation.CredentialMatcher) -> Bool {
        let known = try? store.read(loop: 0) { (reader) throws(StoreError) in
            switch credential {
            case .certificate(let serial):
                try reader.hasCertificate(
                    serialBeginning: serial.uppercased().filter { $0 != ":" && $0 != " " }
                )
            case .token(let id): try reader.hasToken(id)
            case .user(let user): try reader.hasUser(user)
            }
        }
        return known ?? true
    }
}

extension Worlds {
    /// Compares expectations with what happened in a world.
    ///
    /// A dormant world is opened only to be asked for a credential that its journal does not know.
    ///
    /// - Parameters:
    ///   - expectations: What is expected.
    ///   - name: The world's name.
    /// - Returns: The verdict; nil where there is no such world.
    package func verification(of expectations: [Expectation], in name: String) -> Verification? {
        guard let journal = journal(of: name) else { return nil }
        return Verification(
            of: expectations,
            in: journal.entries(),
            droppedCount: journal.extent.droppedCount
        ) { credential in
            (try? world(named: name))?.knows(credential) ?? true
        }
    }
}
