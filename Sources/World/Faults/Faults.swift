package import AccountStore
internal import Synchronization

/// What goes wrong in a world on purpose: its rules, and how often each was met.
///
/// A world without rules pays one atomic load for each question. Rules are stored as they change;
/// how often they were met is stored by ``settle()``, which whoever closes, copies or lays a world
/// to sleep calls before.
package final class Faults: Sendable {
    /// The most rules that a world has.
    package static let rulesMax = 256

    /// The most magic names whose calls are counted; all are forgotten when there are more.
    package static let magicNamesMax = 10_000

    private struct State {
        var rules: [FaultRule] = []
        var counts: [FaultCount] = []
        var areCountsStored = true
        var magicCalls: [String: Int] = [:]
    }

    private let store: AccountStore
    private let state: Mutex<State>

    /// The ``FaultStage``s at which any rule is asked, added up.
    private let stages: Atomic<UInt8>

    /// The highest number that was ever given as an id; locked while a change is stored.
    private let lastNumber: Mutex<Int>

    /// Takes up the rules of a world.
    ///
    /// - Parameter store: Where they are kept.
    /// - Throws: ``FaultChangeError`` when they cannot be read.
    package init(store: AccountStore) throws(FaultChangeError) {
        self.store = store
        var state = State()
        let records: [FaultRuleRecord]
        do throws(StoreError) {
            records = try store.faultRules()
        } catch {
            throw .notStored(error)
        }
        for record in records {
            state.rules.append(try Self.rule(record))
            state.counts.append(FaultCount(matched: record.matched, applied: record.applied))
        }
        stages = Atomic(Self.stages(of: state.rules))
        lastNumber = Mutex(state.rules.compactMap { Self.number(of: $0.id) }.max() ?? 0)
        self.state = Mutex(state)
    }

    private static func rule(_ record: FaultRuleRecord) throws(FaultChangeError) -> FaultRule {
        let tree: JSONTree
        do throws(JSONFault) {
            tree = try JSONTree.parse(Array(record.rule.utf8))
        } catch {
            let text = "the stored fault rule \(record.id) is no JSON: \(error)"
            throw .refused(FaultProblem(description: text))
        }
        do throws(JSONProblem) {
            return try FaultRule.read(tree)
        } catch {
            let text = "the stored fault rule \(record.id) cannot be used: \(error)"
            throw .refused(FaultProblem(description: text))
        }
    }

    private static func stages(of rules: [FaultRule]) -> UInt8 {
        rules.reduce(0) { $1.isEnabled ? $0 | $1.stage.rawValue : $0 }
    }
}

// MARK: - Asking

extension Faults {
    /// Whether any rule is asked at a stage: one atomic load.
    ///
    /// - Parameter stage: What can be known by then.
    /// - Returns: Whether facts are worth gathering.
    package func act(at stage: FaultStage) -> Bool {
        stages.load(ordering: .relaxed) & stage.rawValue != 0
    }

    /// Decides what goes wrong with a call, and counts it.
    ///
    /// - Parameters:
    ///   - stage: What can be known by now.
    ///   - facts: What is known; not asked for where no rule is asked.
    /// - Returns: What goes wrong, or nil.
    package func decision(
        at stage: FaultStage,
        on facts: @autoclosure () -> FaultFacts
    ) -> FaultDecision? {
        guard act(at: stage) else { return nil }
        let facts = facts()
        return state.withLock { state in
            state.areCountsStored = false
            return FaultPlan.decide(
                at: stage,
                by: state.rules,
                on: facts,
                counting: &state.counts
            )
        }
    }

    /// Counts a call whose certificate has a magic name.
    ///
    /// - Parameter name: The name.
    /// - Returns: Which call of that name it is, from 1.
    package func countMagicCall(of name: String) -> Int {
        state.withLock { state in
            if state.magicCalls.count >= Self.magicNamesMax, state.magicCalls[name] == nil {
                state.magicCalls = [:]
            }
            let count = state.magicCalls[name, default: 0] + 1
            state.magicCalls[name] = count
            return count
        }
    }

    /// The rules in their order, and how often each was met.
    package var all: [CountedFault] {
        state.withLock { state in
            zip(state.rules, state.counts).map { CountedFault(rule: $0, count: $1) }
        }
    }

    /// Finds a rule.
    ///
    /// - Parameter id: Its id.
    /// - Returns: The rule and how often it was met, or nil when there is none.
    package func rule(_ id: String) -> CountedFault? { all.first { $0.rule.id == id } }
}

// MARK: - Giving back

extension Faults {
    /// Takes back that rules acted, where nothing came of it: what they were to spoil was not
    /// made.
    ///
    /// - Parameter ids: The ids of the rules.
    package func giveBack(_ ids: [String]) {
        guard !ids.isEmpty else { return }
        state.withLock { state in
            for (index, rule) in state.rules.enumerated() where ids.contains(rule.id) {
                guard state.counts[index].applied > 0 else { continue }
                state.counts[index].applied -= 1
                state.areCountsStored = false
            }
        }
    }
}

// MARK: - Changing

extension Faults {
    /// Adds rules below those that are there.
    ///
    /// - Parameter rules: The rules; one without an id is given a number.
    /// - Returns: The rules as they are now.
    /// - Throws: ``FaultChangeError``; nothing has changed then.
    package func add(_ rules: [FaultRule]) throws(FaultChangeError) -> [CountedFault] {
        try change { (known, lastNumber) throws(FaultChangeError) in
            var added: [CountedFault] = []
            for rule in rules {
                guard rule.id.isEmpty || !known.contains(where: { $0.rule.id == rule.id }) else {
                    throw .taken(id: rule.id)
                }
                let fault = CountedFault(
                    rule: Self.complete(rule, among: known, &lastNumber),
                    count: FaultCount()
                )
                known.append(fault)
                added.append(fault)
            }
            return added
        }
    }

    /// Puts a rule in the place of the one of its id, or below all where there is none.
    ///
    /// - Parameter rule: The rule, with its id; it is counted anew.
    /// - Returns: The rule as it is now, and whether it is new.
    /// - Throws: ``FaultChangeError``; nothing has changed then.
    package func put(
        _ rule: FaultRule
    ) throws(FaultChangeError) -> (fault: CountedFault, isNew: Bool) {
        try change { (known, lastNumber) throws(FaultChangeError) in
            let fault = CountedFault(
                rule: Self.complete(rule, among: known, &lastNumber),
                count: FaultCount()
            )
            guard let index = known.firstIndex(where: { $0.rule.id == rule.id }) else {
                known.append(fault)
                return (fault, true)
            }
            known[index] = fault
            return (fault, false)
        }
    }

    /// Removes a rule.
    ///
    /// - Parameter id: Its id.
    /// - Returns: Whether there was one.
    /// - Throws: ``FaultChangeError``; nothing has changed then.
    package func remove(_ id: String) throws(FaultChangeError) -> Bool {
        try change { (known, _) throws(FaultChangeError) in
            let count = known.count
            known.removeAll { $0.rule.id == id }
            return known.count < count
        }
    }

    /// Removes every rule, and forgets what was counted of magic names.
    ///
    /// - Returns: How many there were.
    /// - Throws: ``FaultChangeError``; nothing has changed then.
    @discardableResult
    package func removeAll() throws(FaultChangeError) -> Int {
        state.withLock { $0.magicCalls = [:] }
        return try change { (known, _) throws(FaultChangeError) in
            defer { known = [] }
            return known.count
        }
    }

    /// Stores how often each rule was met; nothing where that is stored already.
    ///
    /// - Throws: ``StoreError`` when the world's file cannot be written now.
    package func settle() throws(StoreError) {
        try lastNumber.withLock { (_) throws(StoreError) in
            guard !state.withLock({ $0.areCountsStored }) else { return }
            let known = all
            try store.replaceFaultRules(with: known.map(\.record))
            install(known, insteadOf: known)
        }
    }

    private func change<Result>(
        _ body: (
            _ known: inout [CountedFault], _ lastNumber: inout Int
        ) throws(FaultChangeError) -> Result
    ) throws(FaultChangeError) -> Result {
        // Calls are decided on meanwhile: they lock the state, and never this.
        try lastNumber.withLock { (lastNumber) throws(FaultChangeError) -> Result in
            let before = all
            var known = before
            var number = lastNumber
            let result = try body(&known, &number)
            guard known.count <= Self.rulesMax else { throw .full }
            do throws(StoreError) {
                try store.replaceFaultRules(with: known.map(\.record))
            } catch {
                throw .notStored(error)
            }
            lastNumber = number
            install(known, insteadOf: before)
            return result
        }
    }

    private func install(_ known: [CountedFault], insteadOf before: [CountedFault]) {
        state.withLock { state in
            // What was counted while the change was stored is not lost.
            var counts: [String: FaultCount] = [:]
            for (rule, count) in zip(state.rules, state.counts) { counts[rule.id] = count }
            state.areCountsStored = zip(before, state.counts).allSatisfy { $0.count == $1 }
            state.rules = known.map(\.rule)
            state.counts = known.map { fault in
                before.contains(fault) ? counts[fault.rule.id] ?? fault.count : fault.count
            }
        }
        stages.store(Self.stages(of: known.map(\.rule)), ordering: .relaxed)
    }

    /// The number that an id is, where numbers are given on from it.
    private static func number(of id: String) -> Int? {
        // Those of whoever chose a giant one are not: there would soon be none after it.
        Int(id).flatMap { (0..<1 << 62).contains($0) ? $0 : nil }
    }

    /// Gives a rule what it needs among others: an id, and seeds of its own.
    private static func complete(
        _ rule: FaultRule,
        among known: [CountedFault],
        _ lastNumber: inout Int
    ) -> FaultRule {
        lastNumber += 1
        var rule = rule
        if rule.id.isEmpty {
            while known.contains(where: { $0.rule.id == "\(lastNumber)" }) { lastNumber += 1 }
            rule.id = "\(lastNumber)"
        } else if let number = number(of: rule.id) {
            lastNumber = max(lastNumber, number)
        }
        let seed = UInt64(lastNumber)
        if rule.match.probability != nil { rule.match.seed = rule.match.seed ?? seed }
        if let delay = rule.action.delay, delay.from != delay.to {
            rule.action.delay?.seed = delay.seed ?? seed
        }
        return rule
    }
}

/// A rule, and how often it was met.
package struct CountedFault: Sendable, Hashable {
    /// The rule.
    package let rule: FaultRule

    /// How often it was met.
    package let count: FaultCount

    fileprivate var record: FaultRuleRecord {
        FaultRuleRecord(
            id: rule.id,
            rule: rule.json,
            matched: count.matched,
            applied: count.applied
        )
    }
}

/// Why rules were not changed.
package enum FaultChangeError: Error, Hashable {
    /// There is a rule of this id already.
    case taken(id: String)

    /// There are as many rules as a world may have.
    case full

    /// What is stored cannot be used.
    case refused(FaultProblem)

    /// The world's file cannot be read or written.
    case notStored(StoreError)
}

extension FaultChangeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .taken(let id): "there is a fault rule \(id) already; change it with PUT"
        case .full:
            "a world has at most \(Faults.rulesMax) fault rules; remove some with DELETE"
        case .refused(let problem): problem.description
        case .notStored(let error): "the fault rules cannot be stored: \(error)"
        }
    }
}
