import COpenSSL
import Glibc

/// What a certificate says.
extension Certificate {
    /// The SHA-256 fingerprint of the DER encoding: 32 bytes.
    package var sha256: [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let code = unsafe withPointer { unsafe X509_digest($0, EVP_sha256(), &digest, nil) }
        precondition(code == 1, "SHA-256 is always available")
        return digest
    }

    /// The serial number in upper-case hex digits, an even number of them.
    ///
    /// A number of 16 bytes has 32 digits, its leading zeros included as far as the encoding
    /// has them; ``PrivateCA`` pads its own to 32.
    package var serialNumber: String {
        unsafe withPointer { pointer in
            guard let number = unsafe ASN1_INTEGER_to_BN(X509_get0_serialNumber(pointer), nil)
            else { return "" }
            defer { unsafe BN_free(number) }
            guard let text = unsafe BN_bn2hex(number) else { return "" }
            defer { unsafe CRYPTO_free(text, #fileID, Int32(#line)) }
            return unsafe String(cString: text)
        }
    }

    /// The subject as one line (RFC 4514, UTF-8 as it is, control characters escaped).
    package var subject: String {
        unsafe withPointer { unsafe nameText(of: X509_get_subject_name($0)) }
    }

    /// The issuer as one line (RFC 4514, UTF-8 as it is, control characters escaped).
    package var issuer: String {
        unsafe withPointer { unsafe nameText(of: X509_get_issuer_name($0)) }
    }

    /// The attributes of the subject.
    package var subjectName: ParsedName {
        unsafe withPointer { unsafe ParsedName(of: X509_get_subject_name($0)) }
    }

    /// The first valid second, since 1970; the distant past when the field is unreadable.
    package var notBefore: Int64 {
        unsafe withPointer { unsafe seconds(of: X509_get0_notBefore($0)) ?? .min }
    }

    /// The last valid second, since 1970; the distant past when the field is unreadable.
    package var notAfter: Int64 {
        unsafe withPointer { unsafe seconds(of: X509_get0_notAfter($0)) ?? .min }
    }

    /// The key that is certified; `nil` when it is of no kind in ``KeyAlgorithm``.
    package var publicKey: PublicKeyInfo? {
        unsafe withPointer { pointer in
            guard let key = unsafe X509_get0_pubkey(pointer),
                let container = unsafe X509_get_X509_PUBKEY(pointer)
            else {
                ERR_clear_error()
                return nil
            }
            return unsafe PublicKeyInfo(of: container, bits: Int(EVP_PKEY_get_bits(key)))
        }
    }

    /// Whether the key of another certificate made this one's signature.
    ///
    /// Signature only: names, dates and purposes are the caller's to judge.
    ///
    /// - Parameter issuer: The certificate with the key.
    /// - Returns: Whether the signature is good.
    package borrowing func isSigned(by issuer: borrowing Certificate) -> Bool {
        ERR_clear_error()
        let code = unsafe withPointer { pointer in
            unsafe issuer.withPointer { issuer in
                unsafe X509_verify(pointer, X509_get0_pubkey(issuer))
            }
        }
        ERR_clear_error()
        return code == 1
    }
}

/// One line of text for an `X509_NAME *`.
private func nameText(of name: OpaquePointer?) -> String {
    guard let output = unsafe BIO_new(BIO_s_mem()) else { return "" }
    defer { unsafe BIO_free(output) }
    // RFC 2253's form, but UTF-8 is left readable.
    let flags = copenssl_XN_FLAG_RFC2253 & ~UInt(ASN1_STRFLGS_ESC_MSB)
    guard unsafe X509_NAME_print_ex(output, name, 0, flags) >= 0 else {
        ERR_clear_error()
        return ""
    }
    let count = unsafe BIO_ctrl_pending(output)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
        let length = Int32(clamping: count)
        initializedCount = max(0, Int(unsafe BIO_read(output, buffer.baseAddress, length)))
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// The seconds since 1970 of an `ASN1_TIME *`; `nil` when it is not a time.
private func seconds(of time: UnsafePointer<ASN1_TIME>?) -> Int64? {
    var parts = unsafe tm()
    guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else {
        ERR_clear_error()
        return nil
    }
    return unsafe Int64(timegm(&parts))
}
