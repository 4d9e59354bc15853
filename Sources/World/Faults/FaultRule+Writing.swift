internal import AccountModel
package import HTTP
internal import OpenSSLBridge
internal import PrivateCA

extension FaultRule {
    /// The rule as it is stored: what ``read(_:at:)`` reads.
    package var json: String {
        var writer = JSONWriter()
        write(to: &writer, count: nil)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Writes the rule as an object.
    ///
    /// - Parameters:
    ///   - writer: Where to.
    ///   - count: How often it was met; nil leaves that out.
    package func write(to writer: inout JSONWriter, count: FaultCount?) {
        writer.beginObject()
        writer.member("id", id)
        if !name.isEmpty { writer.member("name", name) }
        if !isEnabled { writer.member("enabled", false) }
        if match != FaultMatch() {
            writer.beginObject("match")
            match.writeMembers(to: &writer)
            writer.endObject()
        }
        if action.tls == nil { writer.member("when", moment.rawValue) }
        writer.beginObject("action")
        action.writeMembers(to: &writer)
        writer.endObject()
        if continues { writer.member("continue", true) }
        if let count {
            writer.member("matched", count.matched)
            writer.member("applied", count.applied)
        }
        writer.endObject()
    }
}

extension FaultMatch {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        if methods.count == 1 {
            writer.member("method", methods[0])
        } else if !methods.isEmpty {
            writer.beginArray("method")
            for method in methods { writer.value(method) }
            writer.endArray()
        }
        switch path {
        case .exact(let text): writer.member("path", text)
        case .prefix(let text): writer.member("path_prefix", text)
        case .glob(let text): writer.member("path_glob", text)
        case nil: break
        }
        writer.member(present: "host", host)
        writer.member(present: "listener", listener)
        writer.member(present: "remote_address", remoteAddress)
        writer.member(present: "user", user)
        writer.member(present: "certificate", certificate)
        writer.member(present: "token", token)
        if let nth { write(nth, to: &writer) }
        if let every { writer.member("every", every) }
        if let probability {
            writer.member("probability", raw: JSONTree.number(probability).jsonBytes)
        }
        if let seed { writer.member("seed", Int(clamping: seed)) }
        if let count { writer.member("count", count) }
        guard notBefore != nil || notAfter != nil else { return }
        writer.beginObject("between")
        writer.member(present: "from", notBefore?.iso8601)
        writer.member(present: "to", notAfter?.iso8601)
        writer.endObject()
    }

    private func write(_ nth: ClosedRange<Int>, to writer: inout JSONWriter) {
        guard nth.lowerBound != nth.upperBound else {
            writer.member("nth", nth.lowerBound)
            return
        }
        writer.beginObject("nth")
        writer.member("from", nth.lowerBound)
        if nth.upperBound != .max { writer.member("to", nth.upperBound) }
        writer.endObject()
    }
}

extension FaultAction {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        if let delay { delay.write(to: &writer) }
        if let status { writer.member("status", status) }
        switch body {
        case .text(let text): writer.member("body", text)
        case .json(let tree): writer.member("body", raw: tree.jsonBytes)
        case nil: break
        }
        writer.member(present: "content_type", contentType)
        if !fields.isEmpty {
            writer.beginObject("fields")
            for field in fields {
                writer.name(dynamic: field.name)
                writer.value(field.value)
            }
            writer.endObject()
        }
        switch retryAfter {
        case .seconds(let seconds): writer.member("retry_after", seconds)
        case .dateIn(let seconds):
            let span = DurationText.text(milliseconds: seconds * 1000)
            writer.member("retry_after_date", span)
        case .date(let moment): writer.member("retry_after_date", moment.iso8601)
        case nil: break
        }
        switch damage {
        case .malformedJSON: writer.member("malformed_json", true)
        case .emptyBody: writer.member("empty_body", true)
        case nil: break
        }
        if let ending { ending.write(to: &writer) }
        if let tls { tls.write(to: &writer) }
        if let issue { issue.write(to: &writer) }
    }
}

extension FaultDelay {
    fileprivate func write(to writer: inout JSONWriter) {
        guard from != to else {
            writer.member("delay", DurationText.text(milliseconds: from))
            return
        }
        writer.beginObject("delay")
        writer.member("from", DurationText.text(milliseconds: from))
        writer.member("to", DurationText.text(milliseconds: to))
        if let seed { writer.member("seed", Int(clamping: seed)) }
        writer.endObject()
    }
}

extension FaultEnding {
    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case .close: writer.member("close", true)
        case .reset: writer.member("reset", true)
        case .stall: writer.member("stall", true)
        case .goAway: writer.member("goaway", true)
        case .refuseStream: writer.member("refuse_stream", true)
        case .truncate(nil): writer.member("truncate", true)
        case .truncate(let bytes?): writer.member("truncate", bytes)
        case .dribble(let bytes, let milliseconds):
            writer.beginObject("dribble")
            writer.member("bytes", bytes)
            writer.member("every", DurationText.text(milliseconds: milliseconds))
            writer.endObject()
        }
    }
}

extension HandshakeFault {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject("tls")
        switch self {
        case .alert(let alert, let point):
            writer.member("alert", alert.name)
            writer.member("at", point.rawValue)
        case .reset: writer.member("reset", true)
        case .stall: writer.member("stall", true)
        }
        writer.endObject()
    }
}

extension Misissuance {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject("issue")
        if flaws.count == 1 {
            writer.member("flaw", flaws[0].rawValue)
        } else if !flaws.isEmpty {
            writer.beginArray("flaw")
            for flaw in flaws { writer.value(flaw.rawValue) }
            writer.endArray()
        }
        if let lifetimeSeconds {
            let span = DurationText.text(milliseconds: lifetimeSeconds * 1000)
            writer.member("expires_in", span)
        }
        if isDisabled { writer.member("disabled", true) }
        writer.endObject()
    }
}

extension JSONWriter {
    /// Writes a member that is left out where there is no value.
    fileprivate mutating func member(present name: StaticString, _ value: String?) {
        if let value { member(name, value) }
    }
}
