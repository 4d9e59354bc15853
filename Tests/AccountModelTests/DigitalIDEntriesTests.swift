import Testing

@testable import AccountModel

@Suite("The entries of the Enrol form")
struct DigitalIDEntriesTests {
    private static var applicant: DigitalIDApplicant {
        var applicant = DigitalIDApplicant()
        applicant.firstName = "Ada"
        applicant.lastName = "Lovelace"
        applicant.email = "ada@example.com"
        applicant.telephone = "+44 (0)20 7946-0018"
        applicant.authorityCode = "E1234"
        return applicant
    }

    /// An entry, and whether it may stand in the field.
    struct Entry: CustomTestStringConvertible, Sendable {
        let field: DigitalIDField
        let text: String
        let isGood: Bool

        init(_ field: DigitalIDField, _ text: String, _ isGood: Bool) {
            self.field = field
            self.text = text
            self.isGood = isGood
        }

        var testDescription: String { "\(field.rawValue) \(text.prefix(40))" }
    }

    private static func long(_ count: Int) -> String { String(repeating: "x", count: count) }

    /// An address of so many characters, whose labels are no longer than they may be.
    private static func address(_ count: Int) -> String {
        let label = long(60)
        let end = "@\(label).\(label).\(label).uk"
        return long(count - end.count) + end
    }

    static let entries = [
        Entry(.firstName, long(30), true), Entry(.firstName, long(31), false),
        Entry(.firstName, "", false), Entry(.firstName, "a\nb", false),
        Entry(.lastName, "Ωμέγα <b>", true), Entry(.lastName, long(31), false),
        Entry(.email, "", false), Entry(.email, "ada", false),
        Entry(.email, "äda@example.com", false),
        Entry(.email, "a@b", false), Entry(.email, "a b@example.com", false),
        Entry(.email, address(230), true), Entry(.email, address(231), false),
        Entry(.telephone, "12345", true), Entry(.telephone, "1234", false),
        Entry(.telephone, "call me 12345", false), Entry(.telephone, "", false),
        Entry(.telephone, String(repeating: "1", count: 30), true),
        Entry(.telephone, String(repeating: "1", count: 31), false),
        Entry(.authorityCode, "z0000", true), Entry(.authorityCode, "Z999", false),
        Entry(.authorityCode, "12345", false), Entry(.authorityCode, "E12345", false),
        Entry(.authorityCode, "E123x", false), Entry(.authorityCode, "@1234", false),
        Entry(.authorityCode, "E1234\n", false), Entry(.authorityCode, "", false),
        Entry(.challenge, long(32), true), Entry(.challenge, long(33), false),
        Entry(.challenge, "two words 2", true), Entry(.challenge, "full stop.", false),
        Entry(.challenge, "", false),
        Entry(.comments, "", true), Entry(.comments, "two\nlines", true),
        Entry(.comments, long(1000), true), Entry(.comments, long(1001), false),
        Entry(.comments, "bell \u{7}", false),
    ]

    @Test("each field takes what it may, to the last character", arguments: entries)
    func takes(_ entry: Entry) {
        var applicant = Self.applicant
        var challenge = "phrase"
        switch entry.field {
        case .firstName: applicant.firstName = entry.text
        case .lastName: applicant.lastName = entry.text
        case .email: applicant.email = entry.text
        case .telephone: applicant.telephone = entry.text
        case .authorityCode: applicant.authorityCode = entry.text
        case .challenge: challenge = entry.text
        case .comments: applicant.comments = entry.text
        }
        let problems = applicant.problems(challenge: challenge)
        #expect(Set(problems.keys) == (entry.isGood ? [] : [entry.field]))
    }

    @Test(
        "an address is a mailbox of words, dots and a host name",
        arguments: [
            ("a.b+c@example.com", true), ("a@sub.example.museum", true), (".a@example.com", false),
            ("a..b@example.com", false), ("a@-x.com", false), ("a@example.1", false),
            ("a@b@example.com", false), ("@example.com", false), ("\"a b\"@example.com", false),
        ]
    )
    func mailboxes(_ text: String, _ isMailbox: Bool) {
        #expect(EmailAddress.isMailbox(text) == isMailbox)
    }

    @Test("keys and reasons have the names that are stored and shown")
    func names() {
        #expect(DigitalIDKeyKind.allCases.map(\.rawValue).allSatisfy { $0.contains("-") })
        #expect(Set(DigitalIDKeyKind.allCases.map(\.title)).count == 5)
        #expect(DigitalIDRevocationReason.allCases.count == 9)
    }
}
