package import PrivateCA

/// One of the words that magic names are made of: the one table of them.
package struct MagicWord: Sendable {
    /// What a word does.
    package enum Effect: Sendable, Hashable {
        /// The answer waits so many milliseconds.
        case delay(Int)
        /// Nothing is issued: this status is answered, to so many first calls or to all.
        case status(Int, calls: Int?)
        /// The answer is that the name is taken.
        case duplicate
        /// What becomes of the answer's bytes, and whether the certificate is issued.
        case ending(FaultEnding, FaultMoment?)
        /// The body is spoilt.
        case damage(FaultDamage)
        /// The answer says that its body is of this type.
        case contentType(String)
        /// The certificate differs from the one that was ordered.
        case issue(Misissuance)
    }

    /// The word; capitals stand for what is chosen.
    package let pattern: String

    /// The word with something chosen.
    package let example: String

    /// What it does, in a sentence.
    package let sentence: String

    private let read: @Sendable (String) -> Effect?

    private init(
        _ pattern: String,
        example: String? = nil,
        _ sentence: String,
        _ read: @escaping @Sendable (String) -> Effect?
    ) {
        self.pattern = pattern
        self.example = example ?? pattern
        self.sentence = sentence
        self.read = read
    }

    /// A word in which nothing is chosen.
    private init(_ word: String, _ sentence: String, _ effect: Effect) {
        self.init(word, sentence) { $0 == word ? effect : nil }
    }

    /// A word for a flaw.
    private init(_ word: String, _ flaw: IssuanceFlaw) {
        self.init(word, flaw.sentence, .issue(Misissuance(flaws: [flaw])))
    }

    /// Every word.
    package static let all: [MagicWord] = answers + issuances

    /// What a word does.
    ///
    /// - Parameter word: The word, without `mock-`.
    /// - Returns: The effect, or nil when there is no such word.
    static func effect(of word: String) -> Effect? {
        for row in all {
            if let effect = row.read(word) { return effect }
        }
        return nil
    }
}

// MARK: - Spans

extension MagicWord {
    /// What begins a word with a span, and how long that may be, in milliseconds.
    private static let spans: [(prefix: String, range: ClosedRange<Int>)] = [
        ("delay-", 0...FaultAction.delayMillisecondsMax), ("expires-in-", 1000...397 * 86_400_000),
    ]

    /// What is wrong with the span of a word that has one; nil for any other word.
    static func problem(with word: String) -> String? {
        guard let (prefix, range) = spans.first(where: { word.hasPrefix($0.prefix) }) else {
            return nil
        }
        let from = DurationText.text(milliseconds: range.lowerBound)
        let to = DurationText.text(milliseconds: range.upperBound)
        let bounds = range.lowerBound > 0 ? "from \(from) to \(to)" : "of at most \(to)"
        return "\"\(word)\" needs a span \(bounds), such as \(prefix)90s,"
    }

    private static func span(_ word: String, after prefix: String) -> Int? {
        guard word.hasPrefix(prefix), let row = spans.first(where: { $0.prefix == prefix }),
            let span = DurationText.milliseconds(word.dropFirst(prefix.count))
        else { return nil }
        return row.range.contains(span) ? span : nil
    }
}

// MARK: - The table

extension MagicWord {
    private static let answers: [MagicWord] = [
        MagicWord("delay-DURATION", example: "delay-3s", "the answer waits so long") { word in
            span(word, after: "delay-").map { .delay($0) }
        },
        MagicWord("STATUS", example: "503", "nothing is issued; the answer is this status") {
            status($0[...]).map { .status($0, calls: nil) }
        },
        MagicWord(
            "STATUS-then-ok-COUNT",
            example: "503-then-ok-2",
            "the first COUNT calls of that name are answered so; those after them issue"
        ) { word in
            guard let place = word.firstRange(of: "-then-ok-"),
                let status = status(word[..<place.lowerBound]),
                let count = number(word[place.upperBound...], digits: 1...4), count > 0
            else { return nil }
            return .status(status, calls: count)
        },
        MagicWord(
            "duplicate",
            "nothing is issued; the answer is that the user has a certificate of that name",
            .duplicate
        ),
        MagicWord("close", "nothing is issued; the connection closes", .ending(.close, .before)),
        MagicWord("close-after", "it is issued; the connection closes", .ending(.close, .after)),
        MagicWord("reset", "nothing is issued; the connection is reset", .ending(.reset, .before)),
        MagicWord("reset-after", "it is issued; the connection is reset", .ending(.reset, .after)),
        MagicWord("stall", "nothing is issued; no answer comes", .ending(.stall, .before)),
        MagicWord("stall-after", "it is issued; no answer comes", .ending(.stall, .after)),
        MagicWord("goaway", "nothing is issued; HTTP/2 GOAWAY", .ending(.goAway, .before)),
        MagicWord(
            "refuse-stream",
            "nothing is issued; HTTP/2 REFUSED_STREAM",
            .ending(.refuseStream, .before)
        ),
        MagicWord(
            "truncate",
            "it is issued; the answer breaks off after half of its body",
            .ending(.truncate(bytes: nil), nil)
        ),
        MagicWord(
            "dribble",
            "it is issued; 16 bytes of the answer come each 100 ms",
            .ending(.dribble(bytes: 16, milliseconds: 100), nil)
        ),
        MagicWord(
            "malformed-json",
            "it is issued; the answer is no JSON",
            .damage(.malformedJSON)
        ),
        MagicWord("empty-body", "it is issued; the answer is empty", .damage(.emptyBody)),
        MagicWord(
            "wrong-content-type",
            "it is issued; the answer says that it is text/html",
            .contentType("text/html")
        ),
    ]

    private static let issuances: [MagicWord] = [
        MagicWord(
            "expires-in-DURATION",
            example: "expires-in-90s",
            "the certificate expires so long after its creation, to the second"
        ) { word in
            span(word, after: "expires-in-").map {
                .issue(Misissuance(lifetimeSeconds: $0 / 1000))
            }
        },
        MagicWord(
            "issued-disabled",
            "the certificate is disabled from the start",
            .issue(Misissuance(isDisabled: true))
        ),
        MagicWord("already-expired", .expired),
        MagicWord("not-yet-valid", .notYetValid),
        MagicWord("too-long", .tooLong),
        MagicWord("wrong-key", .wrongKey),
        MagicWord("no-client-auth", .noClientAuth),
        MagicWord("wrong-ca", .wrongCACertificate),
        MagicWord("wrong-signature", .wrongSignature),
        MagicWord("reused-serial", .reusedSerial),
        MagicWord("sha1", .sha1),
        MagicWord("reversed-chain", .reversedChain),
    ]

    private static func status(_ text: Substring) -> Int? {
        number(text, digits: 3...3).flatMap { (400...599).contains($0) ? $0 : nil }
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isNumber && digits.contains(text.utf8.count) ? Int(text) : nil
    }
}
