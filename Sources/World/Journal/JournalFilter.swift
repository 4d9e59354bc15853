package import AccountModel
internal import HTTP

/// What an entry must have to be shown, waited for or counted; what is nil or empty asks nothing.
package struct JournalFilter: Sendable, Hashable {
    /// What an entry is about.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A TLS handshake.
        case handshake
        /// A request with its answer.
        case request
    }

    /// Which end comes first.
    package enum Order: String, Sendable, Hashable, CaseIterable {
        /// As it happened.
        case oldest
        /// The latest first.
        case newest
    }

    /// What the entry is about.
    package var kind: Kind?
    /// The method of the request.
    package var method: String?
    /// The path of the request.
    package var path: PathMatcher?
    /// The status answered.
    package var status: StatusMatcher?
    /// The user who was recognized, or whose credential it was: the id, or the displayed name.
    package var user: String?
    /// The serial number of the certificate presented, or how it begins, in any case.
    package var certificate: String?
    /// The id of the token presented.
    package var token: String?
    /// A part of the reason, or of what went wrong in a handshake, in any case.
    package var reason: String?
    /// How it ended.
    package var outcome: JournalOutcome?
    /// The first moment, in the world's time.
    package var since: Timestamp?
    /// The last moment, in the world's time.
    package var until: Timestamp?
    /// Only what came after this entry.
    package var after: UInt64?
    /// Only what came before this entry.
    package var before: UInt64?
    /// The most entries; nil for all.
    package var limit: Int?
    /// Which end comes first.
    package var order = Order.oldest

    /// Makes a filter that lets everything pass.
    package init() {}

    /// Whether an entry passes; limit and order are not about one entry.
    ///
    /// - Parameter entry: The entry.
    /// - Returns: Whether it has everything that is asked for.
    package func matches(_ entry: JournalEntry) -> Bool {
        if let after, entry.sequence <= after { return false }
        if let before, entry.sequence >= before { return false }
        if let since, entry.worldTime < since { return false }
        if let until, entry.worldTime > until { return false }
        if let outcome, entry.outcome != outcome { return false }
        return switch entry.event {
        case .handshake(let handshake): matches(handshake)
        case .exchange(let exchange): matches(exchange)
        }
    }

    /// Picks entries.
    ///
    /// - Parameter entries: What there is, oldest first.
    /// - Returns: What passes, in the filter's order and no more than its limit.
    package func apply(to entries: [JournalEntry]) -> [JournalEntry] {
        let most = limit ?? .max
        var found: [JournalEntry] = []
        switch order {
        case .oldest:
            for entry in entries where found.count < most && matches(entry) { found.append(entry) }
        case .newest:
            for entry in entries.reversed() where found.count < most && matches(entry) {
                found.append(entry)
            }
        }
        return found
    }

    private func matches(_ handshake: JournalEntry.Handshake) -> Bool {
        guard kind != .request, method == nil, path == nil, status == nil, user == nil, token == nil
        else { return false }
        if let certificate {
            guard let leaf = handshake.presentedChain.first,
                Self.isSerial(leaf.serialNumber, certificate)
            else { return false }
        }
        guard let reason else { return true }
        return Self.contains(handshake.reasonText, reason)
            || Self.contains(handshake.detail, reason)
    }

    private func matches(_ exchange: JournalEntry.Exchange) -> Bool {
        if kind == .handshake { return false }
        if let method, exchange.method != method { return false }
        if let status, !status.matches(exchange.status) { return false }
        if let path, !path.matches(exchange.path) { return false }
        if let user, !exchange.involves(user: user) { return false }
        if let token, exchange.credential?.token?.id != token { return false }
        if let certificate {
            guard let serial = exchange.certificateSerialNumber,
                Self.isSerial(serial, certificate)
            else { return false }
        }
        return reason.map { Self.contains(exchange.reason, $0) } ?? true
    }

    /// Whether a serial number is the wanted one, or begins so; colons and case do not count.
    static func isSerial(_ serial: String, _ wanted: String) -> Bool {
        let wanted = wanted.uppercased().filter { $0 != ":" && $0 != " " }
        return !wanted.isEmpty && serial.uppercased().hasPrefix(wanted)
    }

    /// Whether a text can be a serial number, or how one begins; colons and blanks do not count.
    static func isSerial(_ text: String) -> Bool {
        let digits = text.filter { $0 != ":" && $0 != " " }
        return !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    private static func contains(_ text: String?, _ part: String) -> Bool {
        text?.lowercased().contains(part.lowercased()) ?? false
    }
}

extension JournalEntry.Exchange {
    /// Whether somebody was recognized here, or owns a credential that was presented.
    func involves(user: String) -> Bool {
        principal == user || credential?.userID == user || credential?.token?.userID == user
            || credential?.certificate?.userID == user
    }

    /// The user who was recognized, or whose certificate or token it was.
    var userID: String? {
        credential?.userID ?? credential?.token?.userID ?? credential?.certificate?.userID
    }
}

/// Which paths are meant: one, all that begin so, or all of a pattern.
package enum PathMatcher: Sendable, Hashable {
    /// This path.
    case exact(String)
    /// Every path that begins so.
    case prefix(String)
    /// `*` stands for any characters of one segment, `**` for any characters, `?` for one.
    case glob(String)

    /// Reads a path or a pattern: one with a star or a question mark is a pattern.
    ///
    /// - Parameter text: The path or pattern.
    package init(_ text: String) {
        self = text.contains { $0 == "*" || $0 == "?" } ? .glob(text) : .exact(text)
    }

    /// Whether a path is meant.
    ///
    /// - Parameter path: The path.
    /// - Returns: Whether it fits.
    package func matches(_ path: String) -> Bool {
        switch self {
        case .exact(let exact): path == exact
        case .prefix(let prefix): path.hasPrefix(prefix)
        case .glob(let glob): Self.fits(Array(path.utf8), Array(glob.utf8))
        }
    }

    /// Compares with two marks to come back to, so that no pattern takes longer than its length
    /// times the path's.
    private static func fits(_ path: [UInt8], _ glob: [UInt8]) -> Bool {
        let star = UInt8(ascii: "*")
        var (at, want) = (0, 0)
        var narrow: (at: Int, want: Int)?
        var wide: (at: Int, want: Int)?
        while true {
            if want < glob.count, glob[want] == star {
                if want + 1 < glob.count, glob[want + 1] == star {
                    want += 2
                    wide = (at, want)
                    narrow = nil
                } else {
                    want += 1
                    narrow = (at, want)
                }
                continue
            }
            if at == path.count, want == glob.count { return true }
            if at < path.count, want < glob.count,
                glob[want] == path[at]
                    || (glob[want] == UInt8(ascii: "?") && path[at] != UInt8(ascii: "/"))
            {
                at += 1
                want += 1
                continue
            }
            // A single star gives way within its segment, a double one anywhere.
            if let mark = narrow, mark.at < path.count, path[mark.at] != UInt8(ascii: "/") {
                narrow = (mark.at + 1, mark.want)
                (at, want) = (mark.at + 1, mark.want)
            } else if let mark = wide, mark.at < path.count {
                wide = (mark.at + 1, mark.want)
                narrow = nil
                (at, want) = (mark.at + 1, mark.want)
            } else {
                return false
            }
        }
    }
}

/// Which statuses are meant: one, or a whole class.
package enum StatusMatcher: Sendable, Hashable {
    /// This status.
    case exact(Int)
    /// All with this first digit.
    case statusClass(Int)

    /// Reads `404` or `4xx`.
    ///
    /// - Parameter text: The status or the class; nil comes of anything else.
    package init?(_ text: String) {
        let bytes = Array(text.lowercased().utf8)
        guard bytes.count == 3, (0x31...0x35).contains(bytes[0]) else { return nil }
        if bytes[1] == UInt8(ascii: "x"), bytes[2] == UInt8(ascii: "x") {
            self = .statusClass(Int(bytes[0] - 0x30))
            return
        }
        guard let status = Int(text) else { return nil }
        self = .exact(status)
    }

    /// Whether a status is meant.
    ///
    /// - Parameter status: The status.
    /// - Returns: Whether it fits.
    package func matches(_ status: Int) -> Bool {
        switch self {
        case .exact(let exact): status == exact
        case .statusClass(let digit): status / 100 == digit
        }
    }
}
