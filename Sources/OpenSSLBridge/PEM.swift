/// Reads and writes the textual encoding of RFC 7468, strictly: one block and nothing else.
package enum PEM {
    /// Why a text is not exactly one PEM block of the wanted kind.
    package enum Refusal: Error, Hashable {
        /// The text is empty, or white space only.
        case empty
        /// Line breaks arrived as the two characters `\` and `n`.
        case escapedLineBreaks
        /// There is no line `-----BEGIN ...-----`.
        case noBeginLine
        /// Something stands before the `BEGIN` line.
        case leadingText
        /// The block is of another kind than the wanted ones.
        case label(found: String, wanted: String)
        /// No line `-----END ...-----` with the same label follows.
        case noEndLine
        /// There is more than one block.
        case severalBlocks
        /// Something other than white space follows the block.
        case trailingText
        /// What stands between the lines is not base64.
        case base64
    }

    /// Encodes bytes as one block, 64 characters to the line.
    ///
    /// - Parameters:
    ///   - der: The bytes.
    ///   - label: For example `CERTIFICATE`.
    /// - Returns: The text with a final line break.
    package static func encode(_ der: [UInt8], label: String) -> String {
        let characters = Array(Base64.encode(der).utf8)
        var text: [UInt8] = []
        text.reserveCapacity(characters.count + characters.count / 64 + 2 * label.utf8.count + 40)
        text.append(contentsOf: "-----BEGIN \(label)-----\n".utf8)
        for start in stride(from: 0, to: characters.count, by: 64) {
            text.append(contentsOf: characters[start..<min(start + 64, characters.count)])
            text.append(UInt8(ascii: "\n"))
        }
        text.append(contentsOf: "-----END \(label)-----\n".utf8)
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes a text that holds exactly one block.
    ///
    /// White space around the block, CRLF line ends and a missing final line break are fine:
    /// shells and Windows make those. Everything else is refused and not resolved.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - labels: The kinds of block that are wanted, the usual one first.
    /// - Returns: The bytes in the block.
    /// - Throws: ``Refusal``.
    package static func decode(_ text: String, labels: [String]) throws(Refusal) -> [UInt8] {
        let lines = text.utf8.split(omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
        }.map(trimmed).filter { !$0.isEmpty }
        guard let first = lines.first else { throw .empty }
        guard let begin = lines.firstIndex(where: { marker("BEGIN", in: $0) != nil }),
            let label = marker("BEGIN", in: lines[begin])
        else { throw text.contains("\\n") ? .escapedLineBreaks : .noBeginLine }
        guard begin == lines.startIndex, first == lines[begin] else { throw .leadingText }
        guard labels.contains(label) else {
            throw .label(found: label, wanted: labels.first ?? "")
        }

        let body = lines[(begin + 1)...]
        guard let end = body.firstIndex(where: { marker("END", in: $0) != nil }),
            marker("END", in: lines[end]) == label
        else { throw .noEndLine }
        guard end == lines.count - 1 else {
            let isSecond = lines[(end + 1)...].contains { marker("BEGIN", in: $0) != nil }
            throw isSecond ? .severalBlocks : .trailingText
        }

        guard let bytes = Base64.decode(Array(lines[(begin + 1)..<end].joined())), !bytes.isEmpty
        else { throw .base64 }
        return bytes
    }

    /// The same, for callers whose errors are OpenSSL's.
    static func decode(
        _ text: String,
        labels: [String],
        for operation: String
    ) throws(OpenSSLError) -> [UInt8] {
        do throws(Refusal) {
            return try decode(text, labels: labels)
        } catch {
            throw OpenSSLError(operation: operation, reasons: [error.description])
        }
    }

    /// A line without blanks around it.
    static func trimmed(_ line: Substring.UTF8View) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var bytes = ArraySlice(line.drop(while: isBlank))
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return bytes
    }

    /// The label of a line `-----BEGIN label-----`; `nil` when the line is no such line.
    static func marker(_ word: String, in line: ArraySlice<UInt8>) -> String? {
        guard line.first == UInt8(ascii: "-") else { return nil }
        let text = String(decoding: line, as: UTF8.self)
        let prefix = "-----\(word) "
        guard text.hasPrefix(prefix), text.hasSuffix("-----"), text.count >= prefix.count + 5
        else { return nil }
        let label = text.dropFirst(prefix.count).dropLast(5)
        // Real labels are short and in capitals; whatever else stands there is not repeated.
        let isLabel =
            label.utf8.count <= 40
            && label.allSatisfy { character in
                ("A"..."Z").contains(character) || ("0"..."9").contains(character)
                    || character == " "
            }
        return isLabel ? String(label) : nil
    }
}

extension PEM.Refusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "the text is empty"
        case .escapedLineBreaks:
            "the line breaks arrived as the two characters \\ and n, not as line breaks"
        case .noBeginLine: "there is no line -----BEGIN ...-----"
        case .leadingText: "there is text before the line -----BEGIN ...-----"
        case .label(let found, let wanted): "the block is \(found), wanted is \(wanted)"
        case .noEndLine: "the line -----END ...----- of the block is missing"
        case .severalBlocks: "there is more than one block"
        case .trailingText: "there is text after the line -----END ...-----"
        case .base64: "the block is not base64"
        }
    }
}
