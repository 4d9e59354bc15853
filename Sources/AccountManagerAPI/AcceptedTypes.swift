import HTTP

/// What a client says it can read: the field `Accept` (RFC 9110 §12.5.1).
enum AcceptedTypes {
    /// Whether an answer in JSON may be sent.
    ///
    /// What nobody can read, such as an element without a slash, says nothing; `*` alone is what
    /// old Java clients send for everything.
    ///
    /// - Parameter fields: The request's header fields.
    /// - Returns: Whether `application/json` is admitted, or nothing is said.
    static func admitJSON(_ fields: Fields) -> Bool {
        guard let first = fields.first("accept") else { return true }
        // What nearly all clients send needs no taking apart.
        if first == "*/*" || first == "application/json" { return true }
        var best: (precision: Int, isAdmitted: Bool)?
        var saysSomething = false
        for value in fields.all("accept") {
            for element in value.split(separator: ",") {
                guard let range = MediaRange(element) else { continue }
                saysSomething = true
                guard let precision = range.precisionForJSON else { continue }
                // The most precise range decides; of equal ones that which admits.
                let isAdmitted = range.isWanted
                guard let known = best, known.precision >= precision else {
                    best = (precision, isAdmitted)
                    continue
                }
                if known.precision == precision, isAdmitted { best = (precision, true) }
            }
        }
        return best?.isAdmitted ?? !saysSomething
    }
}

/// One element of `Accept`: `text/*;q=0.5`.
private struct MediaRange {
    private let type: String
    private let subtype: String

    /// Whether its weight is more than zero.
    let isWanted: Bool

    init?(_ element: Substring) {
        let parts = element.split(separator: ";", omittingEmptySubsequences: false)
        let essence = Self.trimmed(parts[0])
        let names = essence.split(separator: "/", omittingEmptySubsequences: false)
        switch names.count {
        case 1 where essence == "*": (type, subtype) = ("*", "*")
        case 2 where !names[0].isEmpty && !names[1].isEmpty:
            (type, subtype) = (names[0].lowercased(), names[1].lowercased())
        default: return nil
        }
        let weight = parts.dropFirst().map(Self.trimmed).first {
            $0.hasPrefix("q=") || $0.hasPrefix("Q=")
        }
        isWanted = weight.map { !Self.isZero($0.dropFirst(2)) } ?? true
    }

    /// How closely the range describes JSON; nil when it does not.
    var precisionForJSON: Int? {
        switch (type, subtype) {
        case ("application", "json"): 2
        case ("application", "*"): 1
        case ("*", "*"): 0
        default: nil
        }
    }

    /// Whether a weight is `0`, `0.` or `0.000`.
    private static func isZero(_ weight: Substring) -> Bool {
        guard weight.first == "0" else { return false }
        return weight.dropFirst().allSatisfy { $0 == "." || $0 == "0" }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let head = text.drop { $0 == " " || $0 == "\t" }
        guard let last = head.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return head[...last]
    }
}
