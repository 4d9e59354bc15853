internal import AccountModel

extension Expectation {
    /// Reads the list that a person writes: `[…]`, or `{"expectations": […]}`.
    ///
    /// - Parameter root: The list.
    /// - Returns: The expectations.
    /// - Throws: ``JSONProblem`` that names the place and what may stand there.
    package static func read(_ root: JSONNode) throws(JSONProblem) -> [Expectation] {
        let list: [JSONNode]
        if case .object = root.value {
            let members = try root.object(known: ["expectations"])
            guard let expectations = members.optional("expectations") else {
                throw root.problem(
                    "has no expectations: give a list of them, such as [\(example)], or"
                        + #" {"expectations": […]}"#
                )
            }
            list = try expectations.list()
        } else {
            list = try root.list()
        }
        guard !list.isEmpty else {
            throw root.problem("is empty; an expectation is \(example)")
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

    private static func read(_ node: JSONNode) throws(JSONProblem) -> Expectation {
        let members = try node.object(known: ["name"] + demands + counts)
        let chosen = demands.filter { members.members[$0] != nil }
        guard chosen.count == 1, let demand = chosen.first else {
            throw node.problem(
                chosen.isEmpty
                    ? "says nothing that is expected: give one of "
                        + demands.joined(separator: ", ")
                    : "has \(chosen.joined(separator: " and ")); make two expectations of it"
            )
        }
        let count = counts.first { members.members[$0] != nil }
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
        _ node: JSONNode,
        _ members: JSONObject
    ) throws(JSONProblem) -> Demand {
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
                requests: try object.required("requests").integer(in: countRange),
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
        _ object: JSONObject
    ) throws(JSONProblem) -> CredentialMatcher {
        let given = credentials.filter { object.members[$0] != nil }
        guard given.count == 1, let name = given.first else {
            throw object.problem(
                "must have one of certificate (a serial number, or how it begins), token and user"
                    + " (ids)"
            )
        }
        let node = try object.required(name)
        let text = try node.text()
        guard !text.isEmpty else { throw node.problem("is empty") }
        if name == "certificate", !JournalFilter.isSerial(text) {
            throw node.problem(
                "is \"\(text)\"; a serial number, or how it begins, is hexadecimal: 64AB…"
            )
        }
        return switch name {
        case "certificate": .certificate(text)
        case "token": .token(text)
        default: .user(text)
        }
    }

    private static func point(
        _ name: String,
        in object: JSONObject
    ) throws(JSONProblem) -> JournalPoint? {
        try object.optional(name).map { (node) throws(JSONProblem) in
            JournalPoint(try node.text())
        }
    }

    private static func count(_ members: JSONObject) throws(JSONProblem) -> Count {
        let exactly = try members.optional("exactly")?.integer(in: countRange)
        let least = try members.optional("at_least")?.integer(in: countRange)
        let most = try members.optional("at_most")?.integer(in: countRange)
        if let never = members.optional("never") {
            guard case .flag(true) = never.value else { throw never.problem("must be true") }
            guard exactly == nil, least == nil, most == nil else {
                throw members.problem("has never and another count; keep one")
            }
            return Count(least: 0, most: 0)
        }
        if let exactly {
            guard least == nil, most == nil else {
                throw members.problem("has exactly and another count; keep one")
            }
            return Count(least: exactly, most: exactly)
        }
        if let least, let most, least > most {
            throw members.problem("expects at_least \(least) and at_most \(most)")
        }
        return Count(least: least ?? (most == nil ? 1 : 0), most: most)
    }

    private static func matcher(_ node: JSONNode) throws(JSONProblem) -> RequestMatcher {
        let known = JournalFilter.commonNames.filter { $0 != "kind" } + ["after", "before"]
        let object = try node.object(known: known)
        var filter = JournalFilter()
        filter.kind = .request
        var words: [String] = []
        for name in known {
            guard let member = object.optional(name) else { continue }
            let text = try word(member)
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

    /// A text, or a number as one: a status is written either way.
    private static func word(_ node: JSONNode) throws(JSONProblem) -> String {
        if case .integer(let number) = node.value { return String(number) }
        return try node.text()
    }

    private static let countRange = 0...1_000_000
}
