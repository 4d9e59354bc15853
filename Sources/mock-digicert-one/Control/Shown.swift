import MockDigiCertOne
import World

/// A value of an answer as a person reads it; what is not there reads as nothing.
struct Shown {
    let value: JSONTree?

    /// A part of an answer.
    init(_ value: JSONTree?) {
        self.value = value
    }

    /// A whole answer.
    init(_ answer: ControlAnswer) {
        value = try? JSONTree.parse(answer.body)
    }

    /// A member of an object.
    subscript(_ name: String) -> Shown {
        guard case .object(let members) = value else { return Shown(nil) }
        return Shown(members[name])
    }

    /// Whether something is there.
    var exists: Bool { value != nil && value != .null }

    /// Whether it is true.
    var isTrue: Bool { value == .flag(true) }

    /// The value in words.
    var text: String {
        switch value {
        case .text(let text): LogText.escaped(text)
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case .array, .object: value?.json ?? ""
        case .null, nil: ""
        }
    }

    /// A text with its line breaks.
    var lines: [String] {
        guard case .text(let text) = value else { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { LogText.escaped(String($0)) }
    }

    /// The elements of a list.
    var elements: [Shown] {
        guard case .array(let elements) = value else { return [] }
        return elements.map { Shown($0) }
    }

    /// The members of an object by name.
    var members: [(name: String, value: Shown)] {
        guard case .object(let members) = value else { return [] }
        return members.sorted { $0.key < $1.key }.map { ($0.key, Shown($0.value)) }
    }
}

/// Lines about what answers have in them.
enum ShownLines {
    /// A word with what there is to say about it.
    static func row(_ word: String, _ text: String) -> String {
        word + String(repeating: " ", count: max(1, 16 - word.count)) + text
    }

    /// A world.
    static func world(_ world: Shown) -> [String] {
        var lines = [row("world", world["name"].text)]
        lines.append(row("now", "\(world["now"].text) (\(world["clock"].text))"))
        for name in ["api_url", "clientauth_url", "token_suffix", "expires_after_idle"]
        where world[name].exists {
            lines.append(row(name.split(separator: "_").joined(separator: " "), world[name].text))
        }
        let counts = ["users", "tokens", "certificates"].map { "\(world[$0].text) \($0)" }
        return lines + [row("holds", counts.joined(separator: ", "))]
    }

    /// A clock.
    static func clock(_ clock: Shown) -> String {
        let course = clock["frozen"].isTrue ? "stands still" : "runs at \(clock["rate"].text)"
        return "\(clock["now"].text) \(course)"
    }

    /// Something that happens, or happened.
    static func event(_ event: Shown) -> String { "\(event["at"].text) \(event["text"].text)" }

    /// What steering a clock did.
    static func progress(_ progress: Shown) -> [String] {
        let events = progress["events"].elements
        var lines = events.map(event)
        if case .integer(let count) = progress["event_count"].value, count > events.count {
            lines.append("and \(count - events.count) more")
        }
        return lines + [clock(progress)]
    }

    /// A rule of what goes wrong.
    static func fault(_ fault: Shown) -> String {
        let name = fault["name"].exists ? " \(fault["name"].text)" : ""
        let match = fault["match"].exists ? fault["match"].text : "everything"
        let counts = " (matched \(fault["matched"].text), applied \(fault["applied"].text))"
        return "\(fault["id"].text)\(name): \(fault["action"].text) for \(match)"
            + (fault["matched"].exists ? counts : "")
    }

    /// An entry of a journal.
    static func entry(_ entry: Shown) -> String {
        let head = "\(entry["sequence"].text) \(entry["world_time"].text)"
        guard entry["kind"].text == "request" else {
            let name = entry["server_name"].exists ? " \(entry["server_name"].text)" : ""
            let detail = entry["detail"].exists ? ": \(entry["detail"].text)" : ""
            return "\(head) handshake\(name) \(entry["outcome"].text)\(detail)"
        }
        let request = "\(entry["request"]["method"].text) \(entry["request"]["path"].text)"
        let user = entry["principal"]["name"]
        let reason = entry["reason"].exists ? ": \(entry["reason"].text)" : ""
        return "\(head) \(request) \(entry["answer"]["status"].text)"
            + (user.exists ? " \(user.text)" : "") + " [\(entry["request_id"].text)]\(reason)"
    }

    /// A mail in one line.
    static func mail(_ mail: Shown) -> String {
        "\(mail["id"].text) \(mail["created_at"].text) \(mail["kind"].text) to "
            + "\(mail["to"].text): \(mail["subject"].text)"
    }

    /// A whole mail.
    static func wholeMail(_ mail: Shown) -> [String] {
        [
            row("id", mail["id"].text), row("date", mail["created_at"].text),
            row("to", mail["to"].text), row("subject", mail["subject"].text), "",
        ] + mail["body"].lines
    }

    /// A snapshot.
    static func snapshot(_ snapshot: Shown) -> String {
        "\(snapshot["name"].text) \(snapshot["created_at"].text) \(snapshot["bytes"].text) bytes"
    }
}
