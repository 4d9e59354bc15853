internal import CNghttp2

/// A failed nghttp2 call.
package struct Nghttp2Error: Error, Hashable {
    /// The C function that failed, as written in nghttp2's documentation.
    package let operation: String

    /// The library's error code, one of `NGHTTP2_ERR_…`.
    package let code: Int

    /// The library's own words for the code.
    package let reason: String

    init(_ operation: StaticString, code: Int) {
        self.operation = "\(operation)"
        self.code = code
        reason = unsafe String(cString: nghttp2_strerror(Int32(clamping: code)))
    }
}

extension Nghttp2Error: CustomStringConvertible {
    package var description: String { "\(operation) failed: \(reason) (\(code))" }
}
