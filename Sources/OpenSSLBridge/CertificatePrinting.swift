import COpenSSL

extension Certificate {
    /// The certificate as `openssl x509 -noout -text` prints it.
    ///
    /// - Returns: Whole lines.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot print it.
    package borrowing func printed() throws(OpenSSLError) -> String {
        ERR_clear_error()
        guard let output = unsafe BIO_new(BIO_s_mem()) else { throw .drained(after: "BIO_new") }
        defer { unsafe BIO_free(output) }
        let code = unsafe withPointer { unsafe X509_print(output, $0) }
        guard code == 1 else { throw .drained(after: "X509_print") }
        let count = unsafe BIO_ctrl_pending(output)
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            let length = Int32(clamping: count)
            initializedCount = max(0, Int(unsafe BIO_read(output, buffer.baseAddress, length)))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
