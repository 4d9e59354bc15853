import COpenSSL

/// The issuers a server names when it asks for a client certificate (RFC 8446 §4.2.4).
///
/// Java, .NET and browsers offer only certificates whose issuer is named; curl, Python and Node
/// offer whatever they are given.
@safe
package final class ClientCANames: Sendable {
    // SAFETY: filled once in `init`, afterwards only duplicated, which reads.
    nonisolated(unsafe) private let stack: OpaquePointer

    /// Takes the DER encodings of the issuers' names.
    ///
    /// - Parameter names: Each one `Name` of X.501 in DER.
    /// - Throws: ``OpenSSLError`` when one of them is not a name.
    package init(names: [[UInt8]]) throws(OpenSSLError) {
        OpenSSLProcess.prepare()
        ERR_clear_error()
        guard let stack = unsafe copenssl_sk_X509_NAME_new_null() else {
            throw .drained(after: "sk_X509_NAME_new_null")
        }
        unsafe self.stack = stack
        for name in names {
            let parsed = unsafe name.withUnsafeBufferPointer { bytes -> OpaquePointer? in
                var cursor = bytes.baseAddress
                return unsafe d2i_X509_NAME(nil, &cursor, bytes.count)
            }
            guard let parsed = unsafe parsed else { throw .drained(after: "d2i_X509_NAME") }
            guard unsafe copenssl_sk_X509_NAME_push(stack, parsed) > 0 else {
                unsafe X509_NAME_free(parsed)
                throw .drained(after: "sk_X509_NAME_push")
            }
        }
    }

    deinit {
        unsafe copenssl_sk_X509_NAME_pop_free(stack)
    }

    /// Hands a copy to one session.
    func apply(to session: OpaquePointer) {
        unsafe SSL_set0_CA_list(session, SSL_dup_CA_list(stack))
    }
}
