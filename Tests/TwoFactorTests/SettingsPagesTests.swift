import AccountModel
import AccountStore
import HTTP
import Testing
import World

@testable import TwoFactor

@Suite("SettingsPages")
struct SettingsPagesTests {
    private let fixture: TwoFactorFixture

    init() throws {
        fixture = try TwoFactorFixture()
    }

    private func rules() throws -> [TwoFactorRule] {
        try fixture.world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.twoFactorRules()
        }
    }

    private func requireOfAccount() -> Response {
        fixture.administer(
            "/requirements",
            [
                ("type", "client-certificate"), ("scope", TwoFactorFixture.account),
                ("user", ""), ("rule", "required"),
            ]
        )
    }

    @Test("a user's rule beats the account's, and a lifted one no longer counts")
    func precedence() throws {
        let vera = TwoFactorBrowser(fixture)
        #expect(vera.signIn() == "/signed-in")
        #expect(requireOfAccount().place.hasSuffix("done=created"))
        #expect(vera.signIn() == "/initialization")
        fixture.require("viewer@example.com", "not-required")
        #expect(vera.signIn() == "/signed-in")
        #expect(vera.signIn("admin@example.com") == "/initialization")
        let own = try #require(try rules().first { $0.target == .user(TwoFactorFixture.vera) })
        #expect(!own.isRequired && own.created.userName == "Ada Admin")
        #expect(
            fixture.administer("/requirements/\(own.id)/lift").place.hasSuffix("done=lifted")
        )
        #expect(vera.signIn() == "/initialization")
        #expect(fixture.administer("/requirements/\(own.id)/lift").place.hasSuffix("done=gone"))
        for rule in try rules() { fixture.administer("/requirements/\(rule.id)/lift") }
        #expect(vera.signIn() == "/signed-in")
    }

    @Test("a rule that is made twice is one rule, the later one")
    func twice() throws {
        fixture.require("viewer@example.com")
        fixture.require("VIEWER@example.com")
        #expect(try rules().map(\.isRequired) == [true])
        fixture.require("viewer@example.com", "not-required")
        #expect(try rules().map(\.isRequired) == [false])
        let text = fixture.answer("GET", "/settings").text
        #expect(text.contains("Vera Viewer (viewer@example.com)"))
        #expect(text.contains("Not required"))
    }

    /// A form that is not taken.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let form: [String: String]
        let error: String

        var testDescription: String { error }
    }

    @Test(
        "a requirement that makes no sense is refused beside the field, and what was typed stays",
        arguments: [
            Mistake(form: ["user": ""], error: "Enter the user name"),
            Mistake(form: ["user": "<b>nobody"], error: "&lt;b&gt;nobody”."),
            Mistake(form: ["type": "one-time-password"], error: "Client Certificate alone"),
            Mistake(
                form: ["scope": TwoFactorFixture.account],
                error: "For all users of an account"
            ),
            Mistake(
                form: [
                    "scope": TwoFactorFixture.account, "user": "", "rule": "not-required",
                ],
                error: "Only a user can be exempted"
            ),
            Mistake(form: ["scope": "account:x", "user": ""], error: "no such account"),
        ]
    )
    func mistakes(_ mistake: Mistake) throws {
        let form = [
            "type": "client-certificate", "scope": "user", "user": "viewer@example.com",
            "rule": "required",
        ].merging(mistake.form) { $1 }
        let response = fixture.administer("/requirements", form.map { ($0, $1) })
        #expect(response.status == 400)
        #expect(response.text.contains(mistake.error))
        #expect(response.text.contains(#"role="alert""#))
        #expect(response.text.contains(#"aria-invalid="true""#))
        #expect(try rules().isEmpty)
    }

    @Test("only an administrator changes anything", arguments: ["", TwoFactorFixture.vera, "x"])
    func strangers(_ actor: String) throws {
        let user = TwoFactorFixture.vera
        let changes: [(String, [(String, String)])] = [
            (
                "/requirements",
                [
                    ("type", "client-certificate"), ("scope", "user"),
                    ("user", "viewer@example.com"),
                ]
            ),
            ("/requirements/x/lift", []),
            ("/certificates/\(user)/reset", []),
            ("/passwords", [("user", "viewer@example.com"), ("password", "12345678")]),
        ]
        for (page, form) in changes {
            #expect(fixture.administer(page, form, as: actor).status == 403, "\(page)")
        }
        #expect(try rules().isEmpty)
    }

    @Test("a password that is set is the only one that helps, and ends older sign-ins")
    func password() throws {
        let vera = TwoFactorBrowser(fixture)
        #expect(vera.signIn() == "/signed-in")
        let form = [("user", "viewer@example.com"), ("password", " spaces count ")]
        #expect(fixture.administer("/passwords", form).place.hasSuffix("done=password"))
        #expect(vera.get("/signed-in").place == "/sign-in?first=yes")
        #expect(vera.signIn() == "400")
        #expect(vera.signIn("viewer@example.com", "spaces count") == "400")
        #expect(vera.signIn("viewer@example.com", " spaces count ") == "/signed-in")
        #expect(vera.signIn("admin@example.com") == "/signed-in")
    }

    @Test("a password of another length or alphabet is not taken, and never shown again")
    func passwordRule() {
        for password in ["", "1234567", String(repeating: "x", count: 65), "pässwörter"] {
            let form = [("user", "viewer@example.com"), ("password", password)]
            let response = fixture.administer("/passwords", form)
            #expect(response.status == 400)
            #expect(password.isEmpty || !response.text.contains(password))
        }
        for password in ["12345678", String(repeating: "x", count: 64)] {
            let form = [("user", "viewer@example.com"), ("password", password)]
            #expect(fixture.administer("/passwords", form).status == 303)
        }
        #expect(
            fixture.administer("/passwords", [("user", "who"), ("password", "")]).status == 400
        )
    }

    @Test("a reset makes the certificate invalid at once, ends sign-ins and mails the user")
    func reset() throws {
        fixture.require("viewer@example.com")
        let vera = TwoFactorBrowser(fixture)
        vera.signIn()
        vera.generate()
        let old = try #require(try fixture.fingerprint())
        let page = "/certificates/\(TwoFactorFixture.vera)/reset"
        #expect(fixture.administer(page).place.hasSuffix("done=reset"))
        #expect(vera.position == "/sign-in")
        let finding = try fixture.world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.finding(certificateSHA256: old)
        }
        guard case .deleted(let certificate) = finding else {
            Issue.record("the API would still take the certificate")
            return
        }
        #expect(certificate.deleted.userName == "Ada Admin")
        let mail = try #require(try fixture.mails(.clientCertificateReset).first)
        #expect(mail.to == "viewer@example.com")
        #expect(mail.links == ["{pages}/worlds/default/two-factor/sign-in"])
        #expect(fixture.administer(page).place.hasSuffix("done=reset-before"))
        #expect(try fixture.mails(.clientCertificateReset).count == 1)
        #expect(fixture.answer("GET", "/settings").text.contains("by Ada Admin"))
        #expect(vera.signIn() == "/initialization")
    }

    @Test("a page that was left open resets the certificate that it shows, and no later one")
    func staleReset() throws {
        fixture.require("viewer@example.com")
        let vera = TwoFactorBrowser(fixture)
        vera.signIn()
        vera.generate()
        let page = fixture.answer("GET", "/settings").text
        let field = try #require(page.firstRange(of: #"name="serial" value=""#))
        let serial = String(page[field.upperBound...].prefix { $0 != "\"" })
        let path = "/certificates/\(TwoFactorFixture.vera)/reset"
        let form = [("serial", serial)]
        #expect(fixture.administer(path, form).place.hasSuffix("done=reset"))
        vera.signIn()
        vera.generate()
        let later = try fixture.fingerprint()
        #expect(fixture.administer(path, form).place.hasSuffix("done=reset-before"))
        #expect(try fixture.fingerprint() == later && later != nil)
        #expect(try fixture.mails(.clientCertificateReset).count == 1)
    }

    @Test("an administrator changes nothing of a user, and for an account, of somebody else's")
    func otherAccounts() throws {
        let seed = try Seed.parse(Array(Self.twoAccounts.utf8), source: "test")
        let fixture = try TwoFactorFixture(seed: seed)
        let (ann, ben) = (Self.id(1), Self.id(2))
        let account = [("type", "client-certificate"), ("scope", "account:\(Self.id(8))")]
        #expect(fixture.require("ann@example.com", as: ann).place.hasSuffix("done=created"))
        #expect(fixture.administer("/requirements", account, as: ann).place.hasSuffix("created"))
        let rules = try fixture.world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.twoFactorRules()
        }
        let password = [("user", "ann@example.com"), ("password", "12345678")]
        var changes = [
            ("/requirements", account), ("/passwords", password),
            ("/certificates/\(ann)/reset", []),
        ]
        changes += rules.map { ("/requirements/\($0.id)/lift", []) }
        #expect(fixture.require("ann@example.com", as: ben).status == 403)
        for (page, form) in changes {
            let response = fixture.administer(page, form, as: ben)
            #expect(response.status == 403 && response.text.contains("administrator of"), "\(page)")
        }
        let after = try fixture.world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.twoFactorRules()
        }
        #expect(after == rules && rules.count == 2)
        for rule in rules {
            let lifted = fixture.administer("/requirements/\(rule.id)/lift", as: ann)
            #expect(lifted.place.hasSuffix("done=lifted"))
        }
    }

    private static func id(_ number: Int) -> String {
        "4b13f12d-c8b2-4c49-a21f-9b399364f2c\(number)"
    }

    /// Ann administers an account, and Ben another one.
    private static let twoAccounts = """
        {"accounts":[\(account(8)),\(account(9))],
        "users":[\(administrator(1, "ann", of: 8)),\(administrator(2, "ben", of: 9))]}
        """

    private static func account(_ number: Int) -> String {
        """
        {"id":"\(id(number))","name":"Account \(number)",
        "service_period":{"from":"2021-05-06","to":"2030-05-06"},
        "friendly_identifier":"123456\(number)"}
        """
    }

    private static func administrator(_ number: Int, _ name: String, of account: Int) -> String {
        """
        {"id":"\(id(number))","user_type":"standard","email":"\(name)@example.com",
        "first_name":"\(name)","last_name":"X","accounts":["\(id(account))"],
        "primary_account_id":"\(id(account))","roles":["AM_ACCOUNT_ADMIN"]}
        """
    }

    @Test("nobody resets the own certificate, and the last administrator must contact support")
    func ownReset() throws {
        fixture.require("admin@example.com")
        let ada = TwoFactorBrowser(fixture)
        ada.signIn("admin@example.com")
        ada.generate()
        let page = "/certificates/\(TwoFactorFixture.ada)/reset"
        let alone = fixture.administer(page)
        #expect(alone.status == 403)
        #expect(alone.text.contains("contact support"))
        #expect(fixture.administer("/examples").place.hasSuffix("done=examples"))
        let refused = fixture.administer(page)
        #expect(refused.status == 403)
        #expect(refused.text.contains("ask another administrator, Erin Example"))
        #expect(try fixture.fingerprint(of: TwoFactorFixture.ada) != nil)
        let erin = try fixture.world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.standardUser(calledOn: "erin@example.com")
        }
        let place = fixture.administer(page, as: erin?.id ?? "").place
        #expect(place.hasSuffix("done=reset"))
        #expect(try fixture.fingerprint(of: TwoFactorFixture.ada) == nil)
    }

    @Test("example people are made once, and can sign in")
    func examples() throws {
        #expect(fixture.answer("GET", "/settings").text.contains("Add example people"))
        #expect(fixture.administer("/examples").status == 303)
        #expect(fixture.administer("/examples").status == 303)
        #expect(!fixture.answer("GET", "/settings").text.contains("Add example people"))
        #expect(TwoFactorBrowser(fixture).signIn("pat@example.com") == "/signed-in")
        let users = try fixture.world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.standardUsers(countMax: 10)
        }
        #expect(users.count == 4)
    }

    @Test("a world without administrators says so, and makes one at a click")
    func withoutAdministrators() throws {
        let seed = try Seed.parse(
            Array(
                """
                {"accounts":[{"id":"4b13f12d-c8b2-4c49-a21f-9b399364f2ce","name":"A",
                "service_period":{"from":"2021-05-06","to":"2030-05-06"},
                "friendly_identifier":"1234567"}],"users":[]}
                """.utf8
            ),
            source: "test"
        )
        let fixture = try TwoFactorFixture(seed: seed)
        #expect(fixture.answer("GET", "/settings").text.contains("No user of this world"))
        #expect(fixture.answer("GET", "/sign-in").text.contains("has no standard users"))
        #expect(fixture.administer("/examples", as: "").status == 303)
        #expect(fixture.answer("GET", "/settings").text.contains("Erin Example"))
        #expect(TwoFactorBrowser(fixture).signIn("erin@example.com") == "/signed-in")
    }
}
