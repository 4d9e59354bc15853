import COpenSSL

/// Random-looking bytes that everybody can compute who knows where they come from.
///
/// For runs that repeat, and for nothing that must be secret: TLS never sees them.
package struct SeededRandom: Sendable, Hashable {
    private let origin: [UInt8]

    /// Begins a stream.
    ///
    /// - Parameter origin: What the stream is computed from; other bytes are another stream.
    package init(origin: [UInt8]) {
        self.origin = origin
    }

    /// The first bytes of the stream: SHAKE256 (FIPS 202) of its origin.
    ///
    /// - Parameter count: How many bytes; a larger number has the same beginning.
    /// - Returns: So many bytes, the same ones at each call.
    package func bytes(_ count: Int) -> [UInt8] {
        Digest.shake256(origin, count: count)
    }

    /// Another stream that follows from the same origin.
    ///
    /// - Parameter name: What it is for; each name is another stream.
    /// - Returns: The stream.
    package func branch(_ name: String) -> SeededRandom {
        SeededRandom(origin: origin + Array("\n\(name)".utf8))
    }
}

/// A second OpenSSL within the process, whose random generator gives out what it is told.
///
/// Whatever is fetched from its library context draws from there, and nothing else does: the
/// process's own generator, and with it TLS, stays as it is. The generator belongs to a thread: a
/// thread must be told what to give out right before the call that draws, without a suspension
/// between the two.
enum SeededLibrary {
    /// A library context; `@unchecked Sendable` because OpenSSL locks what changes in it.
    @safe
    private struct Context: @unchecked Sendable {
        let pointer: OpaquePointer?

        init() {
            OpenSSLProcess.prepare()
            unsafe pointer = OSSL_LIB_CTX_new()
            // OpenSSL's generator for tests: it repeats the bytes that it was given.
            let code = unsafe RAND_set_DRBG_type(pointer, "TEST-RAND", nil, nil, nil)
            precondition(code == 1, "a new library context has no generator yet")
        }
    }

    private static let context = Context()

    /// More than any signature or salt draws, in bytes.
    static let briefCount = 1024

    /// Runs one C call that draws from a seeded generator.
    ///
    /// - Parameters:
    ///   - random: What the generator gives out, from the beginning.
    ///   - count: How many bytes it can give out; a call that wants more fails.
    ///   - body: The call, with the library context that it has to use.
    /// - Returns: What `body` returns.
    /// - Throws: ``OpenSSLError`` when the generator cannot be told, and what `body` throws.
    static func drawing<Result: ~Copyable>(
        from random: SeededRandom,
        count: Int,
        _ body: (OpaquePointer) throws(OpenSSLError) -> Result
    ) throws(OpenSSLError) -> Result {
        ERR_clear_error()
        guard let library = unsafe context.pointer else {
            throw .drained(after: "OSSL_LIB_CTX_new")
        }
        // Half of the functions draw from the one generator, half from the other.
        let bytes = random.bytes(2 * count)
        try unsafe tell(RAND_get0_private(library), Array(bytes.prefix(count)))
        try unsafe tell(RAND_get0_public(library), Array(bytes.suffix(count)))
        return try unsafe body(library)
    }

    private static func tell(
        _ generator: OpaquePointer?,
        _ bytes: [UInt8]
    ) throws(OpenSSLError) {
        guard let generator = unsafe generator else { throw .drained(after: "RAND_get0_private") }
        var bytes = bytes
        let code = unsafe copenssl_EVP_RAND_CTX_set_test_entropy(generator, &bytes, bytes.count)
        guard code == 1 else { throw .drained(after: "EVP_RAND_CTX_set_params") }
    }
}
