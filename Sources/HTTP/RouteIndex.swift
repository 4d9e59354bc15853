/// The part of a route table that searches; it knows rows by their number only, so that it is one
/// piece of code for all kinds of handlers.
struct RouteIndex: Sendable {
    /// What is found for a method and a path.
    enum Finding {
        case row(Int, parameters: [String])
        case allow([String])
        case nothing
    }

    private struct Entry: Sendable {
        let pattern: RoutePattern
        var rows: [(method: String, row: Int)]
    }

    /// The patterns without repetitions; a narrower one stands before a wider one.
    private let entries: [Entry]

    /// The entries without parameters, by path: one look-up finds them.
    private let literals: [String: Int]

    init(_ rows: [(method: String, pattern: String)]) {
        var entries: [Entry] = []
        for (row, key) in rows.enumerated() {
            let pattern = RoutePattern(key.pattern)
            if let index = entries.firstIndex(where: { $0.pattern.isSame(as: pattern) }) {
                entries[index].rows.append((key.method, row))
            } else {
                entries.append(Entry(pattern: pattern, rows: [(key.method, row)]))
            }
        }
        entries.sort { $0.pattern.parameterCount < $1.pattern.parameterCount }
        self.entries = entries
        var literals: [String: Int] = [:]
        for (index, entry) in entries.enumerated() where entry.pattern.parameterCount == 0 {
            literals[entry.pattern.text] = index
        }
        self.literals = literals
    }

    func find(method: String, path: String) -> Finding {
        if let index = literals[path] { return finding(method, in: entries[index], []) }
        let path = RoutePath(path)
        for entry in entries {
            guard let parameters = path.match(entry.pattern) else { continue }
            return finding(method, in: entry, parameters)
        }
        return .nothing
    }

    /// The narrowest pattern that fits a path decides alone, as OpenAPI has it: `DELETE /user/me`
    /// is not `DELETE /user/{id}` of somebody called me.
    private func finding(_ method: String, in entry: Entry, _ parameters: [String]) -> Finding {
        guard let row = row(method, in: entry) else { return .allow(methods(of: entry)) }
        return .row(row, parameters: parameters)
    }

    /// RFC 9110 §9.3.2: HEAD is GET without the body, so GET's row answers it if it has none.
    private func row(_ method: String, in entry: Entry) -> Int? {
        for row in entry.rows where row.method == method { return row.row }
        return method == "HEAD" ? row("GET", in: entry) : nil
    }

    private func methods(of entry: Entry) -> [String] {
        var methods = entry.rows.map(\.method)
        if let index = methods.firstIndex(of: "GET"), !methods.contains("HEAD") {
            methods.insert("HEAD", at: index + 1)
        }
        return methods
    }
}

/// The path of a request, cut at its slashes.
private struct RoutePath {
    private let bytes: [UInt8]

    /// The ranges between the slashes; empty when the path does not begin with one.
    private var segments: [Range<Int>] = []
    private var isEncoded = false

    init(_ path: String) {
        bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/") else { return }
        segments.reserveCapacity(8)
        var start = 1
        for index in 1..<bytes.count {
            if bytes[index] == UInt8(ascii: "/") {
                segments.append(start..<index)
                start = index + 1
            } else if bytes[index] == UInt8(ascii: "%") {
                isEncoded = true
            }
        }
        segments.append(start..<bytes.count)
    }

    /// Compares the path with a pattern.
    ///
    /// - Returns: The parameters in order; nil when the path does not fit.
    func match(_ pattern: RoutePattern) -> [String]? {
        guard pattern.segments.count == segments.count else { return nil }
        // Literals first: most patterns fail here, before any parameter costs an allocation.
        for (segment, range) in zip(pattern.segments, segments) {
            guard case .literal(let literal) = segment else {
                if range.isEmpty { return nil }
                continue
            }
            guard matches(range, literal) else { return nil }
        }
        guard pattern.parameterCount > 0 else { return [] }
        var parameters: [String] = []
        for (segment, range) in zip(pattern.segments, segments) where segment == .parameter {
            guard let parameter = text(range) else { return nil }
            parameters.append(parameter)
        }
        return parameters
    }

    private func matches(_ range: Range<Int>, _ literal: [UInt8]) -> Bool {
        guard isEncoded else {
            guard range.count == literal.count else { return false }
            for index in 0..<literal.count where bytes[range.lowerBound + index] != literal[index] {
                return false
            }
            return true
        }
        return text(range).map { Array($0.utf8) == literal } ?? false
    }

    /// The text of a segment, or nil when its encoding is broken.
    ///
    /// Decoding comes after the cutting, so that an encoded slash does not divide (RFC 3986 §2.4).
    private func text(_ range: Range<Int>) -> String? {
        PercentEncoding.decode(bytes.span.text(range))
    }
}
