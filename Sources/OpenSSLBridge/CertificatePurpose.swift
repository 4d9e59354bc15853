import COpenSSL

/// What a certificate may be used for.
extension Certificate {
    /// Whether the basic constraints make it an authority (RFC 5280 §4.2.1.9).
    package var isAuthority: Bool {
        unsafe withPointer { unsafe X509_get_extension_flags($0) & UInt32(EXFLAG_CA) != 0 }
    }

    /// Whether its key may sign certificates; so it may where no usage is named
    /// (RFC 5280 §4.2.1.3).
    package var maySignCertificates: Bool {
        unsafe withPointer { unsafe X509_get_key_usage($0) & UInt32(KU_KEY_CERT_SIGN) != 0 }
    }

    /// Whether its extended key usage allows a purpose; it allows all where it names none.
    ///
    /// Clients hold that of an authority against what is below it too.
    ///
    /// - Parameter purpose: What a certificate is to be used for.
    /// - Returns: Whether it may be.
    package borrowing func allows(_ purpose: CertificateExtension.ExtendedKeyUsage) -> Bool {
        let flag =
            switch purpose {
            case .serverAuth: XKU_SSL_SERVER
            case .clientAuth: XKU_SSL_CLIENT
            }
        return unsafe withPointer { pointer in
            unsafe X509_get_extended_key_usage(pointer) & UInt32(flag | XKU_ANYEKU) != 0
        }
    }

    /// Whether it names itself as its issuer and its own key signed it.
    package var isSelfSigned: Bool {
        let namesItself = unsafe withPointer { pointer in
            unsafe X509_NAME_cmp(X509_get_subject_name(pointer), X509_get_issuer_name(pointer)) == 0
        }
        return namesItself && isSigned(by: self)
    }

    /// Whether another certificate is the one that issued it, by name and signature.
    ///
    /// - Parameter issuer: The other one.
    /// - Returns: Whether it is; a self-signed certificate issued itself.
    package borrowing func isIssued(by issuer: borrowing Certificate) -> Bool {
        let isNamed = unsafe withPointer { pointer in
            unsafe issuer.withPointer { issuer in
                let wanted = unsafe X509_get_issuer_name(pointer)
                return unsafe X509_NAME_cmp(wanted, X509_get_subject_name(issuer)) == 0
            }
        }
        return isNamed && isSigned(by: issuer)
    }

    /// Whether a client that calls a server by a name believes that this certificate is its own.
    ///
    /// - Parameter name: A DNS name; wildcards in the certificate count (RFC 6125).
    /// - Returns: Whether the name is covered.
    package borrowing func covers(hostName name: String) -> Bool {
        unsafe withPointer { pointer in
            unsafe X509_check_host(pointer, name, name.utf8.count, 0, nil) == 1
        }
    }
}
