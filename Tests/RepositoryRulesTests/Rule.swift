import Testing

/// One rule of the house: what it refuses, and what to do instead.
struct Rule: Sendable, CustomTestStringConvertible {
    /// The rule as a sentence about the repository.
    let sentence: String

    /// What to do about a finding.
    let remedy: String

    /// Finds every breach in a repository.
    let findings: @Sendable (Repository) -> [Finding]

    var testDescription: String { sentence }

    /// A rule that looks at one Swift file at a time.
    ///
    /// - Parameters:
    ///   - sentence: The rule as a sentence.
    ///   - remedy: What to do about a finding.
    ///   - check: Finds the breaches in one file.
    /// - Returns: The rule.
    static func perFile(
        _ sentence: String,
        remedy: String,
        check: @escaping @Sendable (SourceFile) -> [Finding]
    ) -> Rule {
        Rule(sentence: sentence, remedy: remedy) { repository in
            repository.files.flatMap { check($0) }
        }
    }

    /// A rule that forbids some words in code, comments and literals not counted.
    ///
    /// - Parameters:
    ///   - sentence: The rule as a sentence.
    ///   - words: What must not occur, with the characters around it that make it a use.
    ///   - remedy: What to do about a finding.
    ///   - applies: Tells which files the rule is for.
    /// - Returns: The rule.
    static func forbidding(
        _ sentence: String,
        words: [String],
        remedy: String,
        where applies: @escaping @Sendable (SourceFile) -> Bool
    ) -> Rule {
        perFile(sentence, remedy: remedy) { file in
            guard applies(file) else { return [] }
            return file.code.enumerated().flatMap { index, line in
                words.filter { line.containsWord($0) && !line.containsWord("func " + $0) }
                    .map { Finding(path: file.path, line: index + 1, what: "'\($0)'") }
            }
        }
    }
}

/// One breach of a rule.
struct Finding: Sendable, Hashable, CustomStringConvertible {
    /// The file's path from the repository's root.
    let path: String

    /// The line, counted from 1.
    let line: Int

    /// What was found there.
    let what: String

    var description: String { "\(path):\(line): \(what)" }
}

extension String {
    /// True when the text occurs and no identifier runs on into it or out of it.
    ///
    /// - Parameter word: The text; it may begin or end with punctuation.
    /// - Returns: Whether it occurs.
    func containsWord(_ word: String) -> Bool {
        let line = Array(utf8)
        let sought = Array(word.utf8)
        guard let first = sought.first, let last = sought.last, line.count >= sought.count else {
            return false
        }
        for start in 0...(line.count - sought.count) where line[start] == first {
            let end = start + sought.count
            guard line[start..<end].elementsEqual(sought) else { continue }
            let runsIn = start > 0 && line[start - 1].isInWord && first.isInWord
            let runsOut = end < line.count && line[end].isInWord && last.isInWord
            if !runsIn && !runsOut { return true }
        }
        return false
    }

    /// The line without blanks at its ends.
    var trimmed: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let front = drop(while: isBlank)
        return String(String(front.reversed()).drop(while: isBlank).reversed())
    }
}

extension UInt8 {
    /// True for what an identifier is made of.
    var isInWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
