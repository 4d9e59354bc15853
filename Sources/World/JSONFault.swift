/// Where a text stops being JSON with comments, and what was expected there.
///
/// The decoder only says that a text is broken. This looks for the place, once that is known; it
/// judges structure and is lenient about numbers and escapes, so it may find nothing.
package struct JSONFault: Error, Hashable, CustomStringConvertible {
    /// The line, from 1; 0 where the place cannot be told.
    package let line: Int

    /// The column in bytes, from 1; 0 where the place cannot be told.
    package let column: Int

    /// What was expected there.
    package let problem: String

    /// Place and problem, for a sentence that begins with the file.
    package var description: String {
        line == 0 ? problem : "line \(line), column \(column): \(problem)"
    }

    /// The structure is sound: what is left to be wrong stands inside a single value.
    static let insideValue = JSONFault(
        problem: "a number, an escape or a character in it is broken"
    )

    private init(problem: String) {
        line = 0
        column = 0
        self.problem = problem
    }

    /// Looks for the first fault.
    ///
    /// - Parameter bytes: The text in UTF-8.
    /// - Returns: The fault, or nil when the structure is sound.
    static func first(in bytes: [UInt8]) -> JSONFault? {
        var scanner = JSONScanner(bytes: bytes)
        do throws(JSONScanner.Fault) {
            try scanner.skipDocument()
            return nil
        } catch {
            return JSONFault(error, in: bytes)
        }
    }

    /// Looks for the first member whose object has another one of the same name.
    ///
    /// The decoder keeps one of the two and says nothing.
    ///
    /// - Parameter bytes: The text in UTF-8, which the decoder takes.
    /// - Returns: The second member's place, or nil when there is none.
    static func firstRepeatedMember(in bytes: [UInt8]) -> JSONFault? {
        var scanner = JSONScanner(bytes: bytes)
        // Whatever the scanner does not understand, the decoder has understood.
        try? scanner.skipDocument()
        return scanner.repeatedMember.map { JSONFault($0, in: bytes) }
    }

    private init(_ fault: JSONScanner.Fault, in bytes: [UInt8]) {
        let before = bytes.prefix(fault.offset)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        column = fault.offset - lineStart + 1
        problem = fault.problem
    }
}

/// Walks over JSON with the liberties of JSON5: comments, trailing commas, bare keys, `'`.
private struct JSONScanner {
    /// What is wrong, and at which byte.
    struct Fault: Error {
        let offset: Int
        let problem: String
    }

    /// The deepest nesting that is followed; the decoder has a similar limit.
    private static let depthMax = 500

    /// The first member whose name its object has already; the walk goes on.
    private(set) var repeatedMember: Fault?

    private let bytes: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Walks over one value and nothing after it.
    mutating func skipDocument() throws(Fault) {
        try skipValue(depth: 0)
        try skipSpace()
        guard offset == bytes.count else { throw fault("nothing more is expected here") }
    }

    private mutating func skipValue(depth: Int) throws(Fault) {
        try skipSpace()
        guard depth < Self.depthMax else { throw fault("the nesting is too deep") }
        switch current {
        case UInt8(ascii: "{"): try skipMembers(depth: depth)
        case UInt8(ascii: "["): try skipElements(depth: depth)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): try skipText()
        default: try skipWord("a value is expected here")
        }
    }

    private mutating func skipMembers(depth: Int) throws(Fault) {
        offset += 1
        var names: Set<ArraySlice<UInt8>> = []
        while true {
            try skipSpace()
            if try take("}", orEndOf: "an object: } is missing") { return }
            let start = offset
            let isQuoted = current == UInt8(ascii: "\"") || current == UInt8(ascii: "'")
            if isQuoted { try skipText() } else { try skipWord("a key is expected here") }
            let name = bytes[start..<offset]
            let isNew = names.insert(isQuoted ? name.dropFirst().dropLast() : name).inserted
            if !isNew, repeatedMember == nil {
                repeatedMember = Fault(offset: start, problem: "a second member of the same name")
            }
            try skipSpace()
            guard try take(":", orEndOf: "a member") else { throw fault("a colon is missing") }
            try skipValue(depth: depth + 1)
            try skipSpace()
            if try take(",", orEndOf: "an object: } is missing") { continue }
            guard try take("}", orEndOf: "an object") else { throw fault("a comma is missing") }
            return
        }
    }

    private mutating func skipElements(depth: Int) throws(Fault) {
        offset += 1
        while true {
            try skipSpace()
            if try take("]", orEndOf: "a list: ] is missing") { return }
            try skipValue(depth: depth + 1)
            try skipSpace()
            if try take(",", orEndOf: "a list: ] is missing") { continue }
            guard try take("]", orEndOf: "a list") else { throw fault("a comma is missing") }
            return
        }
    }

    private mutating func skipText() throws(Fault) {
        let start = offset
        let quote = bytes[start]
        offset += 1
        while let byte = current, byte != quote {
            guard byte != UInt8(ascii: "\n") else { break }
            offset += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        guard current == quote else {
            offset = start
            throw fault("this text has no closing quote on its line")
        }
        offset += 1
    }

    /// Walks over `true`, `null`, a number or a bare key.
    private mutating func skipWord(_ expectation: String) throws(Fault) {
        let start = offset
        while let byte = current, Self.isWord(byte) { offset += 1 }
        guard offset > start else { throw fault(expectation) }
    }

    private mutating func skipSpace() throws(Fault) {
        while let byte = current {
            if byte == UInt8(ascii: "/") {
                try skipComment()
            } else if [0x20, 0x09, 0x0a, 0x0d].contains(byte) {
                offset += 1
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(Fault) {
        let start = offset
        offset += 2
        switch start + 1 < bytes.count ? bytes[start + 1] : 0 {
        case UInt8(ascii: "/"):
            while let byte = current, byte != UInt8(ascii: "\n") { offset += 1 }
        case UInt8(ascii: "*"):
            while offset + 1 < bytes.count {
                offset += 1
                guard bytes[offset - 1] == UInt8(ascii: "*"), bytes[offset] == UInt8(ascii: "/")
                else { continue }
                offset += 1
                return
            }
            offset = start
            throw fault("this comment has no end")
        default:
            offset = start
            throw fault("a comment begins with // or /*")
        }
    }

    private mutating func take(
        _ sign: Unicode.Scalar,
        orEndOf whole: String
    ) throws(Fault) -> Bool {
        guard let byte = current else { throw fault("the text ends within \(whole)") }
        guard byte == UInt8(ascii: sign) else { return false }
        offset += 1
        return true
    }

    private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func fault(_ problem: String) -> Fault {
        Fault(offset: min(offset, bytes.count), problem: problem)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"),
            UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"), 0x80...:
            true
        default: false
        }
    }
}
