import HTTP
import Testing

@testable import AccountManagerAPI

@Suite("AcceptedTypes")
struct AcceptedTypesTests {
    static let admitting: [[String]] = [
        [], ["*/*"], ["application/json"], ["application/*"], ["*"], [""], [","], ["nonsense"],
        ["APPLICATION/Json"], ["application/json; charset=utf-8"], ["text/html, */*;q=0.1"],
        ["text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"], ["text/plain", "*/*"],
        ["application/json;q=0.001"], ["application/json;version=1;q=1"], ["text/plain,\t*/*"],
        ["*/*;q=0, application/json"], ["application/json, application/json;q=0"],
    ]

    @Test("JSON is admitted where it is named, or everything is, or nothing", arguments: admitting)
    func admits(_ values: [String]) {
        var fields = Fields()
        for value in values { fields.append("accept", value) }
        #expect(AcceptedTypes.admitJSON(fields))
    }

    static let refusing: [[String]] = [
        ["text/html"], ["application/xml"], ["text/*"], ["application/jsonp"],
        ["application/problem+json"], ["application/json;q=0"], ["application/json; q=0.000"],
        ["*/*, application/json;q=0"], ["application/*;Q=0, */*"], ["text/plain", "image/png"],
        ["text/html, nonsense"], ["*/*;q=0"],
    ]

    @Test("JSON is not admitted where only others are (RFC 9110 §12.5.1)", arguments: refusing)
    func refuses(_ values: [String]) {
        var fields = Fields()
        for value in values { fields.append("accept", value) }
        #expect(!AcceptedTypes.admitJSON(fields))
    }
}
