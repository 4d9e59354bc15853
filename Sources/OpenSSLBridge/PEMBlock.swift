/// One block of a file that holds several: certificates, keys, and whatever else is in there.
package struct PEMBlock: Sendable {
    /// What the block says that it is: `CERTIFICATE`, `PRIVATE KEY`, `RSA PRIVATE KEY`.
    package let label: String

    /// The bytes; a secret in the block of a key.
    package let der: [UInt8]

    /// Whether only somebody with a password can read the bytes: PKCS#8's own form, or the older
    /// one with a header (RFC 1421).
    package let isEncrypted: Bool

    /// Whether it is a private key of any form.
    package var isPrivateKey: Bool { label.hasSuffix("PRIVATE KEY") }
}

extension PEMBlock: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "PEMBlock(\(label), <redacted>)" }

    package var debugDescription: String { description }

    /// Nothing, so that no dump shows a key.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension PEM {
    /// Reads every block of a text.
    ///
    /// What stands between blocks is passed over: OpenSSL, mkcert and key stores write names and
    /// attributes there.
    ///
    /// - Parameter text: The text, with line ends of any kind.
    /// - Returns: The blocks in their order.
    /// - Throws: ``Refusal`` for a block that does not end or is not base64.
    package static func blocks(of text: String) throws(Refusal) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var lines = text.utf8.split(whereSeparator: {
            $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
        }).map(trimmed)[...]
        while let line = lines.popFirst() {
            guard let label = marker("BEGIN", in: line) else { continue }
            guard let end = lines.firstIndex(where: { marker("END", in: $0) != nil }),
                marker("END", in: lines[end]) == label
            else { throw .noEndLine }
            var body = lines[..<end]
            lines = lines[(end + 1)...]
            let headers = body.prefix { $0.contains(UInt8(ascii: ":")) }
            body = body.dropFirst(headers.count)
            let isEncrypted =
                label.hasPrefix("ENCRYPTED ")
                || headers.contains { String(decoding: $0, as: UTF8.self).contains("ENCRYPTED") }
            guard let der = Base64.decode(Array(body.joined())), !der.isEmpty else {
                throw .base64
            }
            blocks.append(PEMBlock(label: label, der: der, isEncrypted: isEncrypted))
        }
        return blocks
    }
}
