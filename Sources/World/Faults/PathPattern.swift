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
        var places: Set<Int> = [0]
        skipStars(&places, glob)
        for byte in path {
            var next: Set<Int> = []
            for place in places where place < glob.count {
                switch glob[place] {
                case star:
                    let isDouble = place + 1 < glob.count && glob[place + 1] == star
                    if isDouble || byte != slash { next.insert(place) }
                case UInt8(ascii: "?"):
                    if byte != slash { next.insert(place + 1) }
                case byte:
                    next.insert(place + 1)
                default:
                    break
                }
            }
            skipStars(&next, glob)
            places = next
        }
        return places.contains(glob.count)
    }

    /// Adds the places behind each star: it may stand for nothing at all.
    private static func skipStars(_ places: inout Set<Int>, _ glob: [UInt8]) {
        for place in places {
            var behind = place
            while behind < glob.count, glob[behind] == star {
                let isDouble = behind + 1 < glob.count && glob[behind + 1] == star
                behind += isDouble ? 2 : 1
                places.insert(behind)
            }
        }
    }
}
