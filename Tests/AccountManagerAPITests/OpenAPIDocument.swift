import AccountManagerDocuments

@testable import AccountManagerAPI

/// `docs/openapi-public.json`, for tests to walk through.
struct OpenAPIDocument {
    /// The whole document.
    let root: JSONValue

    /// The operations in the order of their paths.
    let operations: [Operation]

    /// One operation.
    struct Operation: Sendable {
        let method: String
        let path: String
        let value: JSONValue

        /// The parameters of the path and of the operation itself, without references.
        let parameters: [JSONValue]

        /// The responses by status, without references.
        let responses: [Int: JSONValue]

        /// Method and path.
        var name: String { "\(method) \(path)" }
    }

    init() throws {
        let root = try JSONReader.read(AccountManagerDocuments.openAPI)
        self.root = root
        operations = root["paths"].members.sorted { $0.key < $1.key }.flatMap { path, item in
            item.members.filter { $0.key != "parameters" }.sorted { $0.key < $1.key }
                .map { method, value in
                    let parameters = item["parameters"].items + value["parameters"].items
                    let responses = value["responses"].members.map { status, response in
                        (Int(status) ?? 0, root.resolved(response))
                    }
                    return Operation(
                        method: method.uppercased(),
                        path: path,
                        value: value,
                        parameters: parameters.map(root.resolved),
                        responses: Dictionary(responses) { first, _ in first }
                    )
                }
        }
    }
}

extension JSONValue {
    /// A member; null where there is none.
    subscript(_ name: String) -> JSONValue { members[name] ?? .null }

    /// The members of an object; none of another value.
    var members: [String: JSONValue] {
        guard case .object(let members) = self else { return [:] }
        return members
    }

    /// The elements of an array; none of another value.
    var items: [JSONValue] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    /// The text of a string.
    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The value of a whole number.
    var integer: Int? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits)
    }

    /// What a reference within this document stands for; another value is itself.
    func resolved(_ value: JSONValue) -> JSONValue {
        guard let reference = value["$ref"].text else { return value }
        return reference.split(separator: "/").dropFirst().reduce(self) { $0[String($1)] }
    }

    /// The last word of a reference.
    var referenceName: String? {
        self["$ref"].text.flatMap { $0.split(separator: "/").last.map(String.init) }
    }
}
