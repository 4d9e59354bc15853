import AccountModel
import HTTP

extension JSONWriter {
    /// Writes a token.
    ///
    /// - Parameters:
    ///   - token: The token.
    ///   - text: Its text, which stands only in the answer that makes it.
    ///   - now: The world's time, which decides the status.
    mutating func value(_ token: APIAccessToken, text: String? = nil, now: Timestamp) {
        beginObject()
        member("id", token.id)
        member("user_id", token.userID)
        member("name", token.name)
        if let text { member("token", text) }
        member("enabled", token.isEnabled)
        member("status", token.status(at: now).rawValue)
        member("created_at", token.createdAt.iso8601)
        member("created_by", token.createdBy)
        if let endDate = token.endDate { member("end_date", endDate.iso8601) }
        endObject()
    }
}

extension Response {
    /// Makes an answer that is one token.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - token: The token.
    ///   - text: Its text, which stands only in the answer that makes it.
    ///   - now: The world's time, which decides the token's status.
    /// - Returns: The answer.
    static func token(
        status: Int,
        _ token: APIAccessToken,
        text: String? = nil,
        now: Timestamp
    ) -> Response {
        var writer = JSONWriter(reservingCapacity: 448)
        writer.value(token, text: text, now: now)
        return json(status: status, writer)
    }
}
