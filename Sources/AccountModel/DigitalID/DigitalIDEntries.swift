/// The fields of the Enrol form.
package enum DigitalIDField: String, Sendable, Hashable, CaseIterable {
    /// Who applies.
    case firstName, lastName, email, telephone
    /// A letter and four digits.
    case authorityCode
    /// What renewing and revoking will ask for.
    case challenge
    /// To the administrator.
    case comments

    /// The most characters of the field.
    package var lengthMax: Int {
        switch self {
        case .firstName, .lastName: 30
        case .email: 230
        case .telephone: 30
        case .authorityCode: 5
        case .challenge: 32
        case .comments: 1000
        }
    }
}

extension DigitalIDApplicant {
    /// Says what is wrong with what was entered.
    ///
    /// - Parameter challenge: The challenge phrase.
    /// - Returns: A sentence for each field that has to change.
    package func problems(challenge: String) -> [DigitalIDField: String] {
        var problems: [DigitalIDField: String] = [:]
        problems[.firstName] = Self.nameProblem(firstName, "first name", .firstName)
        problems[.lastName] = Self.nameProblem(lastName, "last name", .lastName)
        problems[.email] = Self.emailProblem(email)
        problems[.telephone] = Self.telephoneProblem(telephone)
        problems[.authorityCode] = Self.codeProblem(authorityCode)
        problems[.challenge] = Self.challengeProblem(challenge)
        problems[.comments] = Self.textProblem(comments, DigitalIDField.comments.lengthMax)
        return problems
    }

    /// Says what is wrong with a text of several lines.
    ///
    /// - Parameters:
    ///   - text: The text; it may be empty.
    ///   - lengthMax: The most characters.
    /// - Returns: A sentence; nil when nothing is.
    package static func textProblem(_ text: String, _ lengthMax: Int) -> String? {
        let count = text.unicodeScalars.count
        if count > lengthMax {
            return "This has \(count) characters; shorten it to \(lengthMax)."
        }
        return hasControl(text, except: "\n") ? "Take out the control characters." : nil
    }

    private static func nameProblem(
        _ name: String,
        _ what: String,
        _ field: DigitalIDField
    ) -> String? {
        if name.isEmpty { return "Enter your \(what)." }
        let count = name.unicodeScalars.count
        if count > field.lengthMax {
            return "Your \(what) has \(count) characters; a certificate takes \(field.lengthMax)."
        }
        return hasControl(name, except: nil) ? "Take out the control characters." : nil
    }

    private static func emailProblem(_ email: String) -> String? {
        if email.isEmpty { return "Enter your e-mail address." }
        if !email.utf8.allSatisfy({ $0 < 0x80 }) {
            return "Use ASCII characters only: letters without accents, digits and signs."
        }
        if email.utf8.count > DigitalIDField.email.lengthMax {
            return "Your e-mail address has \(email.utf8.count) characters; "
                + "\(DigitalIDField.email.lengthMax) is the most."
        }
        return EmailAddress.isMailbox(email)
            ? nil : "This is no e-mail address such as name@example.com."
    }

    private static func telephoneProblem(_ telephone: String) -> String? {
        if telephone.isEmpty { return "Enter a telephone number that you can be called at." }
        let isNumber = telephone.unicodeScalars.allSatisfy {
            ("0"..."9").contains($0) || "+-()./ ".unicodeScalars.contains($0)
        }
        let digitCount = telephone.count { ("0"..."9").contains($0) }
        if !isNumber || digitCount < 5 {
            return "Enter five digits or more, with spaces, +, -, dots and brackets as you like."
        }
        return telephone.count > DigitalIDField.telephone.lengthMax
            ? "A telephone number has \(DigitalIDField.telephone.lengthMax) characters at most."
            : nil
    }

    private static func codeProblem(_ code: String) -> String? {
        let bytes = Array(code.utf8)
        let isCode =
            bytes.count == 5 && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[0] | 0x20)
            && bytes.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isCode
            ? nil
            : "Enter your DETR district code: a letter followed by four numbers, such as E1234."
    }

    private static func challengeProblem(_ challenge: String) -> String? {
        if challenge.isEmpty { return "Enter a challenge phrase." }
        let count = challenge.unicodeScalars.count
        if count > DigitalIDField.challenge.lengthMax {
            return "The challenge phrase has \(count) characters; "
                + "\(DigitalIDField.challenge.lengthMax) is the most."
        }
        return challenge.allSatisfy { $0.isLetter || $0.isNumber || $0 == " " }
            ? nil : "Use letters, digits and spaces only: no punctuation."
    }

    private static func hasControl(_ text: String, except allowed: Unicode.Scalar?) -> Bool {
        text.unicodeScalars.contains {
            $0 != allowed && ($0.value < 0x20 || (0x7F...0x9F).contains($0.value))
        }
    }
}
