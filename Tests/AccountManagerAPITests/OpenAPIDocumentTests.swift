import HTTP
import Testing

@testable import AccountManagerAPI

/// The document promises what the sources do, no more and no less.
@Suite("docs/openapi-public.json")
struct OpenAPIDocumentTests {
    private let document: OpenAPIDocument

    init() throws {
        document = try OpenAPIDocument()
    }

    @Test("the operations are the rows of the route table, with their evidence")
    func operations() {
        let documented = document.operations.map { operation in
            "\(operation.method) \(operation.path) \(operation.value["x-evidence"].text ?? "?")"
        }
        let served = AccountManagerAPI.routes.map { route in
            "\(route.method) \(route.pattern) \(route.handler.evidence.rawValue)"
        }
        #expect(documented.sorted() == served.sorted())
    }

    @Test("what an operation marks as inferred is what lowers the evidence of its answer")
    func inferences() throws {
        for operation in document.operations where operation.evidence != .inferred {
            let route = try #require(
                AccountManagerAPI.routes.first { route in
                    route.method == operation.method && route.pattern == operation.path
                }
            )
            let content = operation.value["requestBody"]["content"]["application/json"]
            let body = document.root.resolved(content["schema"])
            let parameters = operation.parameters.filter { $0["in"].text == "query" }
            let inferred =
                parameters.filter { $0.evidence == .inferred }.compactMap { $0["name"].text }
                + body["properties"].members.filter { $0.value.evidence == .inferred }.map(\.key)
            #expect(
                inferred.sorted() == route.handler.inferences.sorted(),
                "\(operation.name)"
            )
        }
    }

    @Test("the examples of errors are the rows of the catalogue")
    func errors() {
        let documented = document.root["components"]["examples"].members.map { name, example in
            let error = example["value"]["errors"].items.first ?? .null
            return [
                name, "\(example["x-status"].integer ?? 0)",
                "\(example["x-other-status"].integer ?? 0)", error["code"].text ?? "?",
                error["message"].text ?? "?", example["x-evidence"].text ?? "?",
            ].joined(separator: " ")
        }
        let catalogue = APIError.allCases.map { error in
            let row = error.row
            return [
                error.rawValue, "\(row.status)", "\(row.otherStatus ?? 0)", row.code, row.message,
                row.evidence.rawValue,
            ].joined(separator: " ")
        }
        #expect(documented.sorted() == catalogue.sorted())
    }

    @Test("each error is answered somewhere, and only with a status that its row has")
    func responses() {
        var answered: Set<String> = []
        for operation in document.operations {
            for (status, response) in operation.responses {
                let names = Self.errors(in: response)
                answered.formUnion(names)
                #expect(names.isEmpty == (status < 400), "\(operation.name) \(status)")
                for name in names {
                    let row = APIError(rawValue: name)?.row
                    let possible = [row?.status, row?.otherStatus].compactMap(\.self)
                    #expect(possible.contains(status), "\(operation.name) \(name)")
                }
            }
        }
        for response in document.root["components"]["responses"].members.values {
            answered.formUnion(Self.errors(in: response))
        }
        #expect(answered == Set(APIError.allCases.map(\.rawValue)))
    }

    /// What any request can meet, whatever it asks for; what belongs to no operation is left out.
    private static let everywhere = APIError.allCases.filter { error in
        switch error {
        case .noAuthenticationData, .refusedKey, .notEnoughPermissions, .malformedRequest,
            .notAcceptable, .tooManyRequests, .requestTimeout, .bodyTooLarge, .targetTooLong,
            .misdirectedRequest, .headersTooLarge, .internalError, .notImplemented, .unavailable,
            .versionNotSupported:
            true
        case .invalidInput, .duplicateName, .duplicateNickname, .duplicateUser,
            .duplicateTokenName, .certificateNotFound, .userNotFound, .tokenNotFound,
            .accountNotFound, .organizationNotFound, .auditEntryNotFound, .pathNotFound,
            .methodNotAllowed, .unsupportedMediaType:
            false
        }
    }

    @Test("each operation names the errors that every request can meet, and those of its body")
    func common() {
        for operation in document.operations {
            let names = Set(operation.responses.values.flatMap(Self.errors))
            for error in Self.everywhere {
                #expect(names.contains(error.rawValue), "\(operation.name) \(error)")
            }
            let hasBody = operation.value["requestBody"] != .null
            let hasQuery = operation.parameters.contains { $0["in"].text == "query" }
            let hasID = operation.path.contains("{id}")
            let bodies: Set = [APIError.unsupportedMediaType.rawValue]
            #expect(names.isSuperset(of: bodies) == hasBody, "\(operation.name)")
            let input = APIError.invalidInput.rawValue
            #expect(names.contains(input) == (hasBody || hasQuery), "\(operation.name)")
            #expect(
                !hasID || operation.responses.keys.contains(404),
                "\(operation.name)"
            )
        }
    }

    @Test("everything that can be sent or answered says how well it is known")
    func evidence() {
        var unmarked: [String] = []
        for operation in document.operations {
            let place = operation.name
            if operation.evidence == nil { unmarked.append(place) }
            for parameter in operation.parameters where parameter.evidence == nil {
                unmarked.append("\(place) \(parameter["name"].text ?? "?")")
            }
            for (status, response) in operation.responses where response.evidence == nil {
                unmarked.append("\(place) \(status)")
            }
        }
        let components = document.root["components"]
        for kind in ["headers", "responses", "examples", "securitySchemes"] {
            for (name, component) in components[kind].members where component.evidence == nil {
                unmarked.append("\(kind) \(name)")
            }
        }
        for (name, schema) in components["schemas"].members {
            Self.collectUnmarked(schema, name, &unmarked)
        }
        #expect(unmarked.isEmpty)
    }

    @Test("everything has a description, and every operation that answers has an example")
    func descriptions() {
        for operation in document.operations {
            #expect(operation.value["summary"].text?.isEmpty == false)
            #expect(operation.parameters.allSatisfy { $0["description"].text != nil })
            for (status, response) in operation.responses where status < 300 && status != 204 {
                let content = response["content"]["application/json"]
                #expect(content["example"] != .null, "\(operation.name)")
            }
        }
        for (name, schema) in document.root["components"]["schemas"].members {
            #expect(schema["description"].text?.isEmpty == false, "\(name)")
        }
    }

    @Test("every example of a body or an answer fits its schema")
    func examples() {
        let schemas = JSONSchema(document: document.root)
        for operation in document.operations {
            var contents = operation.responses.map { ("\($0)", $1["content"]) }
            contents.append(("body", operation.value["requestBody"]["content"]))
            for (place, content) in contents {
                let media = content["application/json"]
                var examples = media["examples"].members.values.map { document.root.resolved($0) }
                    .map { $0["value"] }
                if media["example"] != .null { examples.append(media["example"]) }
                for example in examples {
                    let problems = schemas.problems(of: example, against: media["schema"])
                    #expect(problems.isEmpty, "\(operation.name) \(place)")
                }
            }
        }
    }

    @Test("the addresses fit any host, and no other is named")
    func servers() {
        #expect(document.root["servers"].items.compactMap { $0["url"].text } == ["/"])
    }

    /// The names of the errors that a response has for examples.
    private static func errors(in response: JSONValue) -> [String] {
        response["content"]["application/json"]["examples"].members.values
            .compactMap(\.referenceName)
    }

    private static func collectUnmarked(
        _ schema: JSONValue,
        _ place: String,
        _ unmarked: inout [String]
    ) {
        for (name, member) in schema["properties"].members {
            if member.evidence == nil { unmarked.append("\(place).\(name)") }
            collectUnmarked(member, "\(place).\(name)", &unmarked)
            collectUnmarked(member["items"], "\(place).\(name)[]", &unmarked)
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            for part in schema[key].items { collectUnmarked(part, place, &unmarked) }
        }
    }
}

extension JSONValue {
    fileprivate var evidence: Evidence? { self["x-evidence"].text.flatMap(Evidence.init) }
}

extension OpenAPIDocument.Operation {
    fileprivate var evidence: Evidence? { value["x-evidence"].text.flatMap(Evidence.init) }
}
