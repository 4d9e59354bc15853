internal import AccountModel

extension Expectation {
    /// Reads the list that a person writes: `[…]`, or `{"expectations": […]}`.
    ///
    /// - Parameter tree: The list.
    /// - Returns: The expectations.
    /// - Throws: ``JournalProblem`` that names the place and what may stand there.
    package static func read(_ tree: JSONTree) throws(JournalProblem) -> [Expectation] {
        let root = ExpectationNode(value: tree, path: "$")
        let list: [ExpectationNode]
        if case .object = tree {
            list = try root.object(known: ["expectations"]).required("expectations").list()
        } else {
            list = try root.list()
        }
        guard !list.isEmpty else {
            throw JournalProblem("$", "is empty; an expectation is \(example)")
        }
        var expectations: [Expectation] = []
        for node in list { expectations.append(try read(node)) }
        return expectations
    }

    private static let example =
        #"{"request": {"method": "POST", "path": "/account/**"}, "exactly": 1}"#

    private static let demands = [
        "request", "no_request_after", "in_order", "never_used", "new_key", "only_one_credential",
        "stopped_within",
    ]

    private static let counts = ["exactly", "at_least", "at_most", "never"]

    private static func read(_ node: ExpectationNode) throws(JournalProblem) -> Expectation {
        let members = try node.object(known: ["name"] + demands + counts)
        let chosen = demands.filter { members.values[$0] != nil }
        guard chosen.count == 1, let demand = chosen.first else {
            throw node.problem(
                chosen.isEmpty
                    ? "says nothing that is expected: give one of \(demands.joined(separator: ", "))"
                    : "has \(chosen.joined(separator: " and ")); make two expectations of it"
            )
        }
        let count = counts.first { members.values[$0] != nil }
        if let count, demand != "request" {
            throw node.problem("has \(count), which belongs to request only")
        }
        return Expectation(
            name: try members.optional("name")?.text(),
            try read(demand, try members.required(demand), members)
        )
    }

    private static func read(
        _ name: String,
        _ node: ExpectationNode,
        _ members: ExpectationObject
    ) throws(JournalProblem) -> Demand {
        switch name {
        case "request":
            return .requests(try matcher(node), try count(members))
        case "no_request_after":
            let point = JournalPoint(try node.text())
            return .requests(
                RequestMatcher(filter: JournalFilter(), after: point, text: "after \(point.text)"),
                Count(least: 0, most: 0)
            )
        case "in_order":
            var matchers: [RequestMatcher] = []
            for step in try node.list() { matchers.append(try matcher(step)) }
            guard matchers.count > 1 else {
                throw node.problem("must have two requests or more to be in order")
            }
            return .inOrder(matchers)
        case "never_used":
            let object = try node.object(known: credentials + ["after"])
            return .neverUsed(try credential(object), after: try point("after", in: object))
        case "stopped_within":
            let object = try node.object(known: ["requests", "after"] + credentials)
            return .stoppedWithin(
                requests: try object.required("requests").count(),
                try credential(object),
                after: try point("after", in: object)
            )
        case "new_key":
            if case .flag(true) = node.value { return .newKey(user: nil) }
            let object = try node.object(known: ["user"])
            return .newKey(user: try object.required("user").text())
        default:
            guard case .flag(true) = node.value else { throw node.problem("must be true") }
            return .onlyOneCredential
        }
    }

    private static let credentials = ["certificate", "token", "user"]

    private static func credential(
        _ object: ExpectationObject
    ) throws(JournalProblem) -> CredentialMatcher {
        let given = credentials.filter { object.values[$0] != nil }
        guard given.count == 1, let name = given.first else {
            throw object.node.problem(
                "must have one of certificate (a serial number, or how it begins), token and user"
                    + " (ids)"
            )
        }
        let text = try object.required(name).text()
        return switch name {
        case "certificate": .certificate(text)
        case "token": .token(text)
        default: .user(text)
        }
    }

    private static func point(
        _ name: String,
        in object: ExpectationObject
    ) throws(JournalProblem) -> JournalPoint? {
        try object.optional(name).map { (node) throws(JournalProblem) in
            JournalPoint(try node.text())
        }
    }

    private static func count(_ members: ExpectationObject) throws(JournalProblem) -> Count {
        let exactly = try members.optional("exactly")?.count()
        let least = try members.optional("at_least")?.count()
        let most = try members.optional("at_most")?.count()
        if let never = members.optional("never") {
            guard case .flag(true) = never.value else { throw never.problem("must be true") }
            guard exactly == nil, least == nil, most == nil else {
                throw members.node.problem("has never and another count; keep one")
            }
            return Count(least: 0, most: 0)
        }
        if let exactly {
            guard least == nil, most == nil else {
                throw members.node.problem("has exactly and another count; keep one")
            }
            return Count(least: exactly, most: exactly)
        }
        if let least, let most, least > most {
            throw members.node.problem("expects at_least \(least) and at_most \(most)")
        }
        return Count(least: least ?? (most == nil ? 1 : 0), most: most)
    }

    private static func matcher(_ node: ExpectationNode) throws(JournalProblem) -> RequestMatcher {
        let known = JournalFilter.commonNames.filter { $0 != "kind" } + ["after", "before"]
        let object = try node.object(known: known)
        var filter = JournalFilter()
        filter.kind = .request
        var words: [String] = []
        for name in known {
            guard let member = object.optional(name) else { continue }
            let text = try member.word()
            words.append("\(name) \(text)")
            guard name != "after", name != "before" else { continue }
            do throws(JournalProblem) {
                try filter.set(name, to: text, known: known)
            } catch {
                throw member.problem(error.text)
            }
        }
        return RequestMatcher(
            filter: filter,
            after: try point("after", in: object),
            before: try point("before", in: object),
            text: words.isEmpty ? "of any kind" : "with " + words.joined(separator: ", ")
        )
    }
}

/// A value in a list of expectations, and where it stands: `$[1].request`.
private struct ExpectationNode {
    let value: JSONTree
    let path: String

    func problem(_ text: String) -> JournalProblem { JournalProblem(path, text) }

    func object(known: [String]) throws(JournalProblem) -> ExpectationObject {
        guard case .object(let members) = value else {
            throw problem("must be an object, and is \(value.typeName)")
        }
        if let key = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw JournalProblem(
                "\(path).\(key)",
                "is not known; known are \(known.joined(separator: ", "))"
            )
        }
        return ExpectationObject(values: members, node: self)
    }

    func list() throws(JournalProblem) -> [ExpectationNode] {
        guard case .array(let values) = value else {
            throw problem("must be a list, and is \(value.typeName)")
        }
        return values.enumerated().map { index, value in
            ExpectationNode(value: value, path: "\(path)[\(index)]")
        }
    }

    func text() throws(JournalProblem) -> String {
        guard case .text(let text) = value else {
            throw problem("must be a text, and is \(value.typeName)")
        }
        return text
    }

    /// A text, or a number as one: a status is written either way.
    func word() throws(JournalProblem) -> String {
        if case .integer(let number) = value { return String(number) }
        return try text()
    }

    func count() throws(JournalProblem) -> Int {
        guard case .integer(let count) = value, count >= 0 else {
            throw problem("must be a whole number from 0, and is \(value)")
        }
        return count
    }
}

/// The members of an object; `null` is as good as absent.
private struct ExpectationObject {
    let values: [String: JSONTree]
    let node: ExpectationNode

    func optional(_ key: String) -> ExpectationNode? {
        switch values[key] {
        case nil, .null?: nil
        case .some(let value): ExpectationNode(value: value, path: "\(node.path).\(key)")
        }
    }

    func required(_ key: String) throws(JournalProblem) -> ExpectationNode {
        guard let member = optional(key) else { throw node.problem("lacks \(key)") }
        return member
    }
}
