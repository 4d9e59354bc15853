/// How a list of environment variables is written for whoever reads it.
///
/// Every format carries every value whole: line breaks, quotation marks, dollar signs, all of
/// Unicode. What an environment cannot hold, a zero byte, no value has.
package enum EnvironmentFormat: String, CaseIterable, Sendable {
    /// One JSON object, in the order of the table.
    case json
    /// `export` lines for a POSIX shell: `eval "$(curl …)"` or `. ./env.sh`.
    case sh
    /// A `.env` file as python-dotenv, Node's dotenv, Ruby's and Docker Compose read it.
    case dotenv
    /// What a step appends to `$GITHUB_ENV`.
    case github
    /// `$env:` lines for PowerShell: `Invoke-Expression`.
    case powershell

    /// The media type of the text.
    package var mediaType: String {
        self == .json ? "application/json" : "text/plain; charset=utf-8"
    }

    /// Writes variables.
    ///
    /// - Parameter variables: Names of letters, digits and `_`, with their values.
    /// - Returns: The text, with a final line break unless it is empty.
    package func text(_ variables: [EnvironmentVariable]) -> String {
        if self == .json { return Self.json(variables) }
        return variables.map { line($0) + "\n" }.joined()
    }

    private func line(_ variable: EnvironmentVariable) -> String {
        let (name, value) = (variable.name, variable.value)
        if let joint = variable.joint { return appendingLine(name, value, after: joint) }
        return line(name, value)
    }

    /// Only a program can look whether there is something to append to.
    private func appendingLine(_ name: String, _ value: String, after joint: String) -> String {
        switch self {
        case .sh: #"export \#(name)="${\#(name):+$\#(name)\#(joint)}"\#(Self.shellQuoted(value))"#
        case .powershell:
            "$env:\(name) = $(if ($env:\(name)) { $env:\(name) + '\(joint)' }) + "
                + Self.powershellQuoted(value)
        case .json, .dotenv, .github: line(name, value)
        }
    }

    private func line(_ name: String, _ value: String) -> String {
        switch self {
        case .json: Self.jsonQuoted(name) + ": " + Self.jsonQuoted(value)
        case .sh: "export \(name)=\(Self.shellQuoted(value))"
        case .dotenv: "\(name)=\(Self.dotenvQuoted(value))"
        case .github: Self.githubEntry(name, value)
        case .powershell: "$env:\(name) = \(Self.powershellQuoted(value))"
        }
    }

    /// The text as one word of a POSIX shell: in apostrophes, where nothing has a meaning.
    ///
    /// - Parameter text: Any text.
    /// - Returns: The word.
    package static func shellQuoted(_ text: String) -> String {
        "'" + text.replacing(bytes: "'", with: #"'\''"#) + "'"
    }

    /// In apostrophes, between which every reader takes line breaks and `#` as they stand.
    ///
    /// Only python-dotenv undoes `\\` and `\'` there. What holds one of these, or a carriage
    /// return, goes between quotation marks, where python-dotenv undoes exactly what is done here;
    /// readers that put variables in would do so after a `$` in such a value, and in no other.
    private static func dotenvQuoted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let isPlain = !bytes.indices.contains { index in
            switch bytes[index] {
            case 0x27, 0x0D: true
            // A backslash counts before another one and before the apostrophe that ends the value.
            case 0x5C: index + 1 == bytes.count || bytes[index + 1] == 0x5C
            default: false
            }
        }
        guard !isPlain else { return "'\(text)'" }
        let escaped = text.replacing(bytes: "\\", with: #"\\"#)
            .replacing(bytes: "\"", with: #"\""#)
            .replacing(bytes: "\r", with: #"\r"#)
            .replacing(bytes: "\n", with: #"\n"#)
        return "\"\(escaped)\""
    }

    /// The form for several lines, whose end mark must not stand in the value.
    private static func githubEntry(_ name: String, _ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
            return "\(name)=\(value)"
        }
        var mark = "END_OF_\(name)"
        while value.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
            .contains(where: { $0.elementsEqual(mark.utf8) })
        { mark += "_" }
        return "\(name)<<\(mark)\n\(value)\n\(mark)"
    }

    /// In apostrophes, of which PowerShell knows five: it takes each for all of them.
    private static func powershellQuoted(_ text: String) -> String {
        var quoted = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'", "\u{2018}", "\u{2019}", "\u{201A}", "\u{201B}":
                quoted.unicodeScalars.append(scalar)
            default: break
            }
            quoted.unicodeScalars.append(scalar)
        }
        return "'\(quoted)'"
    }

    private static func json(_ variables: [EnvironmentVariable]) -> String {
        let members = variables.map { "  \(EnvironmentFormat.json.line($0.name, $0.value))" }
        return "{\n" + members.joined(separator: ",\n") + (members.isEmpty ? "}\n" : "\n}\n")
    }

    /// RFC 8259 section 7.
    private static func jsonQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += #"\""#
            case "\\": quoted += #"\\"#
            case "\n": quoted += #"\n"#
            case "\r": quoted += #"\r"#
            case "\t": quoted += #"\t"#
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// One variable of an environment.
package struct EnvironmentVariable: Sendable, Hashable {
    /// Its name.
    package let name: String

    /// Its value.
    package let value: String

    /// What stands between the value that a variable may have already and this one, which is
    /// appended; nil replaces.
    package let joint: String?

    /// Makes a variable.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - value: Its value.
    ///   - joint: What stands between an older value and this one; nil replaces it.
    package init(_ name: String, _ value: String, appendedAfter joint: String? = nil) {
        self.name = name
        self.value = value
        self.joint = joint
    }

    /// The variable where its older value is known.
    ///
    /// - Parameter older: That value; nil or empty where there is none.
    /// - Returns: A variable that replaces.
    package func appended(to older: String?) -> EnvironmentVariable {
        guard let joint, let older, !older.isEmpty else { return EnvironmentVariable(name, value) }
        return EnvironmentVariable(name, older + joint + value)
    }
}

extension String {
    /// Replaces every occurrence of one ASCII character, also where a combining character follows
    /// it: such a pair is another `Character`, and the readers of these formats know bytes.
    fileprivate func replacing(bytes character: Unicode.Scalar, with text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar == character {
                result.append(contentsOf: text.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
