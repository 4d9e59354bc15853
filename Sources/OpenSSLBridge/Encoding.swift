import COpenSSL

/// Runs one of OpenSSL's `i2d` functions: once to learn the length, once to write.
///
/// - Parameters:
///   - operation: The C function, for the error.
///   - encode: The call; given `nil` it must only return the length.
/// - Returns: The DER encoding.
/// - Throws: ``OpenSSLError`` when the value cannot be encoded.
func encoded(
    _ operation: StaticString,
    _ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
) throws(OpenSSLError) -> [UInt8] {
    ERR_clear_error()
    // The i2d functions return 0 or less for a failure.
    let count = Int(encode(nil))
    guard count > 0 else { throw .drained(after: operation) }

    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
        var cursor = buffer.baseAddress
        // The functions move the cursor behind what they wrote.
        initializedCount = unsafe max(0, Int(encode(&cursor)))
    }
}
