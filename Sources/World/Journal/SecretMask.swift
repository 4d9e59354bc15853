internal import HTTP
internal import OpenSSLBridge

/// What stands in the place of a secret: how it begins, and a digest by which equals are told.
///
/// `SERVICE_…(sha256 1a2b3c4d)`: whoever has the key can find it, nobody can use it.
package enum SecretMask {
    /// What stands for something that nobody needs to compare, such as a password.
    package static let hidden = "(masked)"

    /// Masks a key or a token.
    ///
    /// - Parameter secret: The secret.
    /// - Returns: Its first eight characters, where it has twice as many, and its digest's.
    package static func text(_ secret: String) -> String {
        guard !secret.isEmpty else { return "" }
        let digest = hexadecimal(Digest.sha256(Array(secret.utf8)).prefix(4))
        let isLong =
            secret.utf8.count >= 16 && secret.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        return (isLong ? String(secret.prefix(8)) : "") + "…(sha256 \(digest))"
    }

    /// Masks what is secret in the value of a header field.
    ///
    /// - Parameters:
    ///   - name: The field's name in lower case.
    ///   - value: Its value.
    /// - Returns: The value as it may be shown.
    package static func field(_ name: String, _ value: String) -> String {
        switch name {
        case "x-api-key":
            return text(value)
        case "authorization", "proxy-authorization":
            guard let space = value.firstIndex(of: " ") else { return text(value) }
            return value[...space] + text(String(value[value.index(after: space)...]))
        case "cookie":
            return value.split(separator: ";").map { cookie(trimmed($0)) }.joined(separator: "; ")
        case "set-cookie":
            let parts = value.split(separator: ";", maxSplits: 1)
            guard let first = parts.first else { return "" }
            return cookie(trimmed(first)) + (parts.count == 2 ? ";" + parts[1] : "")
        case "referer", "location", "content-location":
            return reference(value)
        default:
            return isSecret(name: name) || isPublicToken(value) ? text(value) : tokens(in: value)
        }
    }

    /// Masks what is secret in a path, segment by segment.
    ///
    /// - Parameter path: The path, still encoded.
    /// - Returns: The path as it may be shown.
    package static func path(_ path: String) -> String {
        // Nearly no path has any of these, and every secret has.
        guard path.utf8.contains(where: { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "%") })
        else { return path }
        let shown = path.split(separator: "/", omittingEmptySubsequences: false).map { segment in
            let plain = decoded(String(segment))
            return isPublicToken(plain) ? text(plain) : tokens(in: String(segment))
        }
        return shown.joined(separator: "/")
    }

    /// Masks what is secret in a URL or a part of one.
    private static func reference(_ url: String) -> String {
        guard let mark = url.firstIndex(of: "?") else { return path(url) }
        let rest = url[url.index(after: mark)...]
        let end = rest.firstIndex(of: "#") ?? rest.endIndex
        return path(String(url[..<mark])) + "?" + query(String(rest[..<end])) + rest[end...]
    }

    /// Masks what is secret in a query, pair by pair.
    ///
    /// - Parameter query: What follows the question mark, still encoded.
    /// - Returns: The query as it may be shown.
    package static func query(_ query: String) -> String {
        query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            guard let equals = pair.firstIndex(of: "=") else { return tokens(in: String(pair)) }
            let value = String(pair[pair.index(after: equals)...])
            let name = String(pair[..<equals])
            let masked = parameter(name: decoded(name), value: decoded(value))
            return name + "=" + (masked ?? value)
        }.joined(separator: "&")
    }

    /// Masks the value of a parameter where it is secret.
    ///
    /// - Parameters:
    ///   - name: The name, decoded.
    ///   - value: The value, decoded.
    /// - Returns: What to show instead; nil where the value is no secret.
    package static func parameter(name: String, value: String) -> String? {
        guard !value.isEmpty else { return nil }
        if isPassword(name: name) { return hidden }
        if isSecret(name: name) || isPublicToken(value) { return text(value) }
        let masked = tokens(in: value)
        return masked == value ? nil : masked
    }

    /// Whether a query gives a secret away, which ends up in the logs of everything on the way.
    ///
    /// - Parameter query: What follows the question mark, still encoded.
    /// - Returns: The names of the parameters that do.
    package static func secretParameters(in query: String?) -> [String] {
        (query ?? "").split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map { decoded(String($0)) }
            guard parts.count == 2, parameter(name: parts[0], value: parts[1]) != nil else {
                return nil
            }
            return parts[0]
        }
    }

    /// Whether a member, parameter or field of this name holds a secret.
    static func isSecret(name: String) -> Bool {
        isPassword(name: name) || secretNames.contains(plain(name))
    }

    /// Whether a member or parameter of this name is hidden whole.
    static func isPassword(name: String) -> Bool { passwordNames.contains(plain(name)) }

    private static let passwordNames: Set<String> = [
        "password", "passwd", "passphrase", "pkcs12", "pfx", "privatekey", "keystore", "key",
        "secretkey", "clientsecret", "pwd", "pass",
    ]

    private static let secretNames: Set<String> = [
        "token", "apikey", "xapikey", "accesstoken", "apitoken", "apiaccesstoken", "refreshtoken",
        "authorization", "secret", "bearer", "xauthtoken", "ticket", "devkey", "xdcdevkey",
    ]

    /// A name without what differs between `api-key`, `api_key` and `apiKey`.
    private static func plain(_ name: String) -> String {
        name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != "." && $0 != " " }
    }

    /// Whether a text is one of the tokens that stand in the tutorial, perhaps with a world's name.
    private static func isPublicToken(_ text: String) -> Bool {
        let name = text.prefix { $0 != "." }
        return ["SERVICE_USER_TOKEN", "SERVICE_API_KEY", "ADMIN_API_TOKEN", "VIEW_ONLY_API_TOKEN"]
            .contains { $0 == name }
    }

    private static func decoded(_ text: String) -> String { PercentEncoding.decode(text) ?? text }

    private static func cookie(_ pair: Substring) -> String {
        guard let equals = pair.firstIndex(of: "=") else { return text(String(pair)) }
        return pair[...equals] + text(String(pair[pair.index(after: equals)...]))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        text.drop { $0 == " " }
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.reduce(into: "") { text, byte in
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}

// MARK: - Tokens in running text

extension SecretMask {
    /// How a token that the API makes looks: `01`, 24 hexadecimal digits, `_`, 64 more.
    private static let tokenHeadCount = 26
    private static let tokenByteCount = 91

    /// Masks everything that has the form of a token, wherever it stands.
    ///
    /// - Parameter value: Any text.
    /// - Returns: The text without tokens.
    package static func tokens(in value: String) -> String {
        // Nearly no text has one, and most is shorter.
        guard value.utf8.count >= tokenByteCount, value.utf8.contains(UInt8(ascii: "_")) else {
            return value
        }
        let masked = tokens(in: Array(value.utf8))
        return String(decoding: masked, as: UTF8.self)
    }

    /// The same for bytes.
    static func tokens(in bytes: [UInt8]) -> [UInt8] {
        var shown: [UInt8] = []
        var start = 0
        var index = tokenHeadCount
        while index + 64 < bytes.count {
            guard bytes[index] == UInt8(ascii: "_"), isToken(bytes[(index - 26)..<(index + 65)])
            else {
                index += 1
                continue
            }
            let begin = index - tokenHeadCount
            shown += bytes[start..<begin]
            let secret = String(decoding: bytes[begin..<(begin + tokenByteCount)], as: UTF8.self)
            shown += text(secret).utf8
            start = begin + tokenByteCount
            index = start + tokenHeadCount
        }
        return start == 0 ? bytes : shown + bytes[start...]
    }

    private static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.starts(with: "01".utf8)
            && bytes.enumerated().allSatisfy { offset, byte in
                offset == tokenHeadCount || isHexadecimal(byte)
            }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
