internal import OpenSSLBridge

/// A body as it may be shown: without passwords, private keys and tokens, and as text where it is.
///
/// It works on bytes and not on a parsed value, because a body may be cut, broken or no JSON at
/// all, and what is secret must stay so then too.
package enum BodyMask {
    /// A body to show.
    package enum Shown: Sendable, Hashable {
        /// Text, masked.
        case text(String)
        /// Bytes that are no text, in base64.
        case base64(String)
    }

    /// Masks a body.
    ///
    /// - Parameters:
    ///   - body: The bytes, perhaps cut.
    ///   - contentType: The value of `content-type`.
    /// - Returns: What may be shown.
    package static func show(_ body: [UInt8], contentType: String?) -> Shown {
        let type = (contentType ?? "").lowercased()
        // A file with a private key, whatever is around it.
        if type.contains("pkcs12") || type.contains("pkcs-12") || type.contains("pkcs8") {
            return .text(SecretMask.hidden)
        }
        guard let text = validText(body) else { return .base64(Base64.encode(body)) }
        if type.hasPrefix("application/x-www-form-urlencoded") {
            return .text(SecretMask.query(text))
        }
        let masked = SecretMask.tokens(in: members(in: withoutPrivateKeys(body)))
        return .text(String(decoding: masked, as: UTF8.self))
    }

    /// The text, also where the cut went through a character; nil where it is none.
    private static func validText(_ body: [UInt8]) -> String? {
        for cut in 0...min(3, body.count) {
            if let text = String(validating: body.dropLast(cut), as: UTF8.self) { return text }
        }
        return nil
    }
}

// MARK: - JSON

extension BodyMask {
    /// Masks the texts of members with telling names.
    private static func members(in bytes: [UInt8]) -> [UInt8] {
        var shown: [UInt8] = []
        var copied = 0
        var index = 0
        while index < bytes.count {
            guard bytes[index] == quote else {
                index += 1
                continue
            }
            let name = text(in: bytes, from: index)
            index = name.end
            guard let begin = valueText(in: bytes, from: index) else { continue }
            let unescaped = unescaped(bytes[name.content])
            guard SecretMask.isSecret(name: unescaped) else { continue }
            let value = text(in: bytes, from: begin)
            shown += bytes[copied..<value.content.lowerBound]
            shown += replacement(of: bytes[value.content], named: unescaped).utf8
            copied = value.content.upperBound
            index = value.end
        }
        return copied == 0 ? bytes : shown + bytes[copied...]
    }

    private static let quote = UInt8(ascii: "\"")

    private static func replacement(of value: ArraySlice<UInt8>, named name: String) -> String {
        guard !value.isEmpty else { return "" }
        if SecretMask.isPassword(name: name) { return SecretMask.hidden }
        return SecretMask.text(unescaped(value))
    }

    /// The text that begins with the quotation mark at an index; one without end ends with all.
    private static func text(
        in bytes: [UInt8],
        from start: Int
    ) -> (content: Range<Int>, end: Int) {
        var index = start + 1
        while index < bytes.count, bytes[index] != quote {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        let stop = min(index, bytes.count)
        return ((start + 1)..<stop, min(stop + 1, bytes.count))
    }

    /// Where the text begins that is the value of the name before; nil where there is none.
    private static func valueText(in bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        var hasColon = false
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: break
            case UInt8(ascii: ":") where !hasColon: hasColon = true
            case quote where hasColon: return index
            default: return nil
            }
            index += 1
        }
        return nil
    }

    /// A text without its escapes; the pairs of surrogates do not matter for names and tokens.
    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "\\")) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var scalars = String.UnicodeScalarView()
        var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\\", let escape = rest.popFirst() else {
                scalars.append(scalar)
                continue
            }
            guard escape == "u" else {
                scalars.append(escape)
                continue
            }
            let digits = String(rest.prefix(4))
            rest = rest.dropFirst(4)
            if let code = UInt32(digits, radix: 16), let decoded = Unicode.Scalar(code) {
                scalars.append(decoded)
            }
        }
        return String(scalars)
    }
}

// MARK: - Private keys

extension BodyMask {
    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let privateKey = Array("PRIVATE KEY".utf8)

    /// Takes out what stands between the lines of a PEM private key, with line breaks or `\n`.
    private static func withoutPrivateKeys(_ bytes: [UInt8]) -> [UInt8] {
        var shown: [UInt8] = []
        var copied = 0
        var index = 0
        while let start = find(begin, in: bytes, from: index) {
            let label = start + begin.count
            guard let dashes = find(Array("-----".utf8), in: bytes, from: label),
                find(privateKey, in: bytes, from: label).map({ $0 < dashes }) ?? false
            else {
                index = label
                continue
            }
            let content = dashes + 5
            // Where the end was cut off, the rest is the key.
            let stop = find(end, in: bytes, from: content) ?? bytes.count
            shown += bytes[copied..<content]
            shown += SecretMask.hidden.utf8
            copied = stop
            index = stop
        }
        return copied == 0 ? bytes : shown + bytes[copied...]
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= needle.count + start else { return nil }
        for index in start...(bytes.count - needle.count)
        where bytes[index] == needle[0] && bytes[index...].starts(with: needle) {
            return index
        }
        return nil
    }
}
