/// The header fields of one message, in the order they came or will be sent.
///
/// Names are stored in lower case (RFC 9110 §5.1: they are case-insensitive, and HTTP/2 carries
/// nothing else), so a look-up with a lower-case name is a plain comparison.
package struct Fields: Sendable, Hashable {
    /// One field line.
    package struct Field: Sendable, Hashable {
        /// The name in lower case.
        package let name: String

        /// The value without surrounding white space.
        package var value: String

        /// Makes a field.
        ///
        /// - Parameters:
        ///   - name: The name, already in lower case.
        ///   - value: The value.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    private var list: [Field]

    /// Makes an empty list.
    package init() {
        list = []
    }

    /// The number of field lines.
    package var count: Int { list.count }

    /// Whether there is no field at all.
    package var isEmpty: Bool { list.isEmpty }

    /// How many bytes all names and values have together.
    package var byteCount: Int {
        var count = 0
        for index in list.indices {
            count += list[index].name.utf8.count + list[index].value.utf8.count
        }
        return count
    }

    /// Makes room for fields to come, so that a message costs one allocation.
    ///
    /// - Parameter count: The expected number of fields.
    package mutating func reserveCapacity(_ count: Int) {
        list.reserveCapacity(count)
    }

    /// Adds a field at the end and keeps others of the same name.
    ///
    /// - Parameters:
    ///   - name: The name in any case.
    ///   - value: The value.
    package mutating func append(_ name: String, _ value: String) {
        list.append(Field(name: Self.lowercased(name), value: value))
    }

    /// Puts a field in place of every other of the same name.
    ///
    /// - Parameters:
    ///   - name: The name in any case.
    ///   - value: The value.
    package mutating func set(_ name: String, _ value: String) {
        let name = Self.lowercased(name)
        guard let index = index(of: name) else {
            list.append(Field(name: name, value: value))
            return
        }
        list[index].value = value
        guard list[(index + 1)...].contains(where: { $0.name == name }) else { return }
        let head = list[...index]
        list = head + list[(index + 1)...].filter { $0.name != name }
    }

    /// The value of the first field of a name.
    ///
    /// - Parameter name: The name in lower case.
    /// - Returns: The value, or nil when no field has that name.
    package func first(_ name: String) -> String? {
        index(of: name).map { list[$0].value }
    }

    /// The values of all fields of a name, in order.
    ///
    /// - Parameter name: The name in lower case.
    /// - Returns: The values; empty when no field has that name.
    package func all(_ name: String) -> [String] {
        list.filter { $0.name == name }.map(\.value)
    }

    /// Removes every field of a name.
    ///
    /// - Parameter name: The name in any case.
    package mutating func remove(_ name: String) {
        let name = Self.lowercased(name)
        list.removeAll { $0.name == name }
    }

    /// Adds a field whose name is known to be in lower case already: the decoder's own entrance.
    mutating func append(lowercase name: String, _ value: String) {
        list.append(Field(name: name, value: value))
    }

    private func index(of name: String) -> Int? {
        let length = name.utf8.count
        return list.firstIndex { $0.name.utf8.count == length && $0.name == name }
    }

    private static func lowercased(_ name: String) -> String {
        let hasUpperCase = name.utf8.contains { $0 >= 0x41 && $0 <= 0x5A }
        return hasUpperCase ? name.lowercased() : name
    }
}

extension Fields: Sequence {
    /// Walks the fields in order.
    ///
    /// - Returns: An iterator over the field lines.
    package func makeIterator() -> IndexingIterator<[Field]> {
        list.makeIterator()
    }
}

extension Fields: ExpressibleByDictionaryLiteral {
    /// Makes a list from `["name": "value"]`, keeping order and repetitions.
    ///
    /// - Parameter elements: The names, in any case, and their values.
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init()
        for (name, value) in elements { append(name, value) }
    }
}
