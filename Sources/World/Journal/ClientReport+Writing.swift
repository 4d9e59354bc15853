internal import HTTP

extension ClientReport {
    /// How a report is written.
    package enum Format: String, Sendable, Hashable, CaseIterable {
        /// The XML that test servers read; a check is a test case.
        case junit
        /// One JSON object.
        case json
        /// Text with a table, for summaries of builds.
        case markdown

        /// The media type.
        package var contentType: String {
            switch self {
            case .junit: "application/xml"
            case .json: "application/json"
            case .markdown: "text/markdown; charset=utf-8"
            }
        }
    }

    /// Writes the report.
    ///
    /// - Parameter format: How.
    /// - Returns: The text in UTF-8.
    package func written(as format: Format) -> [UInt8] {
        switch format {
        case .junit: Array(junit.utf8)
        case .json: json
        case .markdown: Array(markdown.utf8)
        }
    }

    private static let title = "What the client did well and badly"

    private var droppedText: String? {
        droppedCount == 0
            ? nil : "The journal dropped its oldest \(droppedCount) entries, which are not judged."
    }
}

// MARK: - JUnit

extension ClientReport {
    private var junit: String {
        let counts =
            "tests=\"\(checks.count)\" failures=\"\(count(.bad))\" errors=\"0\""
            + " skipped=\"\(count(.notSeen))\""
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites name=\"mock-digicert-one\" \(counts)>\n"
        text += "  <testsuite name=\"client\" \(counts) time=\"0\">\n"
        for check in checks {
            let name = Self.escaped("\(check.title) (\(check.id))")
            text += "    <testcase classname=\"client\" name=\"\(name)\" time=\"0\""
            let sentence = Self.escaped(check.sentence)
            switch check.verdict {
            case .good:
                text += "/>\n"
            case .notSeen:
                text += ">\n      <skipped message=\"\(sentence)\"/>\n    </testcase>\n"
            case .bad:
                let ids = Self.escaped(check.requestIDs.joined(separator: "\n"))
                text += ">\n      <failure type=\"\(check.id)\" message=\"\(sentence)\">"
                text += ids + "</failure>\n    </testcase>\n"
            }
        }
        if let droppedText { text += "    <system-out>\(droppedText)</system-out>\n" }
        return text + "  </testsuite>\n</testsuites>\n"
    }

    /// XML 1.0 §2.2 has no way to write most control characters, not even as references.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n": escaped += "&#10;"
            case "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
                escaped.unicodeScalars.append(scalar)
            default: escaped += "\u{FFFD}"
            }
        }
        return escaped
    }
}

// MARK: - JSON

extension ClientReport {
    private var json: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 4096)
        writer.beginObject()
        writer.member("version", 1)
        writer.member("requests", requestCount)
        writer.member("dropped", droppedCount)
        writer.member("good", count(.good))
        writer.member("bad", count(.bad))
        writer.member("not_seen", count(.notSeen))
        writer.beginArray("checks")
        for check in checks {
            writer.beginObject()
            writer.member("id", check.id)
            writer.member("title", check.title)
            writer.member("verdict", check.verdict.rawValue)
            writer.member("sentence", check.sentence)
            writer.beginArray("request_ids")
            for id in check.requestIDs { writer.value(id) }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

// MARK: - Markdown

extension ClientReport {
    private var markdown: String {
        var text = "# \(Self.title)\n\n"
        text += "\(requestCount) requests: \(count(.good)) checks good, \(count(.bad)) bad,"
        text += " \(count(.notSeen)) without occasion.\n\n"
        if let droppedText { text += "\(droppedText)\n\n" }
        text += "| | the client … | what was seen |\n|---|---|---|\n"
        for check in checks {
            text += "| \(Self.word(check.verdict)) | \(check.title) (`\(check.id)`) |"
            text += " \(Self.cell(check.sentence)) |\n"
        }
        for check in checks where check.verdict == .bad && !check.requestIDs.isEmpty {
            let ids = check.requestIDs.prefix(20).map { "`\(Self.cell($0))`" }
            text += "\n**\(check.id)**: \(ids.joined(separator: ", "))\n"
        }
        return text
    }

    private static func word(_ verdict: Verdict) -> String {
        switch verdict {
        case .good: "good"
        case .bad: "**bad**"
        case .notSeen: "–"
        }
    }

    /// What may stand in a cell: no line break, no bar, and no tag of a stranger's.
    private static func cell(_ text: String) -> String {
        text.reduce(into: "") { cell, character in
            switch character {
            case "|": cell += "\\|"
            case "<": cell += "&lt;"
            case "`": cell += "'"
            case _ where character.isNewline: cell += " "
            default: cell.append(character)
            }
        }
    }
}
