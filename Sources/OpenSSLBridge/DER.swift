/// Writes the few shapes of DER (X.690) that certificates here are made of.
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
