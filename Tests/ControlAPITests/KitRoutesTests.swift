import FoundationEssentials
import HTTP
import Testing
import World

@testable import ControlAPI

@Suite("KitRoutes")
struct KitRoutesTests {
    private let control: ControlFixture

    init() throws {
        control = try ControlFixture()
        control.readiness.announce { authority in
            Announcement(json: [], addresses: [("control", "http://\(authority ?? "nobody")")])
        }
    }

    private func variables(_ target: String) throws -> [String: String] {
        let response = control.answer("GET", target, host: "mock:8440")
        #expect(response.status == 200, "\(response.bodyText)")
        return try JSONDecoder().decode([String: String].self, from: Data(response.body))
    }

    @Test("the default world's variables hold addresses, token and files as they are")
    func main() throws {
        let found = try variables("/worlds/default/env")
        #expect(found["MOCK_WORLD_API_URL"] == "https://common:1")
        #expect(found["MOCK_WORLD_CLIENTAUTH_URL"] == "https://common:2")
        #expect(found["MOCK_WORLD_CONTROL_URL"] == "http://mock:8440")
        #expect(found["MOCK_WORLD_TOKEN"] == "SERVICE_USER_TOKEN")
        #expect(found["MOCK_WORLD_CA_PEM"] == "PEM")
        #expect(found["MOCK_WORLD_CLIENT_KEY_PEM"]?.hasPrefix("-----BEGIN PRIVATE KEY") == true)
    }

    @Test("another world is reached by its own ports, else by its token's ending")
    func other() throws {
        #expect(control.answer("POST", "/worlds", #"{"name":"t42"}"#).status == 201)
        let common = try variables("/worlds/t42/env")
        #expect(common["MOCK_WORLD_API_URL"] == "https://common:1")
        #expect(common["MOCK_WORLD_TOKEN"] == "SERVICE_USER_TOKEN.t42")
        #expect(common["MOCK_WORLD_NAME"] == "t42")
        #expect(control.answer("GET", "/worlds/t42/env?via=ports").status == 409)
        let opened = control.answer("PATCH", "/worlds/t42", #"{"ports":true}"#)
        #expect(opened.status == 200)
        let own = try variables("/worlds/t42/env")
        #expect(own["MOCK_WORLD_API_URL"] == "https://own:1")
        let chosen = try variables("/worlds/t42/env?via=common")
        #expect(chosen["MOCK_WORLD_API_URL"] == "https://common:1")
        #expect(chosen["MOCK_WORLD_CLIENT_CERT_PEM"] == own["MOCK_WORLD_CLIENT_CERT_PEM"])
    }

    @Test(
        "every format has its type, and a user is chosen by name",
        arguments: [
            ("json", "application/json", "{\n"), ("sh", "text/plain; charset=utf-8", "export "),
            ("dotenv", "text/plain; charset=utf-8", "MOCK_WORLD_NAME='default'\n"),
            ("github", "text/plain; charset=utf-8", "MOCK_WORLD_NAME=default\n"),
            ("powershell", "text/plain; charset=utf-8", "$env:MOCK_WORLD_NAME = 'default'\n"),
        ]
    )
    func formats(_ format: String, _ type: String, _ start: String) {
        let target = "/worlds/default/env?user=ada%20admin&format=\(format)"
        let response = control.answer("GET", target)
        #expect(response.status == 200)
        #expect(response.fields.first("content-type") == type)
        #expect(response.bodyText.hasPrefix(start))
        #expect(response.bodyText.contains("ADMIN_API_TOKEN"))
    }

    @Test("with a directory, variables lead to where kit.zip will be unpacked")
    func directory() throws {
        let found = try variables("/worlds/default/env?directory=/opt/kit/")
        #expect(found["MOCK_WORLD_CA_FILE"] == "/opt/kit/ca.pem")
        #expect(found["NODE_EXTRA_CA_CERTS"] == "/opt/kit/ca.pem")
        let zip = control.answer("GET", "/worlds/default/kit.zip?directory=/opt/kit")
        #expect(zip.status == 200)
        #expect(zip.fields.first("content-type") == "application/zip")
        #expect(
            zip.fields.first("content-disposition")
                == #"attachment; filename="default-kit.zip""#
        )
        #expect(zip.body.starts(with: Array("PK".utf8)))
        #expect(zip.bodyText.contains("/opt/kit/client.key"))
    }

    @Test(
        "what cannot be done is refused in words",
        arguments: [
            (
                "/worlds/default/env?format=yaml", 400,
                "none of json, sh, dotenv, github, powershell"
            ),
            ("/worlds/default/env?user=nobody", 400, #"there is no user "nobody"; give an id"#),
            ("/worlds/default/env?directory=kit", 400, "?directory must be an absolute path"),
            ("/worlds/default/env?directory=/a%22b", 400, "without quotation marks"),
            ("/worlds/default/env?via=name", 409, "is not reached by name, but by common"),
            ("/worlds/default/kit.zip?format=sh", 400, "?format is no parameter of"),
            ("/worlds/none/kit.zip", 404, "POST /worlds"),
        ]
    )
    func refusals(_ target: String, _ status: Int, _ words: String) {
        let response = control.answer("GET", target)
        #expect(response.status == status)
        #expect(response.reason?.contains(words) == true, "\(response.bodyText)")
    }
}
