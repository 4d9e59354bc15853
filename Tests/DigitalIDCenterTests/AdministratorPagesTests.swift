import AccountModel
import Testing

@testable import DigitalIDCenter

@Suite("Digital ID Center: administrator")
struct AdministratorPagesTests {
    private static func path(_ id: String) -> String { "/administrator/requests/\(id)" }

    @Test("the queue shows who waits, with the comment, and approving mails address and PIN")
    func approves() throws {
        let center = try CenterFixture()
        let id = try center.pending()
        let queue = try center.get("/administrator").text
        #expect(queue.contains("Mr Babbage knows me.") && queue.contains(Self.path(id)))
        let seen = try center.send(Self.path(id) + "/approve", ["comment": "Welcome."])
        #expect(seen.text.contains("The PIN was mailed"))
        let mail = try #require(try center.mails(.digitalIDApproved).first)
        #expect(mail.body.contains("Welcome.") && mail.body.contains(mail.codes[0]))
        #expect(mail.links[0].hasSuffix("/requests/\(id)/receive"))
        let letters = mail.codes[0].filter { $0 != "-" }
        #expect(letters.count == 10 && letters.allSatisfy { !"IO01".contains($0) })
        #expect(try center.request(id).decisionComment == "Welcome.")
        // Once more: it is approved already.
        #expect(try center.post(Self.path(id) + "/approve").location == Self.path(id))
        #expect(try center.mails(.digitalIDApproved).count == 1)
        #expect(!(try center.get("/administrator").text.contains(">Decide<")))
    }

    @Test("rejecting needs a comment, which is mailed, and is final")
    func rejects() throws {
        let center = try CenterFixture()
        let id = try center.pending()
        let empty = try center.post(Self.path(id) + "/reject")
        #expect(empty.status == 422 && empty.text.contains("Say why"))
        let seen = try center.send(Self.path(id) + "/reject", ["comment": "Who are you?"])
        #expect(seen.text.contains("That is final"))
        #expect(try #require(center.mails(.digitalIDRejected).first).body.contains("Who are you?"))
        #expect(try center.post(Self.path(id) + "/reject").status == 303)
        #expect(try center.mails(.digitalIDRejected).count == 1)
        let approving = try center.post(Self.path(id) + "/approve")
        #expect(approving.status == 409 && approving.text.contains("that is final"))
        #expect(try center.get("/requests/\(id)").text.contains("rejected"))
        #expect(try center.get("/requests/\(id)/receive").location == "/requests/\(id)")
        #expect(try center.post("/requests/\(id)/receive", ["pin": "X"]).status == 303)
        #expect(try center.request(id).status == .rejected)
    }

    @Test("what is approved cannot be rejected, and what is no longer pending not be decided")
    func forbidden() throws {
        let center = try CenterFixture()
        let (approved, _) = try center.approved()
        let fields = ["comment": "No."]
        #expect(try center.post(Self.path(approved) + "/reject", fields).status == 409)
        let draft = try center.enrolled { $0["form"] = "f2" }
        #expect(try center.post(Self.path(draft) + "/approve", fields).status == 409)
        #expect(try center.post(Self.path(draft) + "/reject", fields).status == 409)
        #expect(try center.post(Self.path(draft) + "/resend").status == 409)
        #expect(try center.post(Self.path(draft) + "/unlock").status == 409)
        #expect(try center.request(draft).status == .draft)
    }

    @Test("a comment that is too long is told, and kept")
    func longComment() throws {
        let center = try CenterFixture()
        let id = try center.pending()
        let comment = String(repeating: "x", count: 1001)
        let seen = try center.post(Self.path(id) + "/approve", ["comment": comment])
        #expect(seen.status == 422 && seen.text.contains(comment))
        #expect(try center.request(id).status == .pending)
    }

    @Test("another PIN takes the place of the first one, once for each form")
    func resends() throws {
        let center = try CenterFixture()
        let (id, first) = try center.approved()
        let form = try center.get(Self.path(id)).text
        let token = try #require(form.split(separator: "name=\"pin\" value=\"").dropFirst().first)
        let fields = ["pin": String(token.prefix { $0 != "\"" })]
        #expect(try center.post(Self.path(id) + "/resend", fields).status == 303)
        #expect(try center.post(Self.path(id) + "/resend", fields).status == 303)
        let mails = try center.mails(.digitalIDApproved)
        #expect(mails.count == 2)
        #expect(try center.post("/requests/\(id)/receive", ["pin": first]).status == 422)
        let second = try #require(mails.first?.codes.first)
        #expect(try center.post("/requests/\(id)/receive", ["pin": second]).status == 303)
        #expect(try center.request(id).status == .retrievable)
        #expect(try center.post(Self.path(id) + "/resend", fields).status == 409)
    }

    @Test("a message goes to each address that enrolled, once, however often its form is sent")
    func message() throws {
        let center = try CenterFixture()
        _ = try center.pending()
        _ = try center.pending { entries in
            entries["form"] = "f2"
            entries["email"] = "ADA@example.com"
        }
        _ = try center.pending { entries in
            entries["form"] = "f3"
            entries["email"] = "mary@example.com"
        }
        let rejected = try center.pending { entries in
            entries["form"] = "f4"
            entries["email"] = "rejected@example.com"
        }
        _ = try center.post(Self.path(rejected) + "/reject", ["comment": "No."])
        try center.enrolled { entries in
            entries["form"] = "f5"
            entries["email"] = "draft@example.com"
        }
        let fields = ["form": "m1", "subject": "Closed on Sunday", "message": "All day."]
        let seen = try center.send("/administrator/messages", fields)
        #expect(seen.text.contains("to 2 addresses"))
        _ = try center.post("/administrator/messages", fields)
        let mails = try center.mails(.digitalIDMessage)
        #expect(Set(mails.map(\.to)) == ["ada@example.com", "mary@example.com"])
        #expect(mails.count == 2 && mails.allSatisfy { $0.subject == "Closed on Sunday" })
        let empty = try center.post("/administrator/messages", ["subject": "a\nb"])
        #expect(empty.status == 422 && empty.text.contains("Enter a message."))
        #expect(empty.text.contains("A subject has one line."))
    }
}
