internal import AccountModel

extension FaultRule {
    /// The members of a rule; the last two are written and never taken.
    private static let members = [
        "id", "name", "enabled", "match", "when", "action", "continue", "matched", "applied",
    ]

    /// Reads a rule.
    ///
    /// - Parameters:
    ///   - tree: The rule; what it says about how often it was met is left aside.
    ///   - path: Where it stands.
    /// - Returns: The rule; its ``id`` is empty where it has none.
    /// - Throws: ``JSONProblem`` with the first place that is wrong.
    package static func read(
        _ tree: JSONTree,
        at path: String = ""
    ) throws(JSONProblem) -> FaultRule {
        let rule = try JSONNode(value: tree, path: path).object(known: members)
        let id = try rule.optional("id").map { (node) throws(JSONProblem) in try node.faultID() }
        let action = try FaultAction.read(rule.required("action"))
        var match = FaultMatch()
        if let node = rule.optional("match") {
            match = try FaultMatch.read(node, for: action)
        }
        var moment: FaultMoment?
        if let node = rule.optional("when") {
            moment = try node.choice(of: FaultMoment.self)
            if let problem = action.problem(ofMoment: moment) { throw node.problem(problem) }
        }
        let isEnabled = try rule.optional("enabled")?.flag() ?? true
        return FaultRule(
            id: id ?? "",
            name: try rule.optional("name")?.text(bytes: 0...80) ?? "",
            isEnabled: isEnabled,
            match: match,
            moment: moment,
            action: action,
            continues: try rule.isSet("continue")
        )
    }

    /// Reads one rule or a list of them.
    ///
    /// - Parameter tree: The one or the other.
    /// - Returns: The rules in their order.
    /// - Throws: ``JSONProblem`` with the first place that is wrong.
    package static func readAll(_ tree: JSONTree) throws(JSONProblem) -> [FaultRule] {
        guard case .array(let trees) = tree else { return [try read(tree)] }
        var rules: [FaultRule] = []
        for (index, tree) in trees.enumerated() {
            rules.append(try read(tree, at: "[\(index)]"))
        }
        return rules
    }
}

extension FaultMatch {
    private static let members = [
        "method", "path", "path_prefix", "path_glob", "host", "listener", "remote_address", "user",
        "certificate", "token", "nth", "every", "probability", "seed", "count", "between",
    ]

    /// What a handshake knows nothing of.
    private static let requestMembers = [
        "method", "path", "path_prefix", "path_glob", "user", "token",
    ]

    fileprivate static func read(
        _ node: JSONNode,
        for action: FaultAction
    ) throws(JSONProblem) -> FaultMatch {
        let object = try node.object(known: members)
        if let handshake = action.tls { try check(object, for: handshake) }
        var match = FaultMatch()
        match.methods = try methods(object)
        match.path = try path(object)
        match.host = try object.optional("host")?.filled().lowercased()
        if let listener = object.optional("listener") {
            match.listener = try listener.choice(of: FaultListener.self).rawValue
        }
        match.remoteAddress = try object.optional("remote_address")?.filled()
        match.user = try object.optional("user")?.filled()
        match.certificate = try object.optional("certificate")?.filled()
        match.token = try object.optional("token")?.filled()
        match.nth = try object.optional("nth").map { (node) throws(JSONProblem) in
            try numbers(node)
        }
        match.every = try object.optional("every")?.count()
        match.probability = try object.optional("probability")?.number(in: 0...1)
        if let seed = object.optional("seed") {
            guard match.probability != nil else {
                throw seed.problem("belongs to probability, which is not there")
            }
            match.seed = try seed.seed()
        }
        match.count = try object.optional("count")?.count()
        if let between = object.optional("between") {
            let ends = try between.object(known: ["from", "to"])
            match.notBefore = try ends.optional("from")?.moment()
            match.notAfter = try ends.optional("to")?.moment()
            if let from = match.notBefore, let to = match.notAfter, to < from {
                throw between.problem("ends before it begins")
            }
        }
        return match
    }

    private static func methods(_ object: JSONObject) throws(JSONProblem) -> [String] {
        guard let node = object.optional("method") else { return [] }
        let methods = try node.texts()
        guard !methods.isEmpty, !methods.contains("") else {
            throw node.problem("is empty; leave it out where any method will do")
        }
        return methods
    }

    private static func check(
        _ object: JSONObject,
        for handshake: HandshakeFault
    ) throws(JSONProblem) {
        if let name = requestMembers.first(where: { object.optional($0) != nil }) {
            throw object.node.problem(
                "has \(name), which nobody knows during the handshake: a rule with the action tls "
                    + "can ask for host, listener, remote_address and, at the certificate, for a "
                    + "certificate's serial number"
            )
        }
        guard let certificate = object.optional("certificate") else { return }
        guard handshake.stage == .certificate else {
            throw certificate.problem(
                "is not known yet at the ClientHello, nor where none is shown; write \"at\": "
                    + "\"certificate\" into the action, and an alert that answers one"
            )
        }
        let text = try certificate.text()
        guard text.utf8.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }) else {
            throw certificate.problem(
                "is \(certificate.value); during the handshake only the serial number is known, in "
                    + "hexadecimal digits"
            )
        }
    }

    private static func path(_ object: JSONObject) throws(JSONProblem) -> PathPattern? {
        let given = ["path", "path_prefix", "path_glob"].filter { object.optional($0) != nil }
        guard let name = given.first, let node = object.optional(name) else { return nil }
        guard given.count == 1 else {
            throw object.node.problem("has \(given.joined(separator: " and ")); one will do")
        }
        let text = try node.text(bytes: 1...1000)
        guard name == "path_glob" || text.hasPrefix("/") else {
            throw node.problem("is \(node.value); a path begins with a slash")
        }
        return switch name {
        case "path_prefix": .prefix(text)
        case "path_glob": .glob(text)
        default: .exact(text)
        }
    }

    private static func numbers(_ node: JSONNode) throws(JSONProblem) -> ClosedRange<Int> {
        guard case .object = node.value else {
            let number = try node.count()
            return number...number
        }
        let object = try node.object(known: ["from", "to"])
        let from = try object.optional("from")?.count() ?? 1
        let to = try object.optional("to")?.count() ?? .max
        guard from <= to else { throw node.problem("ends before it begins") }
        return from...to
    }
}

/// The listeners on which faults act.
private enum FaultListener: String, CaseIterable {
    case api
    case clientauth
}
