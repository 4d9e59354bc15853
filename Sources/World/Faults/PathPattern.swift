/// A path in a rule: exactly one, all that begin so, or all that look so.
package enum PathPattern: Sendable, Hashable {
    /// This path.
    case exact(String)
    /// Every path that begins with these characters.
    case prefix(String)
    /// `*` stands for any characters but `/`, `**` for any at all, `?` for one that is not `/`.
    case glob(String)

    /// Whether a path is one of those.
    ///
    /// - Parameter path: The path without its query, as it was sent.
    /// - Returns: Whether it is.
    package func matches(_ path: String) -> Bool {
        switch self {
        case .exact(let text): path == text
        case .prefix(let text): path.utf8.starts(with: text.utf8)
        case .glob(let text): Self.matches(Array(path.utf8), glob: Array(text.utf8))
        }
    }

    private static let star = UInt8(ascii: "*")
    private static let slash = UInt8(ascii: "/")

    /// Walks along the path with all places of the pattern that are possible: no pattern makes it
    /// take longer than the product of both lengths.
    private static func matches(_ path: [UInt8], glob: [UInt8]) -> Bool {
        var isPossible = [Bool](repeating: false, count: glob.count + 1)
        isPossible[0] = true
        skipStars(&isPossible, glob)
        for byte in path {
            var next = [Bool](repeating: false, count: glob.count + 1)
            for place in glob.indices where isPossible[place] {
                switch glob[place] {
                case star:
                    let isDouble = place + 1 < glob.count && glob[place + 1] == star
                    if isDouble || byte != slash { next[place] = true }
                case UInt8(ascii: "?"):
                    if byte != slash { next[place + 1] = true }
                case byte:
                    next[place + 1] = true
                default:
                    break
                }
            }
            skipStars(&next, glob)
            isPossible = next
        }
        return isPossible[glob.count]
    }

    /// Adds the place behind each star: it may stand for nothing at all.
    private static func skipStars(_ isPossible: inout [Bool], _ glob: [UInt8]) {
        for place in glob.indices where isPossible[place] && glob[place] == star {
            let isDouble = place + 1 < glob.count && glob[place + 1] == star
            isPossible[place + (isDouble ? 2 : 1)] = true
        }
    }
}
