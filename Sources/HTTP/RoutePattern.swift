/// The path of a route, cut at its slashes.
struct RoutePattern: Sendable {
    /// One segment of a pattern.
    enum Segment: Sendable, Hashable {
        case literal([UInt8])
        case parameter
    }

    /// The pattern as written.
    let text: String
    let segments: [Segment]
    let parameterCount: Int

    init(_ text: String) {
        self.text = text
        segments = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            $0.hasPrefix("{") ? .parameter : .literal(Array($0.utf8))
        }
        parameterCount = segments.count { $0 == .parameter }
    }

    /// Whether two patterns fit the same paths; how their parameters are called does not matter.
    func isSame(as other: RoutePattern) -> Bool {
        segments == other.segments
    }
}

extension RoutePattern {
    /// Finds what is wrong with a table: a malformed pattern, a repetition, an ambiguity.
    ///
    /// - Returns: A sentence that names the rows; nil when there is nothing wrong.
    static func contradiction(in rows: [(method: String, pattern: String)]) -> String? {
        for (method, pattern) in rows where !isWellFormed(pattern) {
            return "\(method) \(pattern): a pattern is /literal/{parameter}, no segment empty."
        }
        // Cut once: every pair of two hundred rows is compared while the program starts.
        let patterns = rows.map { RoutePattern($0.pattern) }
        for (index, row) in rows.enumerated() {
            for (other, left) in zip(rows[..<index], patterns) {
                let right = patterns[index]
                guard left.segments.count == right.segments.count else { continue }
                if left.isSame(as: right) {
                    guard other.method == row.method else { continue }
                    return "\(row.method) \(row.pattern) repeats \(other.method) \(other.pattern)."
                }
                if left.isAmbiguous(with: right) {
                    return "\(row.pattern) and \(other.pattern) fit one path, neither is narrower."
                }
            }
        }
        return nil
    }

    private static func isWellFormed(_ pattern: String) -> Bool {
        guard pattern.hasPrefix("/") else { return false }
        guard pattern != "/" else { return true }
        return pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            .allSatisfy { segment in
                let braces = segment.count { $0 == "{" || $0 == "}" }
                guard braces > 0 else { return !segment.isEmpty }
                return braces == 2 && segment.first == "{" && segment.last == "}"
                    && segment.count > 2
            }
    }

    /// Whether some path fits both patterns while each spells out a segment the other leaves open.
    private func isAmbiguous(with other: RoutePattern) -> Bool {
        guard segments.count == other.segments.count else { return false }
        var isNarrowerHere = false
        var isWiderHere = false
        for (mine, theirs) in zip(segments, other.segments) {
            switch (mine, theirs) {
            case (.literal(let left), .literal(let right)):
                guard left == right else { return false }
            case (.literal, .parameter): isNarrowerHere = true
            case (.parameter, .literal): isWiderHere = true
            case (.parameter, .parameter): break
            }
        }
        return isNarrowerHere && isWiderHere
    }
}
