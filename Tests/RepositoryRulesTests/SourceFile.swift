/// One Swift file of the repository, as text and as code without comments and literals.
struct SourceFile: Sendable {
    /// The path from the repository's root, with `/` between its parts.
    let path: String

    /// The lines as written.
    let lines: [String]

    /// The same lines with every comment and every string's content replaced by blanks.
    ///
    /// A word inside a comment or a literal is no use of what it names, so rules look here.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = Self.split(Array(text.utf8))
        code = Self.split(CodeMask.masking(Array(text.utf8)))
    }

    /// The names of the target's folder and of the file: `Sources/HTTP/Fields.swift` is in `HTTP`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// The file's name without its folder and without `.swift`.
    var name: String {
        let last = path.split(separator: "/").last ?? ""
        return last.hasSuffix(".swift") ? String(last.dropLast(6)) : String(last)
    }

    /// True for what the product is made of, false for its tests.
    var isProduct: Bool { path.hasPrefix("Sources/") }

    private static func split(_ bytes: [UInt8]) -> [String] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// Blanks out comments and the contents of string literals, keeping every line break.
struct CodeMask {
    private let bytes: [UInt8]
    private var output: [UInt8]
    private var index = 0

    /// Masks one file.
    ///
    /// - Parameter bytes: The file's text in UTF-8.
    /// - Returns: As many bytes, with blanks where comments and string contents stood.
    static func masking(_ bytes: [UInt8]) -> [UInt8] {
        var mask = CodeMask(bytes: bytes)
        mask.maskCode(untilParenthesis: false)
        return mask.output
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        output = bytes
    }

    /// Walks code to its end, or to the parenthesis that closes an interpolation.
    private mutating func maskCode(untilParenthesis: Bool) {
        var depth = 0
        while index < bytes.count {
            if isAt("//") {
                maskLineComment()
            } else if isAt("/*") {
                maskBlockComment()
            } else if let literal = literalStart() {
                maskString(literal)
            } else {
                if bytes[index] == UInt8(ascii: "(") { depth += 1 }
                if bytes[index] == UInt8(ascii: ")") {
                    if untilParenthesis && depth == 0 { return }
                    depth -= 1
                }
                index += 1
            }
        }
    }

    private mutating func maskLineComment() {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank() }
    }

    private mutating func maskBlockComment() {
        var depth = 0
        while index < bytes.count {
            if isAt("/*") {
                depth += 1
                blank(2)
            } else if isAt("*/") {
                depth -= 1
                blank(2)
                if depth == 0 { return }
            } else {
                blank()
            }
        }
    }

    private struct Literal {
        let poundCount: Int
        let isMultiline: Bool
    }

    private func literalStart() -> Literal? {
        var cursor = index
        while cursor < bytes.count, bytes[cursor] == UInt8(ascii: "#") { cursor += 1 }
        guard isAt("\"", cursor) else { return nil }
        return Literal(poundCount: cursor - index, isMultiline: isAt("\"\"\"", cursor))
    }

    private mutating func maskString(_ literal: Literal) {
        let quoteCount = literal.isMultiline ? 3 : 1
        let pounds = String(repeating: "#", count: literal.poundCount)
        let terminator = String(repeating: "\"", count: quoteCount) + pounds
        index += literal.poundCount + quoteCount
        while index < bytes.count {
            if isAt(terminator) {
                index += terminator.utf8.count
                return
            }
            if !literal.isMultiline, bytes[index] == UInt8(ascii: "\n") { return }
            if isAt("\\" + pounds + "(") {
                blank(2 + literal.poundCount)
                maskCode(untilParenthesis: true)
                blank()
            } else if isAt("\\" + pounds) {
                blank(2 + literal.poundCount)
            } else {
                blank()
            }
        }
    }

    private func isAt(_ text: String, _ start: Int? = nil) -> Bool {
        var cursor = start ?? index
        for byte in text.utf8 {
            guard cursor < bytes.count, bytes[cursor] == byte else { return false }
            cursor += 1
        }
        return true
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where index < bytes.count {
            if bytes[index] != UInt8(ascii: "\n") { output[index] = UInt8(ascii: " ") }
            index += 1
        }
    }
}
