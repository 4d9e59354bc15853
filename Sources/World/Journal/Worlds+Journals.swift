package import AccountModel
internal import Synchronization

extension Worlds {
    /// The journal of a world, also of a dormant one: it stays when a world is closed or reset.
    ///
    /// - Parameter name: The world's name.
    /// - Returns: The journal, or nil where there is no world of that name.
    package func journal(of name: String) -> Journal? {
        name == WorldName.main ? mainSlot.journal : slot(named: name)?.journal
    }

    /// What time it is in a world, without opening one that is dormant.
    ///
    /// - Parameter name: The world's name.
    /// - Returns: The world's time; the system's where the world is dormant or not there.
    package func time(in name: String) -> Timestamp {
        let slot = name == WorldName.main ? mainSlot : slot(named: name)
        return slot?.open.withLock { $0?.clock.now } ?? setup.systemTime().timestamp
    }

    /// Finds and explains a request of any world, or a connection whose handshake failed.
    ///
    /// - Parameter id: The id of the request, or the number of the connection.
    /// - Returns: The world's name and the explanation; nil where no journal has it.
    package func explanation(of id: String) -> (world: String, explanation: Explanation)? {
        for slot in slots {
            if let explanation = Explanation.find(id, in: slot.journal) {
                return (slot.name, explanation)
            }
        }
        return nil
    }
}

extension Worlds.Setup {
    /// An empty journal within the budget of all.
    func makeJournal(of world: String) -> Journal {
        Journal(limits: journalLimits, world: world, budget: journalBudget)
    }
}
