import COpenSSL

/// The names that certificates below an authority may carry (RFC 5280 §4.2.1.10).
package struct NameConstraints: Sendable, Hashable {
    /// The subtrees of names that are permitted; a kind of name that does not occur is free.
    package let permitted: [CertificateExtension.GeneralName]

    /// Makes constraints.
    ///
    /// - Parameter permitted: The subtrees: DNS names without a leading dot, addresses with mask.
    package init(permitted: [CertificateExtension.GeneralName]) {
        self.permitted = permitted
    }

    /// Whether a certificate below the authority may carry a name.
    ///
    /// - Parameter name: A DNS name in lower case, or an address without a mask.
    /// - Returns: Whether it lies in one of the subtrees of its kind.
    package func permits(_ name: CertificateExtension.GeneralName) -> Bool {
        switch name {
        case .dns(let name):
            let subtrees = permitted.compactMap { subtree -> String? in
                if case .dns(let text) = subtree { text } else { nil }
            }
            return subtrees.isEmpty
                || subtrees.contains { name == $0 || name.hasSuffix("." + $0) }
        case .email:
            // No constraints on these are ever made here.
            return true
        case .address(let bytes):
            let subtrees = permitted.compactMap { subtree -> [UInt8]? in
                if case .address(let range) = subtree { range } else { nil }
            }
            return subtrees.isEmpty || subtrees.contains { Self.range($0, contains: bytes) }
        }
    }

    private static func range(_ range: [UInt8], contains address: [UInt8]) -> Bool {
        guard range.count == 2 * address.count else { return false }
        return address.indices.allSatisfy { index in
            let mask = range[address.count + index]
            return address[index] & mask == range[index] & mask
        }
    }

    /// Reads the value of the extension as ``CertificateExtension`` writes it: permitted subtrees
    /// of DNS names and addresses; `nil` for anything else.
    init?(der: [UInt8]) {
        var outer = DERReader(der)
        guard let content = outer.element(0x30), outer.isAtEnd else { return nil }
        var lists = DERReader(content)
        guard let subtrees = lists.element(0xA0), lists.isAtEnd else { return nil }

        var permitted: [CertificateExtension.GeneralName] = []
        var reader = DERReader(subtrees)
        while !reader.isAtEnd {
            guard let subtree = reader.element(0x30) else { return nil }
            var base = DERReader(subtree)
            if let name = base.element(0x82) {
                permitted.append(.dns(String(decoding: name, as: UTF8.self)))
            } else if let range = base.element(0x87) {
                permitted.append(.address(Array(range)))
            } else {
                return nil
            }
        }
        self.permitted = permitted
    }
}

extension Certificate {
    /// The constraints on names below this authority.
    ///
    /// - Returns: The constraints; `nil` when the certificate carries none.
    /// - Throws: ``OpenSSLError`` when it carries some that were not made here.
    package borrowing func nameConstraints() throws(OpenSSLError) -> NameConstraints? {
        let value = unsafe withPointer { pointer -> [UInt8]? in
            let index = unsafe X509_get_ext_by_NID(pointer, NID_name_constraints, -1)
            guard index >= 0 else { return nil }
            let data = unsafe X509_EXTENSION_get_data(X509_get_ext(pointer, index))
            guard let start = unsafe ASN1_STRING_get0_data(data) else { return [] }
            let count = unsafe Int(ASN1_STRING_length(data))
            return unsafe Array(UnsafeBufferPointer(start: start, count: count))
        }
        guard let value else { return nil }
        guard let constraints = NameConstraints(der: value) else {
            throw OpenSSLError(operation: "X509_get_ext", reasons: ["unknown name constraints"])
        }
        return constraints
    }
}

/// Reads elements of DER one after the other; lengths up to 65,535 bytes.
private struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) {
        rest = ArraySlice(bytes)
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// The content of the next element when it has that tag; `nil`, and nothing read, otherwise.
    mutating func element(_ tag: UInt8) -> ArraySlice<UInt8>? {
        var cursor = rest
        guard cursor.popFirst() == tag, let count = Self.length(&cursor), count <= cursor.count
        else { return nil }
        rest = cursor.dropFirst(count)
        return cursor.prefix(count)
    }

    private static func length(_ cursor: inout ArraySlice<UInt8>) -> Int? {
        guard let first = cursor.popFirst() else { return nil }
        guard first >= 0x80 else { return Int(first) }
        let byteCount = Int(first & 0x7F)
        guard (1...2).contains(byteCount), cursor.count >= byteCount else { return nil }
        let length = cursor.prefix(byteCount).reduce(0) { $0 << 8 | Int($1) }
        cursor = cursor.dropFirst(byteCount)
        return length
    }
}
