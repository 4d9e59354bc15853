import Glibc

/// Tells a numeric IP address from a name.
package enum IPAddress {
    /// Whether the text is an IPv4 address in dotted form.
    ///
    /// - Parameter text: The text, without brackets or port.
    /// - Returns: Whether `inet_pton` reads it.
    package static func isIPv4(_ text: String) -> Bool {
        var address = in_addr()
        return unsafe inet_pton(AF_INET, text, &address) == 1
    }

    /// Whether the text is an IPv6 address without a zone.
    ///
    /// - Parameter text: The text, without brackets or port.
    /// - Returns: Whether `inet_pton` reads it.
    package static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return unsafe inet_pton(AF_INET6, text, &address) == 1
    }

    /// Whether the text is an address of either family.
    ///
    /// - Parameter text: The text, without brackets or port.
    /// - Returns: Whether it is an address.
    package static func isAddress(_ text: String) -> Bool { isIPv4(text) || isIPv6(text) }

    /// The one way to write an address (RFC 5952), so that equal ones are equal texts.
    ///
    /// - Parameter text: An address of either family.
    /// - Returns: The same address; nil when it is none.
    package static func canonical(_ text: String) -> String? {
        guard !isIPv4(text) else { return text }
        var address = in6_addr()
        guard unsafe inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        var bytes = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(AF_INET6, &address, &bytes, socklen_t(bytes.count)) != nil else {
            return nil
        }
        return String(
            decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
    }

    /// Whether only this machine can reach a listener on the address.
    ///
    /// - Parameter text: An address.
    /// - Returns: Whether it is in 127.0.0.0/8 or is ::1.
    package static func isLoopback(_ text: String) -> Bool {
        text == "::1" || (text.hasPrefix("127.") && isIPv4(text))
    }
}

/// The syntax of host names (RFC 1123 section 2.1).
package enum HostName {
    /// Whether the text is a host name: labels of letters, digits and inner hyphens.
    ///
    /// - Parameter text: The name without a trailing dot.
    /// - Returns: Whether a certificate can carry it as a DNS name.
    package static func isName(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy(isLabel)
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        let hyphen = UInt8(ascii: "-")
        guard (1...63).contains(label.count), label.first != hyphen, label.last != hyphen else {
            return false
        }
        return label.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), hyphen, UInt8(ascii: "_"):
                true
            default:
                false
            }
        }
    }
}
