package import AccountModel
package import PrivateCA

/// What a certificate's name asks for when it begins with `mock-`.
///
/// `mock-` and words with `+` or `_` between them; after a blank anything may follow, so that more
/// than one certificate can have the same words: `mock-delay-3s+expires-in-90s web-7`.
package struct MagicName: Sendable, Hashable {
    /// What every magic name begins with.
    package static let prefix = "mock-"

    /// What a name of the program itself begins with, which is not magic.
    static let ownPrefix = "mock-digicert-one"

    /// The words of the name, for the reason that answers carry.
    package private(set) var text: String

    /// What happens to the answer.
    package private(set) var action = FaultAction()

    /// Whether the certificate is issued; nil takes what the action suggests.
    package private(set) var moment: FaultMoment?

    /// How many of the first calls are answered so; nil is all of them.
    package private(set) var callsMax: Int?

    /// Whether the answer is that the name is taken already.
    package private(set) var isDuplicate = false

    /// What happens to the certificate.
    package var misissuance: Misissuance { action.issue ?? Misissuance() }

    private init(text: String) {
        self.text = text
    }

    /// Reads a name.
    ///
    /// - Parameter name: A certificate's nickname, or the common name of a CSR.
    /// - Returns: What it asks for, or nil when it is a name like any other.
    /// - Throws: ``FaultProblem`` that lists the words there are.
    package static func read(_ name: String) throws(FaultProblem) -> MagicName? {
        guard name.hasPrefix(prefix), !name.hasPrefix(ownPrefix) else { return nil }
        let words = name.dropFirst(prefix.count).prefix { $0 != " " }
        var magic = MagicName(text: prefix + words)
        for word in words.split(
            omittingEmptySubsequences: false,
            whereSeparator: { "+_".contains($0) }
        ) {
            guard let effect = MagicWord.effect(of: String(word)) else {
                if let problem = MagicWord.problem(with: String(word)) {
                    throw FaultProblem(description: "\(problem) in the name \"\(magic.text)\"")
                }
                let known = MagicWord.all.map(\.pattern).joined(separator: ", ")
                throw FaultProblem(
                    description: "\"\(word)\" in the name \"\(magic.text)\" is no magic word; there"
                        + " are \(known). Names that begin with mock- pick an outcome: choose"
                        + " another name, or set magicNames to false"
                )
            }
            try magic.add(effect, word: word)
        }
        return magic
    }

    /// Adds what another name of the same certificate asks for.
    ///
    /// - Parameter other: What it asks for; nil where it is no magic name.
    /// - Returns: Both.
    /// - Throws: ``FaultProblem`` when both cannot be had.
    package func merging(_ other: MagicName?) throws(FaultProblem) -> MagicName {
        guard let other, other.text != text else { return self }
        var both = self
        let words = other.text.dropFirst(Self.prefix.count)
        for word in words.split(whereSeparator: { "+_".contains($0) }) {
            guard let effect = MagicWord.effect(of: String(word)) else { continue }
            try both.add(effect, word: word)
        }
        both.text = "\(text)+\(words)"
        return both
    }

    private mutating func add(_ effect: MagicWord.Effect, word: Substring) throws(FaultProblem) {
        switch effect {
        case .delay(let milliseconds):
            guard action.delay == nil else { throw conflict(word) }
            action.delay = FaultDelay(from: milliseconds)
        case .status(let status, let calls):
            guard !hasOutcome else { throw conflict(word) }
            action.status = status
            if [429, 503].contains(status) { action.retryAfter = .seconds(1) }
            callsMax = calls
        case .duplicate:
            guard !hasOutcome else { throw conflict(word) }
            isDuplicate = true
        case .ending(let ending, let moment):
            guard !hasOutcome, action.ending == nil else { throw conflict(word) }
            action.ending = ending
            self.moment = moment
        case .damage(let damage):
            guard action.damage == nil else { throw conflict(word) }
            action.damage = damage
        case .contentType(let type):
            action.contentType = type
        case .issue(let misissuance):
            let both = self.misissuance.merging(misissuance)
            guard both.conflict == nil else { throw conflict(word) }
            action.issue = both
        }
    }

    /// Whether it is said already how the call ends.
    private var hasOutcome: Bool {
        action.status != nil || isDuplicate || action.ending?.isSilent == true
    }

    private func conflict(_ word: Substring) -> FaultProblem {
        FaultProblem(
            description: "\"\(word)\" cannot be had together with the other words of"
                + " \"\(text)\"; leave one out"
        )
    }
}

extension MagicName {
    /// Decides what goes wrong with a call.
    ///
    /// - Parameters:
    ///   - call: Which call of that name it is, from 1.
    ///   - now: What time it is in the world.
    /// - Returns: What goes wrong; nil when the calls that it was for are over.
    package func decision(call: Int, now: Timestamp) -> FaultDecision? {
        var action = action
        if let callsMax, call > callsMax {
            action.status = nil
            action.retryAfter = nil
        }
        // Only one of both can be: where nothing is issued, nothing can be wrong with it.
        var moment = moment
        if action.isComplete, moment != .after { action.issue = nil }
        if !action.isComplete { moment = .after }
        guard action != FaultAction() else { return nil }
        return FaultDecision(
            action,
            moment,
            title: "the name \(text) asks for it",
            mark: text,
            now: now
        )
    }
}
