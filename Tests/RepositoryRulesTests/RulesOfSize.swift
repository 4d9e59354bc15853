/// The limits on files, functions and lines.
enum SizeLimits {
    static let fileLinesMax = 400
    static let functionLinesMax = 60
    static let lineCharactersMax = 100
}

extension Rule {
    /// What keeps every piece small enough to be read at once.
    static let ofSize: [Rule] = [
        perFile(
            "a file has at most \(SizeLimits.fileLinesMax) lines",
            remedy: "Split it by responsibility."
        ) { file in
            guard file.lines.count > SizeLimits.fileLinesMax else { return [] }
            return [
                Finding(
                    path: file.path,
                    line: file.lines.count,
                    what: "\(file.lines.count) lines"
                )
            ]
        },
        perFile(
            "a line has at most \(SizeLimits.lineCharactersMax) characters",
            remedy: "Break it; `swift format -i` breaks code, not comments or literals."
        ) { file in
            file.lines.enumerated().compactMap { index, line in
                guard line.count > SizeLimits.lineCharactersMax else { return nil }
                return Finding(
                    path: file.path,
                    line: index + 1,
                    what: "\(line.count) characters"
                )
            }
        },
        perFile(
            "a function has at most \(SizeLimits.functionLinesMax) lines",
            remedy: "Give a part of it a name of its own."
        ) { file in
            functionLengths(in: file.code).compactMap { start, length in
                guard length > SizeLimits.functionLinesMax else { return nil }
                return Finding(path: file.path, line: start, what: "\(length) lines")
            }
        },
    ]

    /// The first line (from 1) and the length of each function, initializer and deinitializer.
    private static func functionLengths(in code: [String]) -> [(start: Int, length: Int)] {
        code.indices.compactMap { start in
            let line = code[start]
            let declaresInitializer =
                !line.containsWord(".init")
                && (line.containsWord("init(") || line.containsWord("init<"))
            let declares =
                line.containsWord("func ") || declaresInitializer || line.containsWord("deinit {")
            guard declares, let end = endOfBody(from: start, in: code) else { return nil }
            return (start + 1, end - start + 1)
        }
    }

    /// The line of the brace that closes the body, or nil where the declaration has no body.
    private static func endOfBody(from start: Int, in code: [String]) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in start..<code.count {
            for byte in code[index].utf8 {
                switch byte {
                case UInt8(ascii: "("): parentheses += 1
                case UInt8(ascii: ")"): parentheses -= 1
                case UInt8(ascii: "{"): braces += 1
                case UInt8(ascii: "}"):
                    braces -= 1
                    if braces <= 0 && parentheses == 0 { return braces == 0 ? index : nil }
                default: break
                }
            }
            // Without an opening brace the declaration ends where the next one begins.
            if braces == 0 && parentheses == 0 && index > start {
                let next = code[index].trimmed
                if next.isEmpty || next.containsWord("func ") { return nil }
            }
        }
        return nil
    }
}
