import AccountModel
import AccountStore
import Testing
import World

@testable import DigitalIDCenter

@Suite("Digital ID Center: Enrol and Confirm")
struct EnrolPagesTests {
    @Test("a wrong entry is told at its field, and nothing but the secret is lost")
    func problems() throws {
        let center = try CenterFixture()
        try center.enrolled()
        var entries = CenterFixture.entries
        entries["form"] = "other"
        entries["authorityCode"] = "12345"
        let seen = try center.post("/enrol", entries)
        #expect(seen.status == 422)
        #expect(seen.text.contains("role=\"alert\""))
        #expect(seen.text.contains("<a href=\"#authorityCode\">"))
        #expect(seen.text.contains("aria-describedby=\"authorityCodeHint authorityCodeError\""))
        #expect(seen.text.contains("value=\"Lovelace\""))
        #expect(seen.text.contains("Mr Babbage knows me."))
        #expect(!seen.text.contains(CenterFixture.challenge))
        #expect(seen.text.contains("name=\"form\" value=\"other\""))
    }

    @Test("a form that is sent twice is one request, with what was entered last")
    func twice() throws {
        let center = try CenterFixture()
        let id = try center.enrolled()
        #expect(try center.enrolled { $0["firstName"] = "Augusta" } == id)
        #expect(try center.request(id).applicant.firstName == "Augusta")
        let change = try center.get("/enrol?draft=\(id)").text
        #expect(change.contains("value=\"Augusta\"") && change.contains("value=\"f1\""))
        #expect(try center.enrolled { $0["form"] = "f2" } != id)
    }

    @Test("one form of two people is two requests, whether the first is confirmed or not")
    func people() throws {
        let center = try CenterFixture()
        let ada = try center.enrolled()
        let grace: (inout [String: String]) -> Void = {
            $0["firstName"] = "Grace"
            $0["email"] = "grace@example.com"
        }
        let draft = try center.request(ada)
        let first = try center.enrolled(grace)
        #expect(first != ada)
        #expect(try center.request(ada) == draft)
        #expect(try center.request(first).applicant.email == "grace@example.com")
        // Her own form is hers to change.
        let change = try center.get("/enrol?draft=\(first)").text
        #expect(change.contains("name=\"form\" value=\"\(first)\""))
        let confirmed = try center.pending()
        #expect(confirmed == ada)
        let pending = try center.request(ada)
        #expect(try center.enrolled(grace) != ada)
        #expect(try center.request(ada) == pending)
        #expect(try center.enrolled() == ada)
    }

    @Test("after it is confirmed, the form leads to the page of the request and changes nothing")
    func back() throws {
        let center = try CenterFixture()
        let id = try center.pending()
        let seen = try center.post("/enrol", CenterFixture.entries)
        #expect(seen.location == "/requests/\(id)")
        #expect(try center.get("/enrol/\(id)").location == "/requests/\(id)")
        #expect(!(try center.get("/enrol?draft=\(id)").text.contains("value=\"Lovelace\"")))
        #expect(try center.request(id).status == .pending)
    }

    @Test("the address has to be entered once more; then the request is pending, and acknowledged")
    func confirm() throws {
        let center = try CenterFixture()
        let id = try center.enrolled()
        #expect(try center.get("/requests/\(id)").location == "/enrol/\(id)")
        let wrong = ["email": "ada@example.org", "keyPlace": "server", "keyKind": "rsa-4096"]
        let seen = try center.post("/enrol/\(id)", wrong)
        #expect(seen.status == 422 && seen.text.contains("This is not the address above"))
        #expect(seen.text.contains("value=\"rsa-4096\" selected"))
        #expect(try center.request(id).status == .draft)
        var right = ["email": "ADA@example.com", "keyPlace": "browser", "keyKind": "p-384"]
        let pending = try center.send("/enrol/\(id)", right)
        #expect(pending.text.contains("Check your email inbox"))
        let request = try center.request(id)
        #expect(request.key == DigitalIDKey(place: .browser, kind: .p384))
        #expect(request.submittedAt == center.now)
        let mail = try #require(try center.mails(.digitalIDAcknowledged).first)
        #expect(mail.to == "ada@example.com" && mail.about == id)
        #expect(
            mail.addressed(to: "", pages: "http://h").links == [
                "http://h\(CenterFixture.base)/requests/\(id)"
            ]
        )
        // Pressed again, with other settings.
        right["keyKind"] = "p-256"
        #expect(try center.post("/enrol/\(id)", right).location == "/requests/\(id)")
        #expect(try center.request(id).key.kind == .p384)
        #expect(try center.mails(.digitalIDAcknowledged).count == 1)
    }

    @Test("security settings that were not offered are refused")
    func settings() throws {
        let center = try CenterFixture()
        let id = try center.enrolled()
        for (place, kind) in [("moon", "p-256"), ("server", "rsa-512"), ("", "")] {
            let fields = ["email": "ada@example.com", "keyPlace": place, "keyKind": kind]
            #expect(try center.post("/enrol/\(id)", fields).status == 400)
        }
        #expect(try center.request(id).status == .draft)
    }

    @Test("the database knows neither challenge phrase nor PIN")
    func secrets() throws {
        let center = try CenterFixture()
        let (_, pin) = try center.approved()
        let image = try center.world.store.image()
        let text = String(decoding: image, as: UTF8.self)
        #expect(!text.contains(CenterFixture.challenge))
        // The mail has it as its reader sees it; nothing has it as it is compared.
        #expect(!text.contains(pin.replacing("-", with: "")))
    }

    @Test("drafts that nobody confirmed are forgotten after a day")
    func oldDrafts() throws {
        let center = try CenterFixture()
        let id = try center.enrolled()
        center.pass(days: 2)
        try center.enrolled { $0["form"] = "f2" }
        #expect(try center.get("/enrol/\(id)").status == 404)
    }
}
