package import HTTP
package import World

/// One request on its way through a handler of the control listener.
package struct ControlCall: Sendable {
    /// What was sent.
    package let request: Request

    /// The connection it came on.
    package let context: RequestContext

    /// What the pattern's braces matched, in order.
    package let parameters: [String]

    /// The worlds of the process.
    package let worlds: Worlds

    /// What the process says of itself.
    let parts: ControlAPI.Parts

    /// The world that the path names.
    ///
    /// - Returns: The world, opened if it was dormant.
    /// - Throws: ``ControlRefusal`` with 404 and the call that creates it, or 503 when its file
    ///   cannot be opened.
    package func world() throws(ControlRefusal) -> World {
        let name = worldName
        do throws(WorldError) {
            if let world = try worlds.world(named: name) { return world }
        } catch {
            throw ControlRefusal(503, "\(error)")
        }
        throw noWorld(name)
    }

    /// The name of the world that the path names, whether there is one or not.
    var worldName: String { parameters.first ?? "" }

    /// Says that a world does not exist, and how it would.
    ///
    /// - Parameter name: The name.
    /// - Returns: The refusal.
    func noWorld(_ name: String) -> ControlRefusal {
        ControlRefusal(404, "there is no world \(name); \(Worlds.advice(toCreate: name))")
    }

    /// The body as JSON; one that is empty reads as an empty object.
    ///
    /// - Returns: The whole body.
    /// - Throws: ``ControlRefusal`` with 400 and the place where it is broken.
    package func body() throws(ControlRefusal) -> JSONNode {
        guard !request.body.isEmpty else { return JSONNode(value: .object([:])) }
        do throws(JSONFault) {
            return JSONNode(value: try JSONTree.parse(request.body))
        } catch {
            throw ControlRefusal(400, "the body is not JSON: \(error)")
        }
    }

    /// Reads the body in a way that may complain.
    ///
    /// - Parameter read: Takes the body apart.
    /// - Returns: What `read` returns.
    /// - Throws: ``ControlRefusal`` with 400 and the place.
    package func reading<Value>(
        _ read: (JSONNode) throws(JSONProblem) -> Value
    ) throws(ControlRefusal) -> Value {
        let body = try body()
        do throws(JSONProblem) {
            return try read(body)
        } catch {
            throw ControlRefusal(400, "\(error)")
        }
    }

    /// The query of the request.
    ///
    /// - Parameter known: The parameters that there are.
    /// - Returns: The values.
    /// - Throws: ``ControlRefusal`` with 400 that names an unknown or repeated parameter.
    package func query(known: [String]) throws(ControlRefusal) -> ControlQuery {
        try ControlQuery(request, known: known)
    }
}

/// The query of a control request; every parameter is known, and given once.
package struct ControlQuery: Sendable {
    private let values: [String: String]

    init(_ request: Request, known: [String]) throws(ControlRefusal) {
        guard let items = PercentEncoding.queryItems(request.query) else {
            throw ControlRefusal(400, "the query is not percent-encoded as it must be")
        }
        var values: [String: String] = [:]
        for (name, value) in items {
            guard known.contains(name) else {
                throw ControlRefusal(
                    400,
                    "?\(name) is no parameter of \(request.path); known are "
                        + (known.isEmpty ? "none" : known.joined(separator: ", "))
                )
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw ControlRefusal(400, "?\(name) was given twice; give it once")
            }
        }
        self.values = values
    }

    /// A parameter; an empty one is as good as none.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The value.
    package func text(_ name: String) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A whole number.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - range: What it may be.
    /// - Returns: The number, or nil when it is not given.
    /// - Throws: ``ControlRefusal`` with 400 when it is none, or lies outside.
    package func integer(
        _ name: String,
        in range: ClosedRange<Int>
    ) throws(ControlRefusal) -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw ControlRefusal(
                400,
                "?\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), "
                    + "and is \"\(text)\""
            )
        }
        return number
    }

    /// One of several words.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - type: The words.
    /// - Returns: The word, or nil when it is not given.
    /// - Throws: ``ControlRefusal`` with 400 that lists the words.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        of type: Choice.Type
    ) throws(ControlRefusal) -> Choice? where Choice.RawValue == String {
        guard let text = text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ControlRefusal(400, "?\(name) is \"\(text)\", which is none of \(words)")
        }
        return choice
    }
}
