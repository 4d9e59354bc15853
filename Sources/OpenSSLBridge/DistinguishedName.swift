import COpenSSL

/// A subject or issuer: the attributes that certificates here may carry, in order.
///
/// Each attribute becomes a relative name of its own, in the string type that RFC 5280
/// appendix A gives it. Lengths and characters are the policy's business, not this type's.
package struct DistinguishedName: Sendable, Hashable {
    /// The attributes of X.520 and PKCS#9 that are carried.
    package enum AttributeType: Sendable, Hashable, CaseIterable {
        case commonName, organization, organizationalUnit, locality, state, country, emailAddress
    }

    /// One attribute and its text.
    package struct Attribute: Sendable, Hashable {
        /// What the attribute says.
        package let type: AttributeType
        /// Its text.
        package let value: String

        /// Makes an attribute.
        ///
        /// - Parameters:
        ///   - type: What the attribute says.
        ///   - value: Its text.
        package init(_ type: AttributeType, _ value: String) {
            self.type = type
            self.value = value
        }
    }

    /// The attributes, in the order in which they are encoded.
    package var attributes: [Attribute]

    /// Makes a name.
    ///
    /// - Parameter attributes: The attributes, in the order in which they are encoded.
    package init(_ attributes: [Attribute]) {
        self.attributes = attributes
    }

    /// The DER encoding of the name (RFC 5280 §4.1.2.4).
    package var der: [UInt8] {
        DER.sequence(
            attributes.map { attribute in
                let type = DER.objectIdentifier(attribute.type.encodedArcs)
                let value = DER.element(attribute.type.stringTag, Array(attribute.value.utf8))
                return DER.set(DER.sequence([type, value]))
            }
        )
    }

    /// The text of the first attribute of a type; `nil` when there is none.
    ///
    /// - Parameter type: What to look for.
    /// - Returns: Its text.
    package func first(_ type: AttributeType) -> String? {
        attributes.first { $0.type == type }?.value
    }

    /// Lends an `X509_NAME *` of the same content to one C call.
    func withPointer<Result>(
        _ body: (OpaquePointer) throws(OpenSSLError) -> Result
    ) throws(OpenSSLError) -> Result {
        ERR_clear_error()
        let der = der
        let name = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var cursor = bytes.baseAddress
            return unsafe d2i_X509_NAME(nil, &cursor, bytes.count)
        }
        guard let name = unsafe name else { throw .drained(after: "d2i_X509_NAME") }
        defer { unsafe X509_NAME_free(name) }
        return try unsafe body(name)
    }
}

extension DistinguishedName.AttributeType {
    /// The short name of RFC 4514 and of `openssl req -subj`.
    package var shortName: String {
        switch self {
        case .commonName: "CN"
        case .organization: "O"
        case .organizationalUnit: "OU"
        case .locality: "L"
        case .state: "ST"
        case .country: "C"
        case .emailAddress: "emailAddress"
        }
    }

    /// The arcs of the object identifier: 2.5.4.x, for the e-mail address 1.2.840.113549.1.9.1.
    fileprivate var encodedArcs: [UInt8] {
        switch self {
        case .commonName: [0x55, 0x04, 0x03]
        case .organization: [0x55, 0x04, 0x0A]
        case .organizationalUnit: [0x55, 0x04, 0x0B]
        case .locality: [0x55, 0x04, 0x07]
        case .state: [0x55, 0x04, 0x08]
        case .country: [0x55, 0x04, 0x06]
        case .emailAddress: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x01]
        }
    }

    /// UTF8String, but PrintableString for the country and IA5String for the e-mail address.
    fileprivate var stringTag: UInt8 {
        switch self {
        case .commonName, .organization, .organizationalUnit, .locality, .state: 0x0C
        case .country: 0x13
        case .emailAddress: 0x16
        }
    }

    /// The type that OpenSSL knows by a number; `nil` when we do not carry it.
    init?(objectNumber: Int32) {
        switch objectNumber {
        case NID_commonName: self = .commonName
        case NID_organizationName: self = .organization
        case NID_organizationalUnitName: self = .organizationalUnit
        case NID_localityName: self = .locality
        case NID_stateOrProvinceName: self = .state
        case NID_countryName: self = .country
        case NID_pkcs9_emailAddress: self = .emailAddress
        default: return nil
        }
    }
}

/// What stands in a name that OpenSSL parsed, and what could not be read as text.
package struct ParsedName: Sendable, Hashable {
    /// The attributes that certificates here carry, in order.
    package var attributes: [DistinguishedName.Attribute]
    /// The types of attributes that are of such a type but whose value is not text.
    package var unreadable: [DistinguishedName.AttributeType]
    /// How many attributes are of a type that is not carried.
    package var ignoredCount: Int

    /// Makes the content of a name.
    ///
    /// - Parameters:
    ///   - attributes: The attributes that are carried, in order.
    ///   - unreadable: The types of those whose value is not text.
    ///   - ignoredCount: How many are of a type that is not carried.
    package init(
        attributes: [DistinguishedName.Attribute] = [],
        unreadable: [DistinguishedName.AttributeType] = [],
        ignoredCount: Int = 0
    ) {
        self.attributes = attributes
        self.unreadable = unreadable
        self.ignoredCount = ignoredCount
    }

    /// Reads an `X509_NAME *`.
    init(of name: OpaquePointer?) {
        self.init()
        for index in 0..<(unsafe X509_NAME_entry_count(name)) {
            let entry = unsafe X509_NAME_get_entry(name, index)
            let number = unsafe OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry))
            guard let type = DistinguishedName.AttributeType(objectNumber: number) else {
                ignoredCount += 1
                continue
            }
            if let text = unsafe utf8Text(of: X509_NAME_ENTRY_get_data(entry)) {
                attributes.append(.init(type, text))
            } else {
                unreadable.append(type)
            }
        }
        // An unreadable value leaves a reason in the queue; the caller has it as a value.
        ERR_clear_error()
    }
}

/// The text of an ASN.1 string of any type; `nil` when the value is not text.
private func utf8Text(of string: UnsafeMutablePointer<ASN1_STRING>?) -> String? {
    var converted: UnsafeMutablePointer<UInt8>?
    let count = unsafe ASN1_STRING_to_UTF8(&converted, string)
    guard count >= 0, let start = unsafe converted else { return nil }
    defer { unsafe CRYPTO_free(start, #fileID, Int32(#line)) }
    let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(count))
    // OpenSSL passes a UTF8String through as it is, valid or not.
    return unsafe String(validating: bytes, as: UTF8.self)
}
