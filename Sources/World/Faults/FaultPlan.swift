package import AccountModel

/// What is known of a call when it is decided whether something goes wrong with it.
package struct FaultFacts: Sendable, Hashable {
    /// The method; empty during the handshake.
    package var method: String
    /// The path without its query; empty during the handshake.
    package var path: String
    /// The host asked for, without a port and in lower case; the server name in the handshake.
    package var host: String?
    /// The listener.
    package var listener: String
    /// The client's address without its port.
    package var remoteAddress: String
    /// What time it is in the world.
    package var now: Timestamp
    /// Who asks, once that is known.
    package var identity: FaultIdentity?
    /// Whether the call issues a certificate.
    package var isIssuing = false
    /// Whether the handshake asks for a client certificate.
    package var asksForClientCertificate = false

    /// Gathers what is known.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path without its query.
    ///   - host: The host asked for, without a port.
    ///   - listener: The listener.
    ///   - remoteAddress: The client's address without its port.
    ///   - now: What time it is in the world.
    ///   - identity: Who asks.
    package init(
        method: String = "",
        path: String = "",
        host: String? = nil,
        listener: String,
        remoteAddress: String,
        now: Timestamp,
        identity: FaultIdentity? = nil
    ) {
        self.method = method
        self.path = path
        self.host = host?.lowercased()
        self.listener = listener
        self.remoteAddress = remoteAddress
        self.now = now
        self.identity = identity
    }
}

/// Who asks, as rules may name it.
package struct FaultIdentity: Sendable, Hashable {
    /// What the user is known by: id, name, e-mail address.
    package var user: [String]
    /// What the certificate is known by: serial number, id, name; empty without one.
    package var certificate: [String]
    /// The id of the token; nil without one.
    package var token: String?

    /// Gathers the names.
    ///
    /// - Parameters:
    ///   - user: What the user is known by.
    ///   - certificate: What the certificate is known by.
    ///   - token: The id of the token.
    package init(user: [String] = [], certificate: [String] = [], token: String? = nil) {
        self.user = user
        self.certificate = certificate
        self.token = token
    }
}

/// How often a rule was met.
package struct FaultCount: Sendable, Hashable {
    /// Calls that its matcher matched, but for which of them and how likely.
    package var matched: Int
    /// Calls on which it acted.
    package var applied: Int

    /// Counts from some numbers on.
    ///
    /// - Parameters:
    ///   - matched: Calls that its matcher matched.
    ///   - applied: Calls on which it acted.
    package init(matched: Int = 0, applied: Int = 0) {
        self.matched = matched
        self.applied = applied
    }
}

/// Decides what goes wrong with a call: no I/O, no clock, no state of its own.
package enum FaultPlan {
    /// Asks the rules of a stage in their order.
    ///
    /// The first that is due acts; those below it are asked, and count the call, only where it
    /// says so.
    ///
    /// - Parameters:
    ///   - stage: What can be known by now.
    ///   - rules: The rules in their order.
    ///   - facts: What is known.
    ///   - counts: How often each rule was met, in the same order; they go on.
    /// - Returns: What goes wrong, or nil.
    package static func decide(
        at stage: FaultStage,
        by rules: [FaultRule],
        on facts: FaultFacts,
        counting counts: inout [FaultCount]
    ) -> FaultDecision? {
        var decision: FaultDecision?
        for index in rules.indices {
            let rule = rules[index]
            guard rule.stage == stage, rule.isEnabled, rule.match.matches(facts) else { continue }
            guard rule.action.issue == nil || facts.isIssuing else { continue }
            guard rule.action.tls?.needsCertificateRequest != true || facts.asksForClientCertificate
            else { continue }
            counts[index].matched += 1
            guard rule.match.isDue(counts[index]) else { continue }
            counts[index].applied += 1
            let next = FaultDecision(rule, number: counts[index].applied, now: facts.now)
            decision = decision?.merging(next) ?? next
            guard rule.continues else { break }
        }
        return decision
    }
}

extension FaultMatch {
    /// Whether a call is of the kind that is meant; which of those, is asked separately.
    func matches(_ facts: FaultFacts) -> Bool {
        if !methods.isEmpty, !methods.contains(facts.method) { return false }
        if let path, !path.matches(facts.path) { return false }
        if let listener, listener != facts.listener { return false }
        if let host, !Self.matches(host: host, facts.host) { return false }
        if let remoteAddress, remoteAddress != facts.remoteAddress { return false }
        if let notBefore, facts.now < notBefore { return false }
        if let notAfter, facts.now > notAfter { return false }
        return matches(facts.identity)
    }

    private func matches(_ identity: FaultIdentity?) -> Bool {
        guard needsIdentity else { return true }
        guard let identity else { return false }
        if let user, !identity.user.contains(user) { return false }
        if let token, identity.token != token { return false }
        guard let certificate else { return true }
        // A serial number is the same in capitals and in small letters; so is no other name of hex
        // digits alone worth telling apart.
        return identity.certificate.contains {
            $0 == certificate || $0.lowercased() == certificate.lowercased()
        }
    }

    private static func matches(host pattern: String, _ host: String?) -> Bool {
        guard let host else { return false }
        guard pattern.hasPrefix("*.") else { return host == pattern }
        return host.hasSuffix(pattern.dropFirst())
    }

    /// Whether the call that was counted last is one of those on which the rule acts.
    func isDue(_ count: FaultCount) -> Bool {
        if let nth, !nth.contains(count.matched) { return false }
        if let every, !count.matched.isMultiple(of: every) { return false }
        if let limit = self.count, count.applied >= limit { return false }
        guard let probability else { return true }
        return FaultDraw.unit(seed: seed ?? 0, number: count.matched) < probability
    }
}
