import AccountModel
package import ControlAPI
package import World

/// The checked value of a setting.
package enum SettingValue: Sendable, Hashable {
    /// Nobody gave one, and the program has to find its own.
    case unset
    case integer(Int)
    case flag(Bool)
    case text(String)
    case list([String])
    case secret(BearerToken)
}

extension SettingValue: CustomStringConvertible {
    /// The value as `check` prints it.
    package var description: String {
        switch self {
        case .unset: "(not set)"
        case .integer(let number): String(number)
        case .flag(let isOn): String(isOn)
        case .text(let text): text
        case .secret(let token): token.description
        case .list(let items): items.isEmpty ? "(none)" : items.joined(separator: ", ")
        }
    }
}

/// A value as somebody wrote it, before anything about it is known to be right.
package enum WrittenValue: Sendable, Hashable {
    /// From a flag or the environment, where everything is text.
    case text(String)
    /// From the configuration file, where a value has a type.
    case json(JSONTree)
}

extension Setting {
    /// What is wrong with a written value and what to give instead.
    package struct Objection: Error, Hashable {
        /// What was found.
        let problem: String
        /// What to do about it.
        let remedy: String
    }

    /// Checks a written value against the setting's kind.
    ///
    /// - Parameter written: The value as given.
    /// - Returns: The checked value.
    /// - Throws: ``Objection`` when it is not one.
    package func check(_ written: WrittenValue) throws(Objection) -> SettingValue {
        switch kind {
        case .integer(let range):
            return .integer(try integer(written, in: range))
        case .oneOfIntegers(let choices):
            let number = try integer(written, in: 0...Int.max)
            guard choices.contains(number) else {
                throw notOneOf(choices.map { String($0) }, written)
            }
            return .integer(number)
        case .oneOf(let choices):
            let text = try text(written)
            guard choices.contains(text) else { throw notOneOf(choices, written) }
            return .text(text)
        case .flag:
            return .flag(try flag(written))
        case .path:
            return .text(try path(written))
        case .time:
            return .text(try time(written))
        case .addresses:
            return .list(try addresses(written))
        case .names:
            return .list(try names(written))
        case .secret:
            return .secret(try secret(written))
        case .url(let schemes):
            return .text(try url(written, schemes: schemes))
        case .portRange:
            return .text(try portRange(written))
        }
    }

    private func integer(
        _ written: WrittenValue,
        in range: ClosedRange<Int>
    ) throws(Objection) -> Int {
        let remedy =
            range.upperBound == Int.max
            ? "give a whole number"
            : "give a whole number from \(range.lowerBound) to \(range.upperBound)"
        let number: Int? =
            switch written {
            case .text(let text): text.allSatisfy(\.isASCIIDigit) ? Int(text) : nil
            case .json(.integer(let number)): number
            case .json: nil
            }
        guard let number else {
            throw Objection(problem: "\(written) is not a whole number", remedy: remedy)
        }
        guard range.contains(number) else {
            throw Objection(problem: "\(number) is out of range", remedy: remedy)
        }
        return number
    }

    private func text(_ written: WrittenValue) throws(Objection) -> String {
        switch written {
        case .text(let text), .json(.text(let text)): return text
        case .json: throw Objection(problem: "\(written) is not a string", remedy: "give a string")
        }
    }

    private func flag(_ written: WrittenValue) throws(Objection) -> Bool {
        switch written {
        case .text("true"), .text("1"), .json(.flag(true)): return true
        case .text("false"), .text("0"), .json(.flag(false)): return false
        case .text, .json: throw notOneOf(["true", "false"], written)
        }
    }

    private func path(_ written: WrittenValue) throws(Objection) -> String {
        let path = try text(written)
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw Objection(problem: "the path is empty", remedy: "give the path of a file")
        }
        return path
    }

    private func time(_ written: WrittenValue) throws(Objection) -> String {
        let text = try text(written)
        guard Timestamp.parse(iso8601: text) != nil else {
            throw Objection(
                problem: "\(written) is not a time",
                remedy: "give one in UTC such as 2025-10-20T00:00:00Z"
            )
        }
        return text
    }

    private func list(_ written: WrittenValue) throws(Objection) -> [String] {
        switch written {
        case .text(let text), .json(.text(let text)):
            return text.split(separator: ",").map { String($0.trimmingSpaces) }
        case .json(.array(let elements)):
            var items: [String] = []
            for element in elements {
                guard case .text(let item) = element else {
                    throw Objection(
                        problem: "\(element) is not a string",
                        remedy: "give an array of strings"
                    )
                }
                items.append(item)
            }
            return items
        case .json:
            throw Objection(
                problem: "\(written) is not a list",
                remedy: "give an array of strings"
            )
        }
    }

    private func addresses(_ written: WrittenValue) throws(Objection) -> [String] {
        let remedy = "give IP addresses such as 0.0.0.0 or ::, or the word loopback"
        var addresses: [String] = []
        for item in try list(written) {
            switch item {
            case "loopback", "localhost":
                addresses += Setting.loopbackAddresses
            default:
                guard let address = IPAddress.canonical(item) else {
                    throw Objection(problem: "\"\(item)\" is not an IP address", remedy: remedy)
                }
                addresses.append(address)
            }
        }
        // A listener on all addresses of a family has the particular ones already.
        addresses = addresses.enumerated().filter { index, address in
            let wildcard = IPAddress.isIPv4(address) ? "0.0.0.0" : "::"
            return !addresses[..<index].contains(address)
                && (address == wildcard || !addresses.contains(wildcard))
        }.map(\.element)
        guard !addresses.isEmpty else {
            throw Objection(problem: "there is no address", remedy: remedy)
        }
        return addresses
    }

    private func names(_ written: WrittenValue) throws(Objection) -> [String] {
        let items = try list(written)
        for item in items where !IPAddress.isAddress(item) && !HostName.isName(item) {
            throw Objection(
                problem: "\"\(item)\" is neither a host name nor an IP address",
                remedy: "give names such as one.example.test, separated by commas"
            )
        }
        return items.map { $0.lowercased() }
    }

    /// An origin (RFC 6454): what stands before the path of an absolute URL.
    private func url(_ written: WrittenValue, schemes: [String]) throws(Objection) -> String {
        let text = try text(written)
        guard let origin = OriginURL.parse(text, schemes: schemes) else {
            let examples = schemes.map { $0 + "://host:8443" }.joined(separator: " or ")
            throw Objection(
                problem: "\(written) is not the address of a server",
                remedy: "give one such as \(examples), without a path"
            )
        }
        return origin
    }

    private func portRange(_ written: WrittenValue) throws(Objection) -> String {
        let text = try text(written)
        guard PortRange.parse(text) != nil else {
            throw Objection(
                problem: "\(written) is not a range of ports",
                remedy: "give the first and the last one, two at least, such as 9000-9099"
            )
        }
        return text
    }

    /// What was written is not repeated: an error line is no place for a secret.
    private func secret(_ written: WrittenValue) throws(Objection) -> BearerToken {
        switch written {
        case .text(let text), .json(.text(let text)):
            if let token = BearerToken(text) { return token }
        case .json: break
        }
        throw Objection(
            problem: "is no token",
            remedy: "give a string of 1 to \(BearerToken.bytesMax) printable ASCII characters "
                + "without spaces"
        )
    }

    private func notOneOf(_ choices: [String], _ written: WrittenValue) -> Objection {
        Objection(
            problem: "\(written) is not possible",
            remedy: "give " + choices.joined(separator: " or ")
        )
    }
}

extension WrittenValue: CustomStringConvertible {
    /// The value in quotes as the writer would recognise it, on one line.
    package var description: String {
        switch self {
        case .text(let text): JSONTree.text(text).description
        case .json(let value): value.description
        }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        let head = drop { $0 == " " }
        guard let last = head.lastIndex(where: { $0 != " " }) else { return head.prefix(0) }
        return head[...last]
    }
}
