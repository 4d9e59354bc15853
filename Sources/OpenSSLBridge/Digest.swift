import COpenSSL

/// One-shot digests.
package enum Digest {
    /// An algorithm looked up once: OpenSSL 3's lookup by name costs more than a short digest.
    ///
    /// `@unchecked Sendable` because an `EVP_MD` is never changed after it was fetched.
    @safe
    private struct Algorithm: @unchecked Sendable {
        let pointer: OpaquePointer?

        init(named name: String) {
            OpenSSLProcess.prepare()
            unsafe pointer = EVP_MD_fetch(nil, name, nil)
        }
    }

    private static let sha256Algorithm = Algorithm(named: "SHA256")
    private static let sha1Algorithm = Algorithm(named: "SHA1")
    private static let shake256Algorithm = Algorithm(named: "SHAKE256")

    /// The SHA-256 digest (FIPS 180-4) of some bytes.
    ///
    /// - Parameter bytes: What to digest.
    /// - Returns: 32 bytes.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        digest(bytes, by: sha256Algorithm, count: 32)
    }

    /// The SHA-1 digest, for key identifiers only (RFC 5280 §4.2.1.2), where nothing rests on
    /// its strength.
    static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        digest(bytes, by: sha1Algorithm, count: 20)
    }

    /// The extendable output SHAKE256 (FIPS 202) of some bytes.
    static func shake256(_ bytes: [UInt8], count: Int) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: count)
        guard count > 0 else { return output }
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        let isDigested =
            unsafe EVP_DigestInit_ex(context, shake256Algorithm.pointer, nil) == 1
            && EVP_DigestUpdate(context, bytes, bytes.count) == 1
            && EVP_DigestFinalXOF(context, &output, count) == 1
        precondition(isDigested, "SHAKE256 is always available")
        return output
    }

    private static func digest(
        _ bytes: [UInt8],
        by algorithm: Algorithm,
        count: Int
    ) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: count)
        let code = unsafe EVP_Digest(
            bytes,
            bytes.count,
            &digest,
            nil,
            algorithm.pointer,
            nil
        )
        precondition(code == 1, "SHA-1 and SHA-256 are always available")
        return digest
    }
}
