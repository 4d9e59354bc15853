package import HTTP

/// The fields of a form that was sent, `application/x-www-form-urlencoded`.
package struct PageForm: Sendable {
    /// The most fields a form may have.
    static let fieldsMax = 100

    /// The most bytes a form may have; a request for a certificate has a few thousand.
    static let bytesMax = 65_536

    private let values: [String: String]

    /// Reads the body of a request.
    ///
    /// - Parameter request: The request.
    /// - Throws: ``PageRefusal`` with 400 when the body is no form, or a field is there twice, and
    ///   with 413 when it is too long.
    package init(_ request: Request) throws(PageRefusal) {
        guard request.body.count <= Self.bytesMax else {
            throw PageRefusal(
                413,
                "What was sent is too long",
                "A form may have \(Self.bytesMax) bytes, and this one has \(request.body.count)."
            )
        }
        guard let text = String(validating: request.body, as: UTF8.self),
            let items = PercentEncoding.queryItems(text), items.count <= Self.fieldsMax
        else {
            throw PageRefusal(
                400,
                "What was sent is no form",
                "It is not percent-encoded, not UTF-8, or has more than \(Self.fieldsMax) fields."
            )
        }
        var values: [String: String] = [:]
        for (name, value) in items {
            guard values.updateValue(value, forKey: name) == nil else {
                throw PageRefusal(
                    400,
                    "What was sent is no form",
                    "It has the field \(name) twice."
                )
            }
        }
        self.values = values
    }

    /// A field without the spaces around it; browsers send line ends as CR LF, which become LF.
    ///
    /// - Parameter name: The name of the field.
    /// - Returns: Its text; empty when the field was not sent.
    package func text(_ name: String) -> String {
        var text = (values[name] ?? "").replacing("\r\n", with: "\n")[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// A field as it was sent: spaces belong to passwords.
    ///
    /// - Parameter name: The name of the field.
    /// - Returns: Its text; empty when the field was not sent.
    package func secret(_ name: String) -> String { values[name] ?? "" }

    /// Whether a box was ticked.
    ///
    /// - Parameter name: The name of the box.
    /// - Returns: Whether the field was sent at all.
    package func isTicked(_ name: String) -> Bool { values[name] != nil }
}
