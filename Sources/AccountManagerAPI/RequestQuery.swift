import AccountModel
import HTTP
import World

/// The query parameters that a client sent, and what is wrong with them so far.
///
/// Problems are collected instead of thrown, so that one answer names them all. Parameters that
/// nobody asks for are tolerated; an empty value counts as none, as an unset variable makes it.
struct RequestQuery {
    /// The largest number of items in one answer.
    static let limitMax = 1000

    /// The largest number of items to pass over, which every client's integer can hold.
    static let offsetMax = 2_147_483_647

    private let items: [(name: String, value: String)]
    private var problems: [String] = []

    /// Reads the query of a request.
    ///
    /// - Parameter request: The request.
    /// - Returns: Its parameters.
    /// - Throws: ``APIRefusal`` when the percent-encoding is broken.
    static func read(_ request: Request) throws(APIRefusal) -> RequestQuery {
        guard let items = PercentEncoding.queryItems(request.query) else {
            let reason = "the query is no percent-encoded UTF-8 (RFC 3986 §2.1)"
            throw APIRefusal(.invalidInput, reason)
        }
        return RequestQuery(items: items.filter { !$0.value.isEmpty })
    }

    private init(items: [(name: String, value: String)]) {
        self.items = items
    }

    /// A text.
    ///
    /// - Parameter name: The parameter's name.
    /// - Returns: Its value, or nil when it is absent, or given twice, which is noted.
    mutating func text(_ name: String) -> String? {
        var found: String?
        for item in items where item.name == name {
            guard found == nil else {
                note(name, "is given more than once")
                return nil
            }
            found = item.value
        }
        return found
    }

    /// A whole number.
    ///
    /// - Parameters:
    ///   - name: The parameter's name.
    ///   - range: What it may be.
    /// - Returns: Its value, or nil when it is absent or noted as wrong.
    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(name) else { return nil }
        let isDecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isDecimal, let number = Int(text), range.contains(number) else {
            let bounds = "from \(range.lowerBound) to \(range.upperBound)"
            note(name, "is \"\(text)\"; a whole number \(bounds) is expected")
            return nil
        }
        return number
    }

    /// One of several words.
    ///
    /// - Parameters:
    ///   - name: The parameter's name.
    ///   - type: The words.
    /// - Returns: The word, or nil when it is absent or noted as wrong.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        of type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard let text = text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            note(name, "is \"\(text)\"; one of \(words) is expected")
            return nil
        }
        return choice
    }

    /// Texts with commas between them.
    ///
    /// - Parameter name: The parameter's name.
    /// - Returns: The texts without the spaces around them; none when it is absent.
    mutating func list(_ name: String) -> [String] {
        (text(name) ?? "").split(separator: ",").compactMap { part in
            let trimmed = part.drop { $0 == " " }
            guard let last = trimmed.lastIndex(where: { $0 != " " }) else { return nil }
            return String(trimmed[...last])
        }
    }

    /// A day.
    ///
    /// - Parameter name: The parameter's name.
    /// - Returns: The day, or nil when it is absent or noted as wrong.
    mutating func day(_ name: String) -> CalendarDate? {
        guard let text = text(name) else { return nil }
        guard let day = CalendarDate.parse(text) else {
            note(name, "is \"\(text)\"; a day of the form YYYY-MM-DD is expected")
            return nil
        }
        return day
    }

    /// Which part of a list is wanted: the parameters `offset` and `limit`.
    ///
    /// - Parameter settings: The world's settings, for a request that names no limit.
    /// - Returns: The part; what is wrong with the parameters is noted.
    mutating func page(_ settings: WorldSettings) -> PageRequest {
        PageRequest(
            offset: integer("offset", in: 0...Self.offsetMax) ?? 0,
            limit: integer("limit", in: 1...Self.limitMax) ?? settings.defaultLimit
        )
    }

    /// Notes what is wrong with a parameter.
    ///
    /// - Parameters:
    ///   - name: The parameter's name.
    ///   - problem: What is wrong, to follow the name in a sentence.
    mutating func note(_ name: String, _ problem: String) {
        problems.append("the query parameter \(name) \(problem)")
    }

    /// The refusal that names every problem noted so far.
    var refusal: APIRefusal {
        APIRefusal(.invalidInput, problems.joined(separator: "; "))
    }

    /// Whether nothing was noted.
    var isSound: Bool { problems.isEmpty }

    /// Ends the reading of parameters.
    ///
    /// - Throws: ``APIRefusal`` that names every problem noted.
    func check() throws(APIRefusal) {
        guard isSound else { throw refusal }
    }
}

extension Call {
    /// Which part of a list is wanted, where the query says nothing else.
    ///
    /// - Returns: The part.
    /// - Throws: ``APIRefusal`` that names every wrong parameter.
    func page() throws(APIRefusal) -> PageRequest {
        var query = try RequestQuery.read(request)
        return try page(&query)
    }

    /// Which part of a list is wanted, once the rest of the query is read.
    ///
    /// - Parameter query: The query; nothing is read of it afterwards.
    /// - Returns: The part.
    /// - Throws: ``APIRefusal`` that names every wrong parameter noted so far.
    func page(_ query: inout RequestQuery) throws(APIRefusal) -> PageRequest {
        let page = query.page(world.settings)
        try query.check()
        return page
    }
}
