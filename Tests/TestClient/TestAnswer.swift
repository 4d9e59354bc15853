/// An answer of HTTP/1.1, parsed just well enough for tests.
package struct TestAnswer: Sendable {
    /// The status code.
    package let status: Int

    /// The header fields with their names in lower case.
    package let fields: [(name: String, value: String)]

    /// The body.
    package let body: [UInt8]

    /// The first value of a field.
    ///
    /// - Parameter name: The name in lower case.
    package subscript(name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Parses one answer at the beginning of the bytes.
    ///
    /// - Returns: The answer and how many bytes it has; `nil` when it is not complete.
    static func parse(_ bytes: [UInt8], isHead: Bool) -> (answer: TestAnswer, count: Int)? {
        let end = Array("\r\n\r\n".utf8)
        guard bytes.count >= 4,
            let head = (0...(bytes.count - 4)).first(where: {
                bytes[$0..<($0 + 4)].elementsEqual(end)
            })
        else { return nil }
        let lines = String(decoding: bytes[..<head], as: UTF8.self).split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        let fields = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return (line[..<colon].lowercased(), String(value))
        }
        let length = fields.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
        let bodyStart = head + 4
        let bodyCount = isHead || status == 204 || status / 100 == 1 ? 0 : length
        guard bytes.count >= bodyStart + bodyCount else { return nil }
        let body = Array(bytes[bodyStart..<(bodyStart + bodyCount)])
        return (TestAnswer(status: status, fields: fields, body: body), bodyStart + bodyCount)
    }
}
