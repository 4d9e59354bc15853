import Testing

@testable import AccountModel

@Suite("TwoFactorState")
struct TwoFactorStateTests {
    /// The state of each name; `signedIn` once with a certificate, once with the password alone.
    private static let states: [(TwoFactorPosition, TwoFactorState)] = [
        (.notRequired, TwoFactorState()),
        (.requiredUninitialised, TwoFactorState(isRequired: true)),
        (.initPage, TwoFactorState(isRequired: true, stage: .password)),
        (.certIssued, TwoFactorState(isRequired: true, hasCertificate: true)),
        (.certPrompt, TwoFactorState(isRequired: true, hasCertificate: true, stage: .password)),
        (.certError, TwoFactorState(isRequired: true, hasCertificate: true, stage: .failed)),
        (.signedIn, TwoFactorState(isRequired: true, hasCertificate: true, stage: .certificate)),
        (.signedIn, TwoFactorState(stage: .password, isComplete: true)),
    ]

    /// What each event makes of the states above, in their order: the first letters of the next
    /// state, or in lower case of the refusal.
    private static let table: [(TwoFactorEvent, String)] = [
        (.require, "RU RU IP CI CP CE SI SI"),
        (.lift, "NR NR SI NR SI SI SI SI"),
        (.givePassword, "SI IP IP CP CP CP CP SI"),
        (.generate, "pf pf CP pf ce ce ce nr"),
        (.askForCertificate, "pf pf nc pf CP CP sa nr"),
        (.acceptCertificate, "pf pf nc pf SI na sa nr"),
        (.refuseCertificate, "pf pf nc pf CE na sa nr"),
        (.reset, "nt nt nt RU RU RU RU nt"),
        (.signOut, "NR RU RU CI CI CI CI NR"),
    ]

    private static let positions: [Substring: TwoFactorPosition] = [
        "NR": .notRequired, "RU": .requiredUninitialised, "IP": .initPage, "CI": .certIssued,
        "CP": .certPrompt, "CE": .certError, "SI": .signedIn,
    ]

    private static let refusals: [Substring: TwoFactorRefusal] = [
        "pf": .passwordFirst, "nr": .notRequired, "ce": .certificateExists,
        "nc": .noCertificateYet, "na": .notAskedAgain, "sa": .signedInAlready,
        "nt": .nothingToReset,
    ]

    @Test("every state has its name")
    func names() {
        for (position, state) in Self.states { #expect(state.position == position) }
        #expect(Set(Self.states.map(\.0)) == Set(TwoFactorPosition.allCases))
    }

    @Test("the table has every event and every refusal")
    func isWhole() {
        #expect(Self.table.map(\.0) == TwoFactorEvent.allCases)
        let words = Self.table.flatMap { $0.1.split(separator: " ") }
        #expect(words.count == Self.states.count * TwoFactorEvent.allCases.count)
        #expect(Set(words.compactMap { Self.refusals[$0] }) == Set(TwoFactorRefusal.allCases))
    }

    @Test("every event in every state does what the table says, or is refused", arguments: table)
    func transitions(_ event: TwoFactorEvent, _ line: String) {
        for ((position, state), word) in zip(Self.states, line.split(separator: " ")) {
            do throws(TwoFactorRefusal) {
                let next = try state.after(event)
                #expect(next.position == Self.positions[word], "\(event) in \(position)")
            } catch {
                #expect(error == Self.refusals[word], "\(event) in \(position)")
            }
        }
    }

    @Test("what is required later is required at the next sign-in, and not of one that is complete")
    func requiredLater() throws {
        var state = try TwoFactorState().after(.givePassword).after(.require)
        #expect(state.position == .signedIn)
        for event in [TwoFactorEvent.generate, .askForCertificate, .acceptCertificate] {
            #expect(throws: TwoFactorRefusal.signedInAlready) { try state.after(event) }
        }
        state = try state.after(.givePassword)
        #expect(state.position == .initPage)
        // When the rule goes meanwhile, the password is enough, and the sign-in complete.
        state = try state.after(.lift).after(.require)
        #expect(state.position == .signedIn)
    }

    @Test("a certificate outlives its requirement, and no event but a reset takes it away")
    func outlives() throws {
        let states = Self.states.map(\.1).filter(\.hasCertificate)
        for state in states {
            for event in TwoFactorEvent.allCases where event != .reset {
                guard let next = try? state.after(event) else { continue }
                #expect(next.hasCertificate, "\(event)")
            }
        }
        let lifted = try states[0].after(.lift)
        #expect(try lifted.after(.require).position == .certIssued)
    }
}

@Suite("TwoFactorRule")
struct TwoFactorRuleTests {
    private static let by = Attribution(
        at: Timestamp(secondsSince1970: 0),
        userID: "ada",
        userName: "Ada"
    )

    private func rule(_ target: TwoFactorRule.Target, _ isRequired: Bool = true) -> TwoFactorRule {
        TwoFactorRule(id: "\(target)", target: target, isRequired: isRequired, created: Self.by)
    }

    private func deciding(_ rules: [TwoFactorRule]) -> TwoFactorRule? {
        TwoFactorRule.deciding(user: "vera", accountIDs: ["a", "b"], among: rules)
    }

    @Test("a user's rule beats the account's, in whichever order, and either way")
    func precedence() {
        let exempt = rule(.user("vera"), false)
        #expect(deciding([rule(.account("a")), exempt]) == exempt)
        #expect(deciding([exempt, rule(.account("a"))]) == exempt)
        #expect(deciding([rule(.account("b"))])?.isRequired == true)
    }

    @Test("rules about others do not count")
    func others() {
        #expect(deciding([]) == nil)
        #expect(deciding([rule(.account("c")), rule(.user("a"))]) == nil)
    }
}

@Suite("TwoFactorResetRefusal")
struct TwoFactorResetRefusalTests {
    private static func administrator(_ id: String) -> User {
        User(
            id: id,
            email: "\(id)@example.com",
            primaryAccountID: "a",
            createdAt: Timestamp(secondsSince1970: 0),
            createdBy: id,
            userType: .standard,
            storedRoles: Role.list([.accountAdmin])
        )
    }

    private func judge(_ actor: String, _ user: String, _ administrators: String...)
        -> TwoFactorResetRefusal?
    {
        TwoFactorResetRefusal.judge(
            actor: actor,
            user: user,
            administrators: administrators.map(Self.administrator)
        )
    }

    @Test("administrators reset others, nobody the own, and the last one needs support")
    func judges() {
        #expect(judge("ada", "vera", "ada") == nil)
        #expect(judge("ada", "erin", "ada", "erin") == nil)
        #expect(judge("vera", "ada", "ada") == .notAdministrator)
        #expect(judge("vera", "vera", "ada") == .notAdministrator)
        #expect(judge("ada", "ada", "ada", "erin") == .own(others: ["erin@example.com"]))
        #expect(judge("ada", "ada", "ada") == .lastAdministrator)
    }
}
