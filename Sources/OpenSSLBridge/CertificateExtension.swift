import COpenSSL

/// The certificate extensions that are made here (RFC 5280 §4.2.1).
package enum CertificateExtension: Sendable, Hashable {
    /// Whether the subject is an authority, and how many authorities may stand below it; critical.
    case basicConstraints(isAuthority: Bool, pathLength: UInt8? = nil)
    /// What the key may be used for; critical.
    case keyUsage([KeyUsage])
    /// What the certificate may be used for.
    case extendedKeyUsage([ExtendedKeyUsage])
    /// The names of the subject.
    case subjectAlternativeName([GeneralName])
    /// The only names that certificates below this one may carry; critical.
    case nameConstraints(NameConstraints)

    /// One use of a key, by its bit in RFC 5280 §4.2.1.3.
    package enum KeyUsage: UInt8, Sendable, Hashable {
        case digitalSignature = 0
        case keyEncipherment = 2
        case keyCertSign = 5
        case cRLSign = 6
    }

    /// One use of a certificate (RFC 5280 §4.2.1.12).
    package enum ExtendedKeyUsage: Sendable, Hashable {
        case serverAuth, clientAuth
    }

    /// One name (RFC 5280 §4.2.1.6), or in constraints one subtree of names (§4.2.1.10).
    package enum GeneralName: Sendable, Hashable {
        /// A DNS name; in constraints it covers itself and all below it.
        case dns(String)
        /// An e-mail address.
        case email(String)
        /// An address of 4 or 16 bytes; in constraints address and mask, 8 or 32 bytes.
        case address([UInt8])
    }
}

extension CertificateExtension {
    /// The number by which OpenSSL knows the extension.
    private var objectNumber: Int32 {
        switch self {
        case .basicConstraints: NID_basic_constraints
        case .keyUsage: NID_key_usage
        case .extendedKeyUsage: NID_ext_key_usage
        case .subjectAlternativeName: NID_subject_alt_name
        case .nameConstraints: NID_name_constraints
        }
    }

    /// Whether whoever does not understand the extension must refuse the certificate.
    private var isCritical: Bool {
        switch self {
        case .basicConstraints, .keyUsage, .nameConstraints: true
        case .extendedKeyUsage, .subjectAlternativeName: false
        }
    }

    /// The DER encoding of the value.
    private var value: [UInt8] {
        switch self {
        case .basicConstraints(let isAuthority, let pathLength):
            DER.sequence(
                [isAuthority ? DER.booleanTrue : []] + (pathLength.map { [DER.integer($0)] } ?? [])
            )
        case .keyUsage(let uses):
            Self.namedBits(uses.map(\.rawValue))
        case .extendedKeyUsage(let uses):
            DER.sequence(uses.map { DER.objectIdentifier($0.encodedArcs) })
        case .subjectAlternativeName(let names):
            DER.sequence(names.map(\.der))
        case .nameConstraints(let constraints):
            DER.sequence([
                DER.element(0xA0, constraints.permitted.flatMap { DER.sequence([$0.der]) })
            ])
        }
    }

    /// Adds the extension to a certificate that is being made.
    func add(to certificate: OpaquePointer) throws(OpenSSLError) {
        try unsafe Self.add(objectNumber, isCritical: isCritical, value: value, to: certificate)
    }

    /// Adds the subject key identifier (RFC 5280 §4.2.1.2).
    static func addSubjectKeyIdentifier(
        _ identifier: [UInt8],
        to certificate: OpaquePointer
    ) throws(OpenSSLError) {
        let value = DER.octetString(identifier)
        try unsafe add(
            NID_subject_key_identifier,
            isCritical: false,
            value: value,
            to: certificate
        )
    }

    /// Adds the authority key identifier (RFC 5280 §4.2.1.1).
    static func addAuthorityKeyIdentifier(
        _ identifier: [UInt8],
        to certificate: OpaquePointer
    ) throws(OpenSSLError) {
        let value = DER.sequence([DER.element(0x80, identifier)])
        try unsafe add(
            NID_authority_key_identifier,
            isCritical: false,
            value: value,
            to: certificate
        )
    }

    private static func add(
        _ objectNumber: Int32,
        isCritical: Bool,
        value: [UInt8],
        to certificate: OpaquePointer
    ) throws(OpenSSLError) {
        try unsafe withExtension(objectNumber, isCritical: isCritical, value: value) {
            (made) throws(OpenSSLError) in
            // X509_add_ext stores a copy.
            guard unsafe X509_add_ext(certificate, made, -1) == 1 else {
                throw .drained(after: "X509_add_ext")
            }
        }
    }

    /// Lends an `X509_EXTENSION *` to one C call, which copies it.
    static func withExtension(
        _ objectNumber: Int32,
        isCritical: Bool = false,
        value: [UInt8],
        _ body: (OpaquePointer) throws(OpenSSLError) -> Void
    ) throws(OpenSSLError) {
        ERR_clear_error()
        guard let octets = unsafe ASN1_OCTET_STRING_new() else {
            throw .drained(after: "ASN1_OCTET_STRING_new")
        }
        defer { unsafe ASN1_OCTET_STRING_free(octets) }
        guard unsafe ASN1_OCTET_STRING_set(octets, value, Int32(clamping: value.count)) == 1 else {
            throw .drained(after: "ASN1_OCTET_STRING_set")
        }
        let made = unsafe X509_EXTENSION_create_by_NID(
            nil,
            objectNumber,
            isCritical ? 1 : 0,
            octets
        )
        guard let made = unsafe made else {
            throw .drained(after: "X509_EXTENSION_create_by_NID")
        }
        defer { unsafe X509_EXTENSION_free(made) }
        try unsafe body(made)
    }

    /// A bit string of named bits below 8: DER wants trailing zero bits left out.
    private static func namedBits(_ numbers: [UInt8]) -> [UInt8] {
        let byte = numbers.reduce(UInt8(0)) { $0 | 0x80 >> $1 }
        return DER.element(0x03, [UInt8(truncatingIfNeeded: byte.trailingZeroBitCount), byte])
    }
}

extension CertificateExtension.ExtendedKeyUsage {
    /// The arcs of the object identifier 1.3.6.1.5.5.7.3.x.
    fileprivate var encodedArcs: [UInt8] {
        let arc: UInt8 =
            switch self {
            case .serverAuth: 1
            case .clientAuth: 2
            }
        return [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, arc]
    }
}

extension CertificateExtension.GeneralName {
    fileprivate var der: [UInt8] {
        switch self {
        case .dns(let name): DER.element(0x82, Array(name.utf8))
        case .email(let address): DER.element(0x81, Array(address.utf8))
        case .address(let bytes): DER.element(0x87, bytes)
        }
    }
}
