import COpenSSL

/// Who signs, as the certificates it signs name it.
///
/// Bytes and not text: a client may hold issuer and subject against each other byte for byte, and
/// one name has more than one encoding.
package struct CertificateIssuer: Sendable, Hashable {
    /// The name, DER.
    package let name: [UInt8]

    /// What stands in the authority key identifier (RFC 5280 §4.2.1.1).
    package let keyIdentifier: [UInt8]

    /// An issuer of our own, whose certificate may be made only now.
    ///
    /// - Parameters:
    ///   - subject: Its name.
    ///   - publicKey: Its key.
    package init(subject: DistinguishedName, publicKey: PublicKeyInfo) {
        name = subject.der
        keyIdentifier = publicKey.keyIdentifier
    }

    /// The issuer that a certificate speaks of, with the identifier that stands in there: others
    /// compute theirs in other ways.
    ///
    /// - Parameters:
    ///   - certificate: The issuer's certificate.
    ///   - publicKey: Its key.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot encode the name.
    package init(
        _ certificate: borrowing Certificate,
        publicKey: PublicKeyInfo
    ) throws(OpenSSLError) {
        name = try certificate.subjectDER()
        keyIdentifier = certificate.subjectKeyIdentifier ?? publicKey.keyIdentifier
    }

    /// Lends an `X509_NAME *` of the name to one C call.
    func withName<Result>(
        _ body: (OpaquePointer) throws(OpenSSLError) -> Result
    ) throws(OpenSSLError) -> Result {
        ERR_clear_error()
        let parsed = unsafe name.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var cursor = bytes.baseAddress
            return unsafe d2i_X509_NAME(nil, &cursor, bytes.count)
        }
        guard let parsed = unsafe parsed else { throw .drained(after: "d2i_X509_NAME") }
        defer { unsafe X509_NAME_free(parsed) }
        return try unsafe body(parsed)
    }
}

extension Certificate {
    /// The encoding of the subject, byte for byte as it stands there.
    ///
    /// - Returns: The `Name`, DER.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot encode it.
    package borrowing func subjectDER() throws(OpenSSLError) -> [UInt8] {
        try unsafe withPointer { pointer throws(OpenSSLError) in
            let name = unsafe X509_get_subject_name(pointer)
            return try unsafe encoded("i2d_X509_NAME") { unsafe i2d_X509_NAME(name, $0) }
        }
    }

    /// The subject key identifier (RFC 5280 §4.2.1.2); `nil` where there is none.
    package var subjectKeyIdentifier: [UInt8]? {
        unsafe withPointer { pointer in
            guard let octets = unsafe X509_get0_subject_key_id(pointer),
                let start = unsafe ASN1_STRING_get0_data(octets)
            else { return nil }
            let count = unsafe Int(ASN1_STRING_length(octets))
            return unsafe Array(UnsafeBufferPointer(start: start, count: count))
        }
    }
}
