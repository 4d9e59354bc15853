internal import OpenSSLBridge
internal import PrivateCA

extension FaultAction {
    /// The longest delay, in milliseconds: an hour.
    package static let delayMillisecondsMax = 3_600_000

    /// The longest body of a rule in bytes.
    package static let bodyBytesMax = 65_536

    /// What an action may have.
    static let memberNames = [
        "delay", "status", "body", "content_type", "fields", "retry_after", "retry_after_date",
        "close", "reset", "stall", "truncate", "dribble", "malformed_json", "empty_body", "goaway",
        "refuse_stream", "tls", "issue",
    ]

    /// Reads what happens: an object, or one word that stands alone.
    static func read(_ node: JSONNode) throws(JSONProblem) -> FaultAction {
        guard case .text(let word) = node.value else {
            return try read(node.object(known: memberNames))
        }
        let words = [
            "close", "reset", "stall", "truncate", "dribble", "malformed_json", "empty_body",
            "goaway", "refuse_stream",
        ]
        guard words.contains(word) else {
            throw node.problem(
                "\"\(word)\" is none of \(words.joined(separator: ", ")); other actions are "
                    + "members of an object: \(memberNames.joined(separator: ", "))"
            )
        }
        return try read(JSONObject(members: [word: .flag(true)], node: node))
    }

    private static func read(_ object: JSONObject) throws(JSONProblem) -> FaultAction {
        var action = FaultAction()
        if let node = object.optional("delay") { action.delay = try FaultDelay.read(node) }
        action.status = try object.optional("status")?.integer(in: 200...599)
        action.body = try object.optional("body").map { (node) throws(JSONProblem) in
            try body(node)
        }
        action.contentType = try object.optional("content_type")?.headerText()
        if let node = object.optional("fields") { action.fields = try fields(node) }
        action.retryAfter = try RetryAfter.read(object)
        action.ending = try ending(object)
        action.damage = try damage(object)
        if let node = object.optional("tls") { action.tls = try HandshakeFault.read(node) }
        if let node = object.optional("issue") { action.issue = try Misissuance.read(node) }
        try action.check(object)
        return action
    }

    /// Refuses what does not go together.
    private func check(_ object: JSONObject) throws(JSONProblem) {
        guard self != FaultAction() else {
            throw object.node.problem(
                "does nothing; give one of \(Self.memberNames.joined(separator: ", "))"
            )
        }
        let present = Self.memberNames.filter { object.optional($0) != nil }
        if tls != nil, present.count > 1 {
            throw object.node.problem(
                "has tls and \(present.first { $0 != "tls" } ?? ""): where the handshake fails "
                    + "there is no request and no answer; make two rules"
            )
        }
        let answer = present.filter(Self.ofAnswer.contains)
        if let name = answer.first, let ending, ending.isSilent {
            throw object.node.problem("has \(name), which nobody sees: no answer is ever sent")
        }
        if ending == .stall, delay != nil {
            throw object.node.problem("has delay and stall; a stalled answer waits for ever")
        }
        if damage == .emptyBody, body != nil {
            throw object.node.problem("has body and empty_body; one will do")
        }
        if issue != nil, isComplete {
            throw object.node.problem(
                "has issue and an answer of its own, so nothing would be issued; make two rules, "
                    + "the first with \"continue\": true, the second with \"when\": \"after\""
            )
        }
    }

    private static let ofAnswer = [
        "status", "body", "content_type", "fields", "retry_after", "retry_after_date",
        "malformed_json", "empty_body",
    ]

    /// Why a moment does not fit; nil where it does.
    func problem(ofMoment moment: FaultMoment?) -> String? {
        if tls != nil { return "is there, and a handshake comes before every request" }
        guard moment == .before, !isComplete || issue != nil else { return nil }
        return "is \"before\", but the action says no answer of its own: it changes the one that "
            + "handling the request makes. Add a status, or write \"after\""
    }
}

extension FaultAction {
    private static func body(_ node: JSONNode) throws(JSONProblem) -> FaultBody {
        let body: FaultBody
        let count: Int
        if case .text(let text) = node.value {
            body = .text(text)
            count = text.utf8.count
        } else {
            body = .json(node.value)
            count = node.value.jsonBytes.count
        }
        guard count <= bodyBytesMax else {
            throw node.problem("has \(count) bytes; \(bodyBytesMax) is the most")
        }
        return body
    }

    private static func fields(_ node: JSONNode) throws(JSONProblem) -> [FaultField] {
        guard case .object(let members) = node.value else {
            throw node.problem("must be an object of names and values")
        }
        var fields: [FaultField] = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            let place = JSONNode(value: value, path: "\(node.path).\(name)")
            let isToken =
                !name.isEmpty
                && name.utf8.allSatisfy { byte in
                    let letter = byte | 0x20
                    return (0x61...0x7A).contains(letter) || (0x30...0x39).contains(byte)
                        || "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            guard isToken else { throw place.problem("is no name of a header field") }
            let lower = name.lowercased()
            guard !["content-length", "transfer-encoding", "connection"].contains(lower) else {
                throw place.problem(
                    "belongs to the transport; truncate, dribble and close act on it"
                )
            }
            guard lower != "x-request-id" else {
                throw place.problem("is how every answer is found again in the journal")
            }
            fields.append(FaultField(name: lower, value: try place.headerText()))
        }
        return fields
    }

    private static func ending(_ object: JSONObject) throws(JSONProblem) -> FaultEnding? {
        var endings: [(name: String, ending: FaultEnding)] = []
        let words: [(String, FaultEnding)] = [
            ("close", .close), ("reset", .reset), ("stall", .stall), ("goaway", .goAway),
            ("refuse_stream", .refuseStream),
        ]
        for (name, ending) in words where try object.isSet(name) { endings.append((name, ending)) }
        if let node = object.optional("truncate") {
            if case .flag = node.value {
                if try node.flag() { endings.append(("truncate", .truncate(bytes: nil))) }
            } else {
                let bytes = try node.integer(in: 0...Int(Int32.max))
                endings.append(("truncate", .truncate(bytes: bytes)))
            }
        }
        if let node = object.optional("dribble"), node.value != .flag(false) {
            endings.append(("dribble", try dribble(node)))
        }
        guard endings.count < 2 else {
            let names = endings.map(\.name).joined(separator: " and ")
            throw object.node.problem("has \(names); an answer can end in one way only")
        }
        return endings.first?.ending
    }

    private static func dribble(_ node: JSONNode) throws(JSONProblem) -> FaultEnding {
        if node.value == .flag(true) { return .dribble(bytes: 16, milliseconds: 100) }
        let object = try node.object(known: ["bytes", "every"])
        return .dribble(
            bytes: try object.optional("bytes")?.integer(in: 1...1_000_000) ?? 16,
            milliseconds: try object.optional("every")?.milliseconds(1...60_000) ?? 100
        )
    }

    private static func damage(_ object: JSONObject) throws(JSONProblem) -> FaultDamage? {
        let isMalformed = try object.isSet("malformed_json")
        guard try object.isSet("empty_body") else { return isMalformed ? .malformedJSON : nil }
        guard !isMalformed else {
            throw object.node.problem("has malformed_json and empty_body; one will do")
        }
        return .emptyBody
    }
}

extension FaultDelay {
    fileprivate static func read(_ node: JSONNode) throws(JSONProblem) -> FaultDelay {
        let range = 0...FaultAction.delayMillisecondsMax
        guard case .object = node.value else {
            return FaultDelay(from: try node.milliseconds(range))
        }
        let object = try node.object(known: ["from", "to", "seed"])
        let from = try object.required("from").milliseconds(range)
        let to = try object.required("to").milliseconds(range)
        guard from <= to else { throw node.problem("ends before it begins") }
        let seed = try object.optional("seed")?.seed()
        return FaultDelay(from: from, to: to, seed: seed)
    }
}

extension RetryAfter {
    fileprivate static func read(_ object: JSONObject) throws(JSONProblem) -> RetryAfter? {
        let date = object.optional("retry_after_date")
        if let node = object.optional("retry_after") {
            guard date == nil else {
                throw object.node.problem("has retry_after and retry_after_date; one will do")
            }
            return .seconds(try node.integer(in: 0...31_536_000))
        }
        guard let date else { return nil }
        if case .text(let text) = date.value, let span = DurationText.milliseconds(text) {
            return .dateIn(seconds: span / 1000)
        }
        guard case .text(let text) = date.value, text.contains("T") else {
            throw date.problem(
                "is \(date.value); write how long from now, \(DurationText.form), or a time as "
                    + "2025-10-20T00:00:00Z"
            )
        }
        return .date(try date.moment())
    }
}

extension HandshakeFault {
    fileprivate static func read(_ node: JSONNode) throws(JSONProblem) -> HandshakeFault {
        let object = try node.object(known: ["alert", "at", "reset", "stall"])
        let faults = ["alert", "reset", "stall"].filter { object.optional($0) != nil }
        guard faults.count == 1 else {
            throw node.problem("needs one of alert, reset, stall")
        }
        guard let name = object.optional("alert") else {
            if let at = object.optional("at") { throw at.problem("belongs to alert") }
            if try object.isSet("reset") { return .reset }
            if try object.isSet("stall") { return .stall }
            throw node.problem("needs one of alert, reset, stall")
        }
        let point = try object.optional("at")?.choice(of: HandshakePoint.self) ?? .clientHello
        let text = try name.text()
        let alerts = point.alerts
        guard let alert = alerts.first(where: { $0.name == text }) else {
            let known = alerts.map(\.name).joined(separator: ", ")
            let isElsewhere = HandshakePoint.clientHello.alerts.contains { $0.name == text }
            let why = isElsewhere ? "can be sent at client_hello only" : "is no alert"
            throw name.problem("\"\(text)\" \(why); at \(point.rawValue) there are \(known)")
        }
        return .alert(alert, at: point)
    }
}

extension Misissuance {
    /// The longest life that can be asked for, in milliseconds.
    private static let lifetimeMax = 397 * 86_400_000

    fileprivate static func read(_ node: JSONNode) throws(JSONProblem) -> Misissuance {
        let object = try node.object(known: ["flaw", "expires_in", "disabled"])
        var flaws: [IssuanceFlaw] = []
        if let node = object.optional("flaw") {
            for text in try node.texts() {
                guard let flaw = IssuanceFlaw(rawValue: text) else {
                    let known = IssuanceFlaw.allCases.map(\.rawValue).joined(separator: ", ")
                    throw node.problem("\"\(text)\" is none of \(known)")
                }
                flaws.append(flaw)
            }
        }
        let lifetime = try object.optional("expires_in")?.milliseconds(1000...lifetimeMax)
        let misissuance = Misissuance(
            flaws: flaws,
            lifetimeSeconds: lifetime.map { $0 / 1000 },
            isDisabled: try object.isSet("disabled")
        )
        if let (first, second) = misissuance.conflict {
            throw node.problem("has \(first) and \(second), which exclude each other")
        }
        guard !misissuance.isNone else {
            throw node.problem("needs one of flaw, expires_in, disabled")
        }
        return misissuance
    }
}
