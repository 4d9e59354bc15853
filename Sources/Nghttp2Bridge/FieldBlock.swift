internal import CNghttp2

/// The header fields of a response, in one piece of memory.
struct FieldBlock {
    /// Names and values, one after the other.
    private var text: [UInt8] = []

    /// The lengths of name and value of each field, and whether the value may come again.
    private var lengths: [(name: Int, value: Int, isRepeated: Bool)] = []

    /// Begins a block with its pseudo-header field (RFC 9113 §8.3.2).
    ///
    /// - Parameter status: The status code; what has not three digits becomes 500.
    init(status: Int) {
        text.reserveCapacity(512)
        lengths.reserveCapacity(16)
        let status = (100...999).contains(status) ? status : 500
        append(checked: ":status", String(status))
    }

    /// Adds a field, unless HTTP/2 forbids it or the library knows it from elsewhere.
    ///
    /// - Parameters:
    ///   - name: The name in lower case.
    ///   - value: The value; what may not stand in one is taken out.
    ///   - isRepeated: Whether the value is worth a place in the table of RFC 7541 §2.3.2. One
    ///     that never comes again only drives useful ones out, and fills the library's buckets.
    mutating func append(_ name: String, _ value: String, isRepeated: Bool = true) {
        guard !Self.isForbidden(name), isName(name) else { return }
        append(checked: name, isValue(value) ? value : Self.cleaned(value), isRepeated)
    }

    /// Adds `content-length`.
    mutating func append(length: Int) {
        append(checked: "content-length", String(length))
    }

    private mutating func append(
        checked name: String,
        _ value: String,
        _ isRepeated: Bool = true
    ) {
        text.append(contentsOf: name.utf8)
        text.append(contentsOf: value.utf8)
        lengths.append((name.utf8.count, value.utf8.count, isRepeated))
    }

    /// Lends the fields in the library's form to one call, which copies them.
    mutating func withPointers<Result>(
        _ body: (UnsafeMutableBufferPointer<nghttp2_nv>) -> Result
    ) -> Result {
        let lengths = lengths
        let noIndex = UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue)
        return unsafe text.withUnsafeMutableBufferPointer { text in
            unsafe withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: lengths.count) {
                fields in
                var start = text.baseAddress
                for (index, length) in lengths.enumerated() {
                    let value = unsafe start.map { unsafe $0 + length.name }
                    let field = unsafe nghttp2_nv(
                        name: start,
                        value: value,
                        namelen: length.name,
                        valuelen: length.value,
                        flags: length.isRepeated ? 0 : noIndex
                    )
                    unsafe fields.initializeElement(at: index, to: field)
                    unsafe start = value.map { unsafe $0 + length.value }
                }
                return unsafe body(fields)
            }
        }
    }

    /// RFC 9113 §8.2.2: HTTP/2 has its own ways to say these; the length is ours to say.
    private static func isForbidden(_ name: String) -> Bool {
        // By length first: most names are decided without a comparison of text.
        switch name.utf8.count {
        case 7: name == "upgrade"
        case 10: name == "connection" || name == "keep-alive"
        case 14: name == "content-length"
        case 16: name == "proxy-connection"
        case 17: name == "transfer-encoding"
        default: false
        }
    }

    private func isName(_ name: String) -> Bool {
        var name = name
        // A colon is allowed in front by the library, for pseudo-header fields.
        guard name.utf8.first != UInt8(ascii: ":") else { return false }
        return name.withUTF8 { unsafe nghttp2_check_header_name($0.baseAddress, $0.count) != 0 }
    }

    private func isValue(_ value: String) -> Bool {
        var value = value
        return value.withUTF8 { bytes in
            unsafe nghttp2_check_header_value_rfc9113(bytes.baseAddress, bytes.count) != 0
        }
    }

    /// What is left of a value without controls and without white space around it.
    private static func cleaned(_ value: String) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let kept = value.utf8.filter { $0 >= 0x20 ? $0 != 0x7F : $0 == 0x09 }
        let trimmed = kept.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        return String(decoding: trimmed, as: UTF8.self)
    }
}
