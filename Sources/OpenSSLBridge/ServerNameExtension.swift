/// The server name of a ClientHello (RFC 6066 §3).
package enum ServerNameExtension {
    /// Reads the host name out of the extension's body.
    ///
    /// - Parameter body: The extension without its type and length.
    /// - Returns: The name as sent; `nil` when the body is broken, or holds no host name, or one
    ///   that is not printable ASCII.
    package static func hostName(in body: [UInt8]) -> String? {
        guard body.count >= 2, Int(body[0]) << 8 | Int(body[1]) == body.count - 2 else {
            return nil
        }
        var start = 2
        while start + 3 <= body.count {
            let count = Int(body[start + 1]) << 8 | Int(body[start + 2])
            let end = start + 3 + count
            guard end <= body.count else { return nil }
            if body[start] == 0 {
                let name = body[(start + 3)..<end]
                guard !name.isEmpty, name.count <= 255,
                    name.allSatisfy({ (0x21...0x7E).contains($0) })
                else { return nil }
                return String(decoding: name, as: UTF8.self)
            }
            start = end
        }
        return nil
    }
}
