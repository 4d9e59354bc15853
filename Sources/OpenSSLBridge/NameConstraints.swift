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
}

extension Certificate {
    /// Whether this authority may vouch for some names only.
    package var hasNameConstraints: Bool {
        unsafe withPointer { unsafe X509_get_ext_by_NID($0, NID_name_constraints, -1) >= 0 }
    }

    /// Whether clients will believe this authority in a name, as far as its constraints go.
    ///
    /// OpenSSL's own check decides, and so of whatever form the constraints are; in those that
    /// it cannot read it does not believe, as clients will not.
    ///
    /// - Parameter name: A DNS name in lower case, or an address without a mask.
    /// - Returns: Whether a certificate below may carry it.
    package borrowing func permits(_ name: CertificateExtension.GeneralName) -> Bool {
        guard hasNameConstraints else { return true }
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let probe = unsafe X509_new() else { return false }
        defer { unsafe X509_free(probe) }
        do throws(OpenSSLError) {
            try unsafe CertificateExtension.subjectAlternativeName([name]).add(to: probe)
        } catch {
            return false
        }
        // Has the extension read; what it says of the purpose of an unsigned probe is no matter.
        _ = unsafe X509_check_purpose(probe, -1, 0)
        return unsafe withPointer { pointer in
            let value = unsafe X509_get_ext_d2i(pointer, NID_name_constraints, nil, nil)
            guard let value = unsafe value else { return false }
            let constraints = unsafe value.assumingMemoryBound(to: NAME_CONSTRAINTS.self)
            defer { unsafe NAME_CONSTRAINTS_free(constraints) }
            return unsafe NAME_CONSTRAINTS_check(probe, constraints) == X509_V_OK
        }
    }
}
