/// What a request wants done to one property of a thing.
enum MemberChange<Value: Sendable & Equatable>: Sendable, Equatable {
    /// The member is absent: the property stays.
    case keep

    /// The member is null: the property is taken away.
    case clear

    /// The member has a value.
    case set(Value)

    /// The value that was sent.
    var value: Value? {
        guard case .set(let value) = self else { return nil }
        return value
    }

    /// Does it to a property that may be missing.
    ///
    /// - Parameter property: The property.
    func apply(to property: inout Value?) {
        switch self {
        case .keep: return
        case .clear: property = nil
        case .set(let value): property = value
        }
    }

    /// Does it to a property that is always there.
    ///
    /// - Parameters:
    ///   - property: The property.
    ///   - empty: What it is without a value.
    func apply(to property: inout Value, empty: Value) {
        switch self {
        case .keep: return
        case .clear: property = empty
        case .set(let value): property = value
        }
    }

    /// Whether it would make a property another one.
    ///
    /// - Parameter property: What the property is now.
    /// - Returns: Whether something would change.
    func changes(_ property: Value?) -> Bool {
        switch self {
        case .keep: false
        case .clear: property != nil
        case .set(let value): property != value
        }
    }
}
