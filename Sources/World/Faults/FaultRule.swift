package import AccountModel
package import PrivateCA

/// What goes wrong on purpose, for which calls, and how.
///
/// A value that a person writes and reads as JSON; what may not be together was refused when it
/// was read, so whoever applies a rule need not ask again.
package struct FaultRule: Sendable, Hashable {
    /// Tells it from the other rules of its world: chosen by whoever wrote it, or a number.
    package var id: String

    /// What a person calls it, for the reason that its answers carry; may be empty.
    package var name: String

    /// Whether it is asked at all.
    package var isEnabled: Bool

    /// For which calls.
    package var match: FaultMatch

    /// Whether the request is handled.
    package var moment: FaultMoment

    /// What happens.
    package var action: FaultAction

    /// Whether the rules below it are asked as well after it acted.
    package var continues: Bool

    /// Makes a rule out of parts that go together.
    ///
    /// - Parameters:
    ///   - id: Tells it from the other rules.
    ///   - name: What a person calls it.
    ///   - isEnabled: Whether it is asked at all.
    ///   - match: For which calls.
    ///   - moment: Whether the request is handled; nil takes what the action suggests.
    ///   - action: What happens.
    ///   - continues: Whether the rules below it are asked as well.
    package init(
        id: String = "",
        name: String = "",
        isEnabled: Bool = true,
        match: FaultMatch = FaultMatch(),
        moment: FaultMoment? = nil,
        action: FaultAction,
        continues: Bool = false
    ) {
        self.id = id
        self.name = name
        self.isEnabled = isEnabled
        self.match = match
        self.moment = moment ?? action.usualMoment
        self.action = action
        self.continues = continues
    }

    /// When enough is known to decide on the rule.
    package var stage: FaultStage {
        if let handshake = action.tls { return handshake.stage }
        return match.needsIdentity || action.issue != nil ? .admission : .arrival
    }

    /// How a reason names it.
    var title: String { "fault rule \(id)" + (name.isEmpty ? "" : " (\"\(name)\")") }
}

/// Whether a request that meets a fault is handled.
package enum FaultMoment: String, Sendable, Hashable, CaseIterable {
    /// It is not: nothing has changed.
    case before
    /// It is, and then its answer is lost or changed: what a retry has to cope with.
    case after
}

/// When enough is known to decide on a rule.
package enum FaultStage: UInt8, Sendable, Hashable, CaseIterable {
    /// With the ClientHello: server name, listener and address.
    case clientHello = 1
    /// With the certificate that the client shows in the handshake: its serial number as well.
    case certificate = 2
    /// With the request's head and body, before anybody knows who asks.
    case arrival = 4
    /// With the user, and the token or certificate, that were found good; before the handler.
    case admission = 8
}

/// For which calls a rule acts; what is nil or empty is not asked about.
package struct FaultMatch: Sendable, Hashable {
    /// The methods, one of which it must be.
    package var methods: [String] = []
    /// The path.
    package var path: PathPattern?
    /// The host that was asked for, in lower case, without a port; `*.` at its beginning stands for
    /// one label or more.
    package var host: String?
    /// The listener: `api` or `clientauth`.
    package var listener: String?
    /// The client's address without its port.
    package var remoteAddress: String?
    /// The user's id, name or e-mail address.
    package var user: String?
    /// The certificate's serial number, id or name.
    package var certificate: String?
    /// The id of the token.
    package var token: String?
    /// Which of the matching calls, from 1; the last is `Int.max` where there is no last.
    package var nth: ClosedRange<Int>?
    /// Every n-th of the matching calls.
    package var every: Int?
    /// How likely each of them is, from 0 to 1.
    package var probability: Double?
    /// What the draws follow from; nil until the rule is added to others, which gives it one.
    package var seed: UInt64?
    /// How often the rule acts at most.
    package var count: Int?
    /// The first second of the world in which it acts.
    package var notBefore: Timestamp?
    /// The last one.
    package var notAfter: Timestamp?

    /// Matches every call.
    package init() {}

    /// Whether it asks who calls, which is known only after authentication.
    var needsIdentity: Bool { user != nil || certificate != nil || token != nil }
}

/// What happens to a call; parts that are nil do not happen.
package struct FaultAction: Sendable, Hashable {
    /// The answer waits.
    package var delay: FaultDelay?
    /// The answer has this status.
    package var status: Int?
    /// The answer has this body.
    package var body: FaultBody?
    /// The answer says that its body is of this type.
    package var contentType: String?
    /// The answer has these fields.
    package var fields: [FaultField] = []
    /// The answer says when to come again.
    package var retryAfter: RetryAfter?
    /// What becomes of the answer's bytes.
    package var ending: FaultEnding?
    /// The body is spoilt.
    package var damage: FaultDamage?
    /// The handshake fails.
    package var tls: HandshakeFault?
    /// The certificate that the call issues is not as it should be.
    package var issue: Misissuance?

    /// Does nothing.
    package init() {}

    /// Whether it says by itself what is answered, so that nobody needs to handle the request.
    var isComplete: Bool { status != nil || ending?.isSilent == true || tls != nil }

    /// When it acts where nobody says.
    package var usualMoment: FaultMoment { isComplete && issue == nil ? .before : .after }
}

/// One field of an answer.
package struct FaultField: Sendable, Hashable {
    /// Its name in lower case.
    package let name: String
    /// Its value.
    package let value: String

    /// Makes a field.
    ///
    /// - Parameters:
    ///   - name: Its name in lower case.
    ///   - value: Its value.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// How long an answer waits, in milliseconds.
package struct FaultDelay: Sendable, Hashable {
    /// The shortest wait.
    package let from: Int
    /// The longest wait.
    package let to: Int
    /// What the draws between them follow from; nil until the rule is added to others.
    package var seed: UInt64?

    /// Describes a wait.
    ///
    /// - Parameters:
    ///   - from: The shortest wait in milliseconds.
    ///   - to: The longest, which is not shorter; nil makes it always the same.
    ///   - seed: What the draws between them follow from.
    package init(from: Int, to: Int? = nil, seed: UInt64? = nil) {
        self.from = from
        self.to = to ?? from
        self.seed = seed
    }
}

/// A body that somebody wrote into a rule.
package enum FaultBody: Sendable, Hashable {
    /// A text, sent as it is.
    case text(String)
    /// A JSON value.
    case json(JSONTree)
}

/// When a client is told to come again.
package enum RetryAfter: Sendable, Hashable {
    /// In so many seconds.
    case seconds(Int)
    /// At the moment that is so many seconds from now by the world's clock, as a date.
    case dateIn(seconds: Int)
    /// At a moment by the world's clock, as a date.
    case date(Timestamp)
}

/// What becomes of an answer's bytes.
package enum FaultEnding: Sendable, Hashable {
    /// None is sent; the connection is closed.
    case close
    /// None is sent; the connection or the stream is reset.
    case reset
    /// None is ever sent; the connection stays open.
    case stall
    /// None is sent; HTTP/2 says GOAWAY.
    case goAway
    /// None is sent; HTTP/2 refuses the stream.
    case refuseStream
    /// The body breaks off after so many bytes; nil is after half of them.
    case truncate(bytes: Int?)
    /// The bytes come in portions, with so many milliseconds between them.
    case dribble(bytes: Int, milliseconds: Int)

    /// Whether the client sees nothing of any answer.
    var isSilent: Bool {
        switch self {
        case .close, .reset, .stall, .goAway, .refuseStream: true
        case .truncate, .dribble: false
        }
    }
}

/// How a body is spoilt.
package enum FaultDamage: Sendable, Hashable {
    /// Its last byte is missing, which no JSON document can do without.
    case malformedJSON
    /// It is empty.
    case emptyBody
}
