package import AccountModel
package import HTTP
internal import OpenSSLBridge
package import PrivateCA

/// What goes wrong with one call: the actions of the rules that are due, with every draw made.
package struct FaultDecision: Sendable, Hashable {
    /// Who wants something.
    private struct Author: Hashable {
        /// Who it is, for the reason.
        let title: String
        /// The rule; nil for a magic name.
        let ruleID: String?
        /// What the answer says in `x-mock-fault`.
        let mark: String?
        /// Whether the certificate that the call issues is to be spoilt, and whether nothing else
        /// is wanted.
        let misissues: Bool
        let onlyMisissues: Bool
    }

    /// The rules, in the order in which they acted; empty for a magic name.
    package var ruleIDs: [String] { authors.compactMap(\.ruleID) }

    /// Those of them that have to do with the certificate that the call issues.
    package var misissuingRuleIDs: [String] {
        authors.filter(\.misissues).compactMap(\.ruleID)
    }

    /// Which rules acted and what they do, in a person's words.
    package var reason: String { reason(isIssued: true) ?? "" }

    /// Who asked for it, one after the other.
    private var authors: [Author] = []

    /// Whether the request is left unhandled.
    package private(set) var isInstead: Bool

    /// What happens to the certificate that the call issues.
    package private(set) var misissuance: Misissuance

    /// How the handshake fails; nil for what is no handshake.
    package private(set) var handshake: HandshakeFault?

    private var action: FaultAction
    private var delayMilliseconds: Int
    private var retryAfter: String?

    /// Makes the decision of one rule.
    ///
    /// - Parameters:
    ///   - rule: The rule.
    ///   - number: How many times it has acted, with this one.
    ///   - now: What time it is in the world.
    init(_ rule: FaultRule, number: Int, now: Timestamp) {
        self.init(
            rule.action,
            rule.moment,
            title: "\(rule.title) applied",
            mark: rule.id,
            ruleID: rule.id,
            number: number,
            now: now
        )
    }

    /// Makes a decision that no rule asked for.
    ///
    /// - Parameters:
    ///   - action: What happens.
    ///   - moment: Whether the request is handled; nil takes what the action suggests.
    ///   - title: Who asked for it, for the reason.
    ///   - mark: What the answer says in `x-mock-fault`; nil leaves that out.
    ///   - ruleID: The rule that asked for it; nil where none did.
    ///   - number: Which draw to take where something is drawn.
    ///   - now: What time it is in the world.
    package init(
        _ action: FaultAction,
        _ moment: FaultMoment? = nil,
        title: String,
        mark: String? = nil,
        ruleID: String? = nil,
        number: Int = 1,
        now: Timestamp
    ) {
        self.action = action
        isInstead = (moment ?? action.usualMoment) == .before && action.isComplete
        misissuance = action.issue ?? Misissuance()
        handshake = action.tls
        delayMilliseconds = action.delay?.milliseconds(number: number) ?? 0
        retryAfter = action.retryAfter?.text(now: now)
        var rest = action
        rest.issue = nil
        authors = [
            Author(
                title: title,
                ruleID: ruleID,
                mark: mark,
                misissues: !misissuance.isNone,
                onlyMisissues: !misissuance.isNone && rest == FaultAction()
            )
        ]
    }

    /// Adds what a later rule wants; where both want something of the same kind, this one wins.
    ///
    /// - Parameter later: The later decision.
    /// - Returns: Both.
    func merging(_ later: FaultDecision) -> FaultDecision {
        var both = self
        both.authors += later.authors
        both.delayMilliseconds += later.delayMilliseconds
        both.retryAfter = retryAfter ?? later.retryAfter
        both.misissuance = misissuance.merging(later.misissuance)
        both.handshake = handshake ?? later.handshake
        both.action.merge(later.action)
        // What is lost before it is handled stays unhandled, whoever spoils the answer besides.
        both.isInstead = isInstead || (later.isInstead && !action.isComplete)
        return both
    }
}

extension FaultDecision {
    /// Makes the answer that goes out.
    ///
    /// - Parameters:
    ///   - response: The answer that would go out; where the request was left unhandled, any.
    ///   - envelope: Puts a status and a reason into the API's envelope of errors.
    /// - Returns: The answer that goes out.
    package func applied(
        to response: Response,
        envelope: (_ status: Int, _ reason: String) -> Response
    ) -> Response {
        var response = response
        let before = response
        if let status = action.status ?? (isInstead ? 503 : nil) {
            response = status < 400 ? Response(status: status) : envelope(status, reason)
            response.status = status
            response.principal = before.principal
            response.delivery = before.delivery
            response.credential = before.credential
            response.world = before.world
            response.isOnPurpose = true
        }
        replaceBody(of: &response)
        for field in action.fields { response.fields.set(field.name, field.value) }
        if let retryAfter { response.fields.set("retry-after", retryAfter) }
        let isIssued = !isInstead && (200..<300).contains(before.status)
        let acting = authors.filter { isIssued || !$0.onlyMisissues }
        for mark in acting.compactMap(\.mark) { response.fields.append("x-mock-fault", mark) }
        response.faultIDs += acting.compactMap(\.ruleID)
        response.delivery.delay += .milliseconds(delayMilliseconds)
        if let ending = action.ending, response.delivery.ending == .whole {
            response.delivery.ending = ending.delivery(bodyBytes: response.body.count)
            if ending.leavesNoAnswer { response.isOnPurpose = true }
        }
        var reasons = [before.reason, reason(isIssued: isIssued)].compactMap(\.self)
        if case .truncate(let count) = response.delivery.ending, count >= response.body.count {
            reasons.append("the body has only \(response.body.count) bytes, so it is sent whole")
        }
        response.reason = reasons.isEmpty ? nil : reasons.joined(separator: "; ")
        return response
    }

    private func replaceBody(of response: inout Response) {
        switch action.body {
        case .text(let text):
            response.body = Array(text.utf8)
            response.fields.set("content-type", "text/plain; charset=utf-8")
        case .json(let tree):
            response.body = tree.jsonBytes
            response.fields.set("content-type", "application/json")
        case nil:
            break
        }
        if let type = action.contentType { response.fields.set("content-type", type) }
        switch action.damage {
        case .malformedJSON:
            // No value that needs an end can do without its last byte; `{` is no value at all.
            response.body = response.body.isEmpty ? [0x7B] : response.body.dropLast() + [0x2C]
        case .emptyBody:
            response.body = []
        case nil:
            break
        }
    }
}

extension FaultDecision {
    /// Which rules acted and what they do, in a person's words; nil where none did.
    ///
    /// Both are told once for all of them: of what several want, only one may happen.
    private func reason(isIssued: Bool) -> String? {
        let titles = authors.filter { isIssued || !$0.onlyMisissues }.map(\.title)
        guard !titles.isEmpty else { return nil }
        return "\(titles.joined(separator: ", ")): \(sentence(isIssued: isIssued))"
    }

    /// What happens, for the reason.
    private func sentence(isIssued: Bool) -> String {
        var parts: [String] = []
        if let handshake { parts.append(handshake.sentence) }
        if !misissuance.isNone {
            parts.append(isIssued ? misissuance.sentence : "no certificate was issued to spoil")
        }
        if delayMilliseconds > 0 {
            let span = DurationText.text(milliseconds: delayMilliseconds)
            parts.append("the answer waits \(span)")
        }
        if let status = action.status { parts.append("the answer is \(status)") }
        if let retryAfter { parts.append("with Retry-After \(retryAfter)") }
        if action.body != nil { parts.append("the body is replaced") }
        if let type = action.contentType { parts.append("the content type is \(type)") }
        if !action.fields.isEmpty {
            parts.append("with \(action.fields.map(\.name).joined(separator: ", "))")
        }
        if let damage = action.damage { parts.append(damage.sentence) }
        if let ending = action.ending { parts.append(ending.sentence) }
        guard handshake == nil, misissuance.isNone || action.isComplete else {
            return parts.joined(separator: ", ")
        }
        parts.append(isInstead ? "the request was not handled" : "the request was handled")
        return parts.joined(separator: ", ")
    }
}

extension FaultAction {
    /// Takes over what is missing here.
    fileprivate mutating func merge(_ later: FaultAction) {
        // Each of these says the whole answer: a half of one and a half of another says nothing.
        if !isComplete {
            status = later.status
            ending = ending ?? later.ending
        }
        body = body ?? later.body
        contentType = contentType ?? later.contentType
        damage = damage ?? later.damage
        let names = fields.map(\.name)
        fields += later.fields.filter { !names.contains($0.name) }
    }
}

extension FaultDelay {
    fileprivate func milliseconds(number: Int) -> Int {
        from == to ? from : FaultDraw.integer(in: from...to, seed: seed ?? 0, number: number)
    }
}

extension RetryAfter {
    fileprivate func text(now: Timestamp) -> String {
        switch self {
        case .seconds(let seconds): "\(seconds)"
        case .dateIn(let seconds): now.adding(seconds: Int64(seconds)).httpDate
        case .date(let moment): moment.httpDate
        }
    }
}

extension FaultDamage {
    fileprivate var sentence: String {
        switch self {
        case .malformedJSON: "the body is no JSON any more"
        case .emptyBody: "the body is empty"
        }
    }
}

extension FaultEnding {
    fileprivate var sentence: String {
        switch self {
        case .close: "the connection is closed without an answer"
        case .reset: "the connection is reset without an answer"
        case .stall: "no answer ever comes"
        case .goAway: "HTTP/2 says GOAWAY without an answer"
        case .refuseStream: "HTTP/2 refuses the stream"
        case .truncate(let bytes): "the body breaks off after \(bytes.map { "\($0)" } ?? "half")"
        case .dribble(let bytes, let milliseconds):
            "\(bytes) bytes come each \(DurationText.text(milliseconds: milliseconds))"
        }
    }

    /// Whether nothing at all is sent.
    fileprivate var leavesNoAnswer: Bool {
        switch self {
        case .close, .reset, .stall, .goAway, .refuseStream: true
        case .truncate, .dribble: false
        }
    }

    fileprivate func delivery(bodyBytes: Int) -> Delivery.Ending {
        switch self {
        case .close: .close
        case .reset: .reset
        case .stall: .stall
        case .goAway: .goAway
        case .refuseStream: .refuseStream
        case .truncate(let bytes): .truncate(afterBodyBytes: bytes ?? bodyBytes / 2)
        case .dribble(let bytes, let milliseconds):
            .dribble(bytes: bytes, every: .milliseconds(milliseconds))
        }
    }
}

extension HandshakeFault {
    fileprivate var sentence: String {
        switch self {
        case .alert(let alert, .clientHello): "\(alert.name) in answer to the ClientHello"
        case .alert(let alert, .certificate): "\(alert.name) in answer to the certificate"
        case .reset: "the connection is reset during the handshake"
        case .stall: "the ClientHello is never answered"
        }
    }
}
