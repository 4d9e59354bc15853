/// Writes the few shapes of DER (X.690) that certificates here are made of, and checks one.
///
/// Extensions and names are so small and so fixed that writing their bytes is clearer, and much
/// cheaper, than steering OpenSSL's text-driven extension compiler.
enum DER {
    static let booleanTrue: [UInt8] = [0x01, 0x01, 0xFF]
    static let null: [UInt8] = [0x05, 0x00]

    /// One tag, length and content.
    static func element(_ tag: UInt8, _ content: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count + 5)
        bytes.append(tag)
        appendLength(content.count, to: &bytes)
        bytes.append(contentsOf: content)
        return bytes
    }

    static func sequence(_ parts: [[UInt8]]) -> [UInt8] {
        element(0x30, parts.flatMap { $0 })
    }

    static func set(_ part: [UInt8]) -> [UInt8] {
        element(0x31, part)
    }

    static func octetString(_ bytes: [UInt8]) -> [UInt8] {
        element(0x04, bytes)
    }

    /// A bit string of whole octets, as keys and signatures are.
    static func bitString(_ bytes: [UInt8]) -> [UInt8] {
        element(0x03, [0] + bytes)
    }

    /// A small number that is not negative.
    static func integer(_ value: UInt8) -> [UInt8] {
        element(0x02, value < 0x80 ? [value] : [0, value])
    }

    /// An object identifier from its encoded arcs.
    static func objectIdentifier(_ encodedArcs: [UInt8]) -> [UInt8] {
        element(0x06, encodedArcs)
    }

    private static func appendLength(_ count: Int, to bytes: inout [UInt8]) {
        switch count {
        case ..<0x80:
            bytes.append(UInt8(truncatingIfNeeded: count))
        case ..<0x100:
            bytes.append(contentsOf: [0x81, UInt8(truncatingIfNeeded: count)])
        case ..<0x10000:
            bytes.append(0x82)
            bytes.append(UInt8(truncatingIfNeeded: count >> 8))
            bytes.append(UInt8(truncatingIfNeeded: count))
        default:
            bytes.append(0x83)
            bytes.append(UInt8(truncatingIfNeeded: count >> 16))
            bytes.append(UInt8(truncatingIfNeeded: count >> 8))
            bytes.append(UInt8(truncatingIfNeeded: count))
        }
    }
}

// MARK: - Checking

extension DER {
    /// Whether bytes are one RSAPublicKey (RFC 8017 appendix A.1.1), in DER, with nothing after it.
    static func isRSAPublicKey(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        guard var parts = takeElement(0x30, from: &rest), rest.isEmpty,
            let modulus = takeElement(0x02, from: &parts),
            let exponent = takeElement(0x02, from: &parts), parts.isEmpty
        else { return false }
        return isPositiveInteger(modulus) && isPositiveInteger(exponent)
    }

    /// Takes an element off the front; `nil` when it has another tag, or a length that is wrong or
    /// longer than need be (X.690 §10.1).
    private static func takeElement(
        _ tag: UInt8,
        from bytes: inout ArraySlice<UInt8>
    ) -> ArraySlice<UInt8>? {
        guard bytes.popFirst() == tag, let first = bytes.popFirst() else { return nil }
        var count = Int(first)
        if first >= 0x80 {
            let lengthCount = Int(first & 0x7F)
            guard (1...3).contains(lengthCount), bytes.count >= lengthCount else { return nil }
            count = bytes.prefix(lengthCount).reduce(0) { $0 << 8 | Int($1) }
            bytes.removeFirst(lengthCount)
            guard count >= max(0x80, 1 << (8 * (lengthCount - 1))) else { return nil }
        }
        guard bytes.count >= count else { return nil }
        defer { bytes.removeFirst(count) }
        return bytes.prefix(count)
    }

    /// Whether the content of an INTEGER is above 0, in as few bytes as that takes (X.690 §8.3.2).
    private static func isPositiveInteger(_ content: ArraySlice<UInt8>) -> Bool {
        guard let first = content.first, first < 0x80 else { return false }
        return first > 0 || (content.dropFirst().first ?? 0) >= 0x80
    }
}
