import AccountModel
import HTTP
import Testing

@testable import AccountManagerAPI

@Suite("AccountHandlers")
struct AccountHandlersTests {
    private static let admin = "AM_ACCOUNT_ADMIN"

    @Test("an account is as the vendor prints it, alone and in the list")
    func accounts() throws {
        let company = try Company()
        let shown = company.send("GET", "/account/\(Company.north)", as: Self.admin)
        #expect(
            shown.text == """
                {"id":"\(Company.north)","name":"north","active":true,"service_period":\
                {"from":"2025-01-01","to":"2030-12-31"},"friendly_identifier":"7654321",\
                "admins":[{"id":"\(Company.id(.accountAdmin))","name":"First AM_ACCOUNT_ADMIN",\
                "email":"AM_ACCOUNT_ADMIN@example.com"},{"id":"\(Company.id("BOSS"))",\
                "name":"First BOSS","email":"BOSS@example.com"}],"sign_in_methods":[\
                {"signInMethod":"standard","status":"enabled","mfaStatus":"disabled",\
                "clientAuthCertLoginEnabled":false}],"locale":"en_US"}
                """
        )
        #expect(company.send("GET", "/account", as: Self.admin).text == "[\(shown.text)]")
        let all = company.send("GET", "/account", as: "SYSTEM")
        #expect(all.members("name") == ["north", "south"])
        let page = company.send("GET", "/account?offset=1&limit=1", as: "SYSTEM")
        #expect(page.members("name") == ["south"])
    }

    @Test("an organization belongs to an account, and lists can be asked for one")
    func organizations() throws {
        let company = try Company()
        let id = Company.id("north organization")
        let shown = company.send("GET", "/organization/\(id)", as: Self.admin)
        #expect(
            shown.text == """
                {"id":"\(id)","name":"north Ltd","account_id":"\(Company.north)",\
                "active":true,"city":"Lehi"}
                """
        )
        #expect(company.send("GET", "/organization", as: Self.admin).text == "[\(shown.text)]")
        let south = "/organization?account_id=\(Company.south)"
        #expect(company.send("GET", south, as: Self.admin).text == "[]")
        #expect(company.send("GET", south, as: "SYSTEM").members("name") == ["south Ltd"])
    }

    @Test("roles name their product and permissions, and can be asked for one product")
    func roles() throws {
        let company = try Company()
        let all = company.send("GET", "/role", as: "AM_DEFAULT_USER")
        #expect(all.members("name") == Role.allCases.map(\.rawValue) + ["SSM_SIGNER"])
        let software = company.send("GET", "/role?application_code=software_trust", as: "ROBOT")
        #expect(
            software.text == """
                [{"name":"SSM_SIGNER","display_name":"Signer","description":"Signs.",\
                "application":{"id":"\(Company.id("software"))","code":"software_trust",\
                "name":"Software Trust"},"permissions":["SIGN_SM_HASH"]}]
                """
        )
        let own = company.send("GET", "/role?application_code=account_manager&limit=2", as: "ROBOT")
        #expect(own.members("name") == Role.allCases.prefix(2).map(\.rawValue))
        #expect(company.send("GET", "/role?application_code=none", as: "ROBOT").text == "[]")
    }

    @Test("products and languages are listed")
    func others() throws {
        let company = try Company()
        let codes = company.send("GET", "/application", as: "ROBOT").members("code")
        #expect(codes.sorted() == ["account_manager", "software_trust"])
        let locales = company.send("GET", "/locale", as: "ROBOT")
        #expect(locales.members("code") == Locale.known.map(\.code))
        #expect(locales.text.hasPrefix(#"[{"code":"en_US","name":"English (United States)"},"#))
    }

    @Test("a page that is none is 400", arguments: ["account", "organization", "role", "locale"])
    func pages(_ path: String) throws {
        #expect(try Company().send("GET", "/\(path)?limit=x", as: Self.admin).status == 400)
    }
}
