import AccountManagerDocuments
import HTTP
import Testing
import World

@testable import ControlAPI

/// The document promises what the table of routes does, no more and no less.
@Suite("docs/openapi-control.json")
struct ControlDocumentTests {
    private let document: JSONTree

    init() throws {
        document = try JSONTree.parse(AccountManagerDocuments.controlOpenAPI)
    }

    @Test("the operations are the rows of the route table")
    func operations() {
        let documented = document["paths"].members.flatMap { path, operations in
            operations.members.keys.map { "\($0.uppercased()) \(path)" }
        }
        let served = ControlAPI.routes.map { "\($0.method) \($0.pattern)" }
        #expect(documented.sorted() == served.sorted())
    }

    @Test("every operation has a name of its own, a summary, and tells who may not ask")
    func descriptions() {
        var names: Set<String> = []
        for (path, operations) in document["paths"].members {
            for (method, operation) in operations.members {
                let place = "\(method) \(path)"
                #expect(names.insert(operation["operationId"].text ?? "").inserted, "\(place)")
                #expect(operation["summary"].text?.isEmpty == false, "\(place)")
                let statuses = Set(operation["responses"].members.keys)
                let isOpen = ControlGuard.openPaths.contains(path)
                #expect(statuses.isSuperset(of: ["403", "421"]), "\(place)")
                #expect(statuses.contains("401") == !isOpen, "\(place)")
                #expect(statuses.contains("415") == (method != "get"), "\(place)")
            }
        }
    }

    @Test("every parameter of a path is described")
    func parameters() {
        for (path, operations) in document["paths"].members {
            let names = path.split(separator: "/").filter { $0.hasPrefix("{") }
                .map { String($0.dropFirst().dropLast()) }
            for (method, operation) in operations.members {
                let described = operation["parameters"].items.map { resolved($0) }
                    .filter { $0["in"].text == "path" }.compactMap { $0["name"].text }
                #expect(described == names, "\(method) \(path)")
            }
        }
    }

    @Test("every reference leads somewhere")
    func references() {
        for reference in document.references {
            #expect(resolved(.object(["$ref": .text(reference)])) != .null, "\(reference)")
        }
    }

    @Test("is served as it is")
    func serving() throws {
        let control = try ControlFixture()
        let response = control.answer("GET", "/openapi.json")
        #expect(response.status == 200)
        #expect(response.fields.first("content-type") == "application/json")
        #expect(response.body == AccountManagerDocuments.controlOpenAPI)
    }

    /// What a value stands for, where it is a reference.
    private func resolved(_ value: JSONTree) -> JSONTree {
        guard let reference = value["$ref"].text else { return value }
        return reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] }
    }
}

extension JSONTree {
    fileprivate subscript(name: String) -> JSONTree { members[name] ?? .null }

    fileprivate var members: [String: JSONTree] {
        guard case .object(let members) = self else { return [:] }
        return members
    }

    fileprivate var items: [JSONTree] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    fileprivate var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// Every reference in it, however deep.
    fileprivate var references: [String] {
        [self["$ref"].text].compactMap(\.self)
            + members.values.flatMap(\.references) + items.flatMap(\.references)
    }
}
