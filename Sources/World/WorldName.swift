/// What a world may be called: its name is the first label of host names that lead to it.
package enum WorldName {
    /// The world that every connection reaches unless something says otherwise.
    package static let main = "default"

    /// The longest name, in characters.
    package static let lengthMax = 40

    /// Words that the hosts of the vendor, or of this mock itself, begin with: a client that calls
    /// `demo.one.digicert.com` means no world.
    package static let reserved: Set<String> = [
        "api", "app", "clientauth", "control", "demo", "digicert", "host", "localhost", "mock",
        "mock-digicert-one", "one", "www",
    ]

    /// What is wrong with a name.
    ///
    /// - Parameter name: The name.
    /// - Returns: A clause that says what a name may be; nil when the name is good.
    package static func problem(_ name: String) -> String? {
        guard isWellFormed(name) else {
            return "\"\(name)\" is no name for a world: it begins with a letter, goes on with "
                + "lower-case letters, digits and hyphens, ends without a hyphen, and has at most "
                + "\(lengthMax) characters"
        }
        guard !reserved.contains(name) else {
            return "\"\(name)\" cannot be the name of a world, because hosts are called so; not "
                + "allowed are \(reserved.sorted().joined(separator: ", "))"
        }
        return nil
    }

    /// Whether a text has the form of a name, reserved or not.
    ///
    /// - Parameter name: The text.
    /// - Returns: Whether it has.
    package static func isWellFormed(_ name: some StringProtocol) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, bytes.count <= lengthMax else { return false }
        return isLetter(first) && !name.hasSuffix("-")
            && bytes.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
