import AccountModel
import AccountStore
import HTTP
import Synchronization
import Testing
import World

@testable import ControlAPI

@Suite("MailboxRoutes")
struct MailboxRoutesTests {
    private static let path = "/worlds/default/mailbox"

    private let control: ControlFixture

    init() throws {
        control = try ControlFixture()
    }

    /// Stores a mail of its own for each number.
    private func post(_ numbers: ClosedRange<Int>) throws {
        for number in numbers {
            let user = User(
                id: "user-\(number)",
                email: "user\(number)@example.com",
                primaryAccountID: "",
                createdAt: control.worlds.main.clock.now,
                createdBy: "",
                userType: .standard,
                username: "user\(number)",
                storedRoles: Role.list([])
            )
            try control.worlds.main.store.insert(
                UserProfile(user: user, applications: [], accounts: []),
                token: nil,
                audit: [],
                letter: control.worlds.main.letter(aboutNew: user)
            )
        }
    }

    @Test("lists, pages and filters, with links that lead to the server")
    func lists() throws {
        try post(1...3)
        let all = control.answer("GET", Self.path)
        #expect(all.status == 200)
        #expect(all.bodyText.hasPrefix(#"{"world":"default","total":3,"mails":[{"id":""#))
        #expect(all.bodyText.contains(#""links":["https://common:1/account/invitation?code="#))
        #expect(!all.bodyText.contains(Mail.serverPlaceholder))
        let page = control.answer("GET", Self.path + "?limit=1&offset=2&kind=user_invitation")
        #expect(page.bodyText.contains(#""to":"user1@example.com""#))
        for query in [
            "to=USER2@example.com", "user=user-2", "search=user2", "after=1&about=user-2",
        ] {
            let found = control.answer("GET", "\(Self.path)?\(query)")
            #expect(found.bodyText.contains(#""total":1,"#), "\(query)")
        }
    }

    @Test("shows and deletes one mail, or all")
    func deletes() throws {
        try post(1...2)
        let mails = try control.worlds.main.mailbox.mails().mails
        let one = Self.path + "/" + (mails.first?.id ?? "")
        #expect(control.answer("GET", one).bodyText.contains(#""subject":"Welcome"#))
        #expect(control.answer("DELETE", one).status == 204)
        #expect(control.answer("DELETE", one).status == 404)
        #expect(control.answer("GET", one).status == 404)
        #expect(control.answer("DELETE", Self.path).bodyText == #"{"deleted":1}"#)
    }

    @Test(
        "says what is wrong with a query",
        arguments: [
            "?kind=spam": "?kind is \"spam\", which is none of user_invitation",
            "?since=now": "?since is \"now\"", "?after=nothing": "there is no mail nothing",
            "/wait?timeout=1h": "?timeout is \"1h\"; give a duration from 0s to 600s",
            "/wait?timeout=-1": "?timeout is \"-1\"", "?limit=0": "?limit must be a whole number",
            "/wait?limit=1": "?limit is no parameter",
        ]
    )
    func refuses(query: String, message: String) {
        let response = control.answer("GET", Self.path + query)
        #expect(response.reason?.contains(message) == true, "\(response.reason ?? "")")
    }

    /// Begins to wait and returns where the answer will be.
    private func wait(_ query: String) throws -> Awaited {
        let box = Awaited()
        let request = Request(method: "GET", target: Self.path + "/wait" + query)
        let context = RequestContext(
            requestID: "r-1",
            connection: ConnectionFacts(
                id: 1,
                loop: 0,
                listener: "control",
                remoteAddress: "127.0.0.1:1",
                world: "default"
            )
        )
        guard case .whenever(let begin) = control.api.reply(to: request, in: context) else {
            throw Unexpected()
        }
        begin(Responder { response in box.value.withLock { $0 = response } })
        return box
    }

    private struct Unexpected: Error {}

    /// An answer that comes on another thread perhaps.
    private final class Awaited: Sendable {
        let value = Mutex<Response?>(nil)

        var response: Response? { value.withLock { $0 } }
    }

    @Test("answers who waits as soon as the mail is there")
    func waits() throws {
        let answer = try wait("?to=user2@example.com&timeout=10s")
        try post(1...1)
        #expect(answer.response == nil)
        try post(2...2)
        let response = try #require(answer.response)
        #expect(response.status == 200)
        #expect(response.bodyText.contains(#""to":"user2@example.com""#))
        #expect(response.bodyText.contains("https://common:1/"))
        let next = try wait("?after=2&timeout=10")
        #expect(next.response == nil)
        try post(3...3)
        #expect(next.response?.status == 200)
    }
}
