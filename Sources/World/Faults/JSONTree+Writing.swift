internal import HTTP

extension JSONTree {
    /// The value as JSON, the members of objects in the order of their names.
    package var jsonBytes: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .flag(let flag): writer.value(flag)
        case .integer(let integer): writer.value(integer)
        case .number(let number): writer.raw(Array(Self.text(of: number).utf8))
        case .text(let text): writer.value(text)
        case .array(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                writer.name(dynamic: name)
                value.write(to: &writer)
            }
            writer.endObject()
        }
    }

    /// JSON has no word for what is no number.
    private static func text(of number: Double) -> String {
        number.isFinite ? "\(number)" : "null"
    }
}
