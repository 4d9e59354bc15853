/// The character classes of RFC 9110 §5.5 and §5.6.2, as questions about one byte.
enum ByteClass {
    /// Bits of the `tchar` below 64: `!#$%&'*+-.` and the digits.
    private static let tokenLow: UInt64 = 0x03FF_6CFA_0000_0000

    /// Bits of the `tchar` from 64 to 127: the letters and ``^_`|~``.
    private static let tokenHigh: UInt64 = 0x57FF_FFFF_C7FF_FFFE

    /// Whether a byte may stand in a token: a method, a field name (RFC 9110 §5.6.2).
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        guard byte < 128 else { return false }
        let mask = byte < 64 ? tokenLow : tokenHigh
        return mask &>> UInt64(byte & 63) & 1 == 1
    }

    /// Whether a byte may stand in a field value: visible, SP, HTAB or obs-text (RFC 9110 §5.5).
    @inline(__always)
    static func isFieldContent(_ byte: UInt8) -> Bool {
        byte >= 0x20 ? byte != 0x7F : byte == 0x09
    }

    /// Whether a byte may stand in a request target: visible ASCII, no fragment (RFC 9112 §3.2).
    @inline(__always)
    static func isTarget(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "#")
    }

    /// Whether a byte is SP or HTAB: optional white space (RFC 9110 §5.6.3).
    @inline(__always)
    static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }

    /// The value of a decimal digit, or nil.
    @inline(__always)
    static func decimal(_ byte: UInt8) -> Int? {
        byte >= 0x30 && byte <= 0x39 ? Int(byte - 0x30) : nil
    }

    /// The value of a hexadecimal digit of either case, or nil.
    @inline(__always)
    static func hexadecimal(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte - 0x30)
        case 0x41...0x46: Int(byte - 0x41 + 10)
        case 0x61...0x66: Int(byte - 0x61 + 10)
        default: nil
        }
    }

    /// The byte in lower case.
    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }
}

extension Span<UInt8> {
    /// The text of a range; what is not UTF-8 (obs-text may be Latin-1) becomes U+FFFD.
    func text(_ range: Range<Int>) -> String {
        unsafe extracting(range).withUnsafeBufferPointer { bytes in
            unsafe String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The text of a range of ASCII characters, in lower case.
    ///
    /// A string of at most 15 bytes needs no allocation, and nearly every field name is that short.
    func lowercasedText(_ range: Range<Int>) -> String {
        let name = extracting(range)
        return unsafe String(unsafeUninitializedCapacity: name.count) { text in
            for index in 0..<name.count {
                unsafe text[index] = ByteClass.lowercased(name[index])
            }
            return name.count
        }
    }

    /// A range without the white space around it.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, ByteClass.isWhiteSpace(self[lower]) { lower += 1 }
        while lower < upper, ByteClass.isWhiteSpace(self[upper - 1]) { upper -= 1 }
        return lower..<upper
    }
}

extension Span<UInt8> {
    /// Whether ASCII text stands at an index.
    func hasPrefix(_ prefix: StaticString, at start: Int, ignoringCase: Bool = false) -> Bool {
        guard count - start >= prefix.utf8CodeUnitCount else { return false }
        for index in 0..<prefix.utf8CodeUnitCount {
            let byte = self[start + index]
            let compared = ignoringCase ? ByteClass.lowercased(byte) : byte
            guard unsafe compared == prefix.utf8Start[index] else { return false }
        }
        return true
    }

    /// Walks the elements of a comma-separated list; empty ones do not count (RFC 9110 §5.6.1.2).
    func forEachListElement<Failure: Error>(
        _ list: Range<Int>,
        _ body: (Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        var start = list.lowerBound
        while start < list.upperBound {
            var end = start
            while end < list.upperBound, self[end] != UInt8(ascii: ",") { end += 1 }
            let element = trimmed(start..<end)
            if !element.isEmpty { try body(element) }
            start = end + 1
        }
    }
}
