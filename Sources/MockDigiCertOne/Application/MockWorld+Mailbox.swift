import AccountModel
import AccountStore
import World

/// What the vendor would have mailed.
public struct MockMail: Sendable, Hashable {
    /// The mail's id.
    public let id: String

    /// When it was sent, by the world's clock, as ISO 8601.
    public let createdAt: String

    /// Why it was sent.
    public let kind: String

    /// To whom.
    public let to: String

    /// The id of the certificate, token or user it is about.
    public let about: String?

    /// The subject.
    public let subject: String

    /// The text.
    public let body: String

    /// The links in it.
    public let links: [String]

    /// The codes in it.
    public let codes: [String]

    init(_ mail: Mail, server: String, pages: String) {
        let mail = mail.addressed(to: server, pages: pages)
        id = mail.id
        createdAt = mail.createdAt.iso8601
        kind = mail.kind.rawValue
        to = mail.to
        about = mail.about
        subject = mail.subject
        body = mail.body
        links = mail.links
        codes = mail.codes
    }
}

extension MockWorld {
    /// What was mailed in the world, the newest first.
    ///
    /// - Parameters:
    ///   - address: To whom; nil for anybody.
    ///   - kind: Why, such as `certificate_expiring`; nil for any reason.
    ///   - text: What stands in the mail; nil for anything.
    /// - Returns: The mails.
    /// - Throws: ``MockError`` for an unknown kind.
    public func mailbox(
        to address: String? = nil,
        kind: String? = nil,
        containing text: String? = nil
    ) throws(MockError) -> [MockMail] {
        let world = try opened()
        let filter = try Self.filter(address, kind, text)
        let (api, pages) = (apiURL, server.controlURL)
        return try MockError.wrapping { () throws(StoreError) in
            try world.mailbox.mails(filter).mails.map {
                MockMail($0, server: api, pages: pages)
            }
        }
    }

    /// Waits for a mail; one that is there already counts.
    ///
    /// - Parameters:
    ///   - address: To whom; nil for anybody.
    ///   - kind: Why; nil for any reason.
    ///   - text: What stands in the mail; nil for anything.
    ///   - timeout: How long at most, by the system's clock.
    /// - Returns: The earliest such mail.
    /// - Throws: ``MockError`` when none came in time.
    public func waitForMail(
        to address: String? = nil,
        kind: String? = nil,
        containing text: String? = nil,
        timeout: Duration = .seconds(30)
    ) async throws(MockError) -> MockMail {
        let filter = try Self.filter(address, kind, text)
        let (worlds, name) = (server.worlds, name)
        _ = try opened()
        let outcome = await withCheckedContinuation { continuation in
            MailWait.begin(
                filter,
                in: { (try? worlds.world(named: name)) ?? nil },
                timeout: timeout,
                alarm: .system
            ) { outcome in
                continuation.resume(returning: outcome)
            }
        }
        switch outcome {
        case .mail(let mail): return MockMail(mail, server: apiURL, pages: server.controlURL)
        case .timeout: throw MockError("no such mail came to the mailbox of world \(name) in time")
        case .gone: throw Self.missing(name)
        case .failed(let error): throw MockError("world \(name): \(error)")
        }
    }

    /// Deletes every mail.
    ///
    /// - Throws: ``MockError``.
    public func clearMailbox() throws(MockError) {
        let world = try opened()
        try MockError.wrapping { () throws(StoreError) in _ = try world.mailbox.clear() }
    }

    private static func filter(
        _ address: String?,
        _ kind: String?,
        _ text: String?
    ) throws(MockError) -> MailFilter {
        var filter = MailFilter()
        filter.to = address
        filter.text = text
        guard let kind else { return filter }
        guard let known = MailKind(rawValue: kind) else {
            let words = MailKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw MockError("\"\(kind)\" is no kind of mail; known are \(words)")
        }
        filter.kind = known
        return filter
    }
}
