import Foundation

/// The mock's JSON, whose names have underscores.
enum JSON {
    /// Decodes a value.
    ///
    /// - Parameters:
    ///   - type: The value's type.
    ///   - text: The JSON.
    /// - Returns: The value.
    /// - Throws: `DecodingError` when the text is not such a value.
    static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(text.utf8))
    }

    /// The text with its names sorted, so that two texts of one value are equal.
    ///
    /// - Parameter text: The JSON.
    /// - Returns: The same value.
    /// - Throws: An error of `JSONSerialization` when the text is no JSON.
    static func sorted(_ text: String) throws -> String {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let data = try JSONSerialization.data(
            withJSONObject: value,
            options: [.sortedKeys, .prettyPrinted]
        )
        return String(decoding: data, as: UTF8.self)
    }
}
