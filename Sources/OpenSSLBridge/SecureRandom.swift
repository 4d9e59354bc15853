import COpenSSL

/// Random bytes that nobody can foresee.
package enum SecureRandom {
    /// Draws from OpenSSL's generator for private values.
    ///
    /// - Parameter count: How many bytes.
    /// - Returns: So many random bytes.
    package static func bytes(_ count: Int) -> [UInt8] {
        OpenSSLProcess.prepare()
        var bytes = [UInt8](repeating: 0, count: count)
        let code = unsafe RAND_priv_bytes(&bytes, Int32(clamping: count))
        // There is nothing sensible to go on with; the kernel's generator does not fail.
        precondition(code == 1, "OpenSSL has no source of randomness")
        return bytes
    }
}
