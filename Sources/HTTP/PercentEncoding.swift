/// Percent-encoding of URIs (RFC 3986 §2.1).
package enum PercentEncoding {
    /// Removes percent-encoding.
    ///
    /// - Parameter text: The encoded text; a plus sign stands for itself.
    /// - Returns: The text; nil when an escape is broken or the result is not UTF-8.
    package static func decode(_ text: some StringProtocol) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard
                let high = iterator.next().flatMap(ByteClass.hexadecimal),
                let low = iterator.next().flatMap(ByteClass.hexadecimal)
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Splits a query into names and values, in order (WHATWG URL §5.1).
    ///
    /// - Parameter query: What follows the question mark; nil counts as empty.
    /// - Returns: The pairs, plus signs read as spaces; nil when an escape is broken.
    package static func queryItems(_ query: String?) -> [(name: String, value: String)]? {
        var items: [(name: String, value: String)] = []
        for item in (query ?? "").split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = parts.map { part in
                decode(String(part.map { $0 == "+" ? " " : $0 }))
            }
            guard let name = decoded.first ?? nil else { return nil }
            guard decoded.count == 2 else {
                items.append((name, ""))
                continue
            }
            guard let value = decoded[1] else { return nil }
            items.append((name, value))
        }
        return items
    }
}
