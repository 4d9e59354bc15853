import Testing

@testable import HTTP

@Suite("Fields")
struct FieldsTests {
    @Test("keeps order and repetitions, and lower-cases names (RFC 9110 §5.1)")
    func appends() {
        var fields: Fields = ["X-B": "1", "a": "2"]
        fields.append("x-B", "3")
        #expect(fields.map(\.name) == ["x-b", "a", "x-b"])
        #expect(fields.first("x-b") == "1")
        #expect(fields.all("x-b") == ["1", "3"])
        #expect(fields.first("x") == nil)
        #expect(fields.all("x").isEmpty)
        #expect(fields.count == 3)
    }

    @Test("set replaces every field of the name, in place of the first")
    func sets() {
        var fields: Fields = ["a": "1", "b": "2", "a": "3", "c": "4", "A": "5"]
        fields.set("A", "6")
        #expect(fields == ["a": "6", "b": "2", "c": "4"])
        fields.set("b", "7")
        fields.set("d", "8")
        #expect(fields == ["a": "6", "b": "7", "c": "4", "d": "8"])
    }

    @Test("remove removes every field of the name")
    func removes() {
        var fields: Fields = ["a": "1", "b": "2", "a": "3"]
        fields.remove("A")
        #expect(fields == ["b": "2"])
        fields.remove("b")
        #expect(fields.isEmpty)
    }

    @Test("counts the bytes of names and values")
    func byteCount() {
        #expect(Fields().byteCount == 0)
        #expect((["a": "é", "bc": ""] as Fields).byteCount == 5)
    }
}
