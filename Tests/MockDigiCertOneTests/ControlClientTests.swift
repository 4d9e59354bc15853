import HTTP
import MockDigiCertOne
import Testing

@Suite("The client of the control listener", .timeLimit(.minutes(10)))
struct ControlClientTests {
    @Test(
        "refuses what is no address of a control listener",
        arguments: [
            "https://127.0.0.1:8440", "http://a b", "http://127.0.0.1:8440/worlds", "",
        ]
    )
    func url(_ text: String) {
        #expect(throws: ControlFailure.self) { _ = try ControlClient(url: text) }
    }

    @Test("encodes what stands in paths and queries")
    func target() {
        let request = ControlRequest("GET", ["a/b", "ü"], query: [("x", "1 &"), ("y", nil)])
        #expect(request.target == "/a%2Fb/%C3%BC?x=1%20%26")
    }

    @Test("calls a listener by an address or a name, and hands its refusal on")
    func answers() throws {
        let server = try MockServer.start(try .embedded())
        defer { server.stop() }
        let port = try #require(server.controlURL.split(separator: ":").last)
        for host in ["127.0.0.1", "[::1]", "localhost"] {
            let client = try ControlClient(url: "http://\(host):\(port)/")
            #expect(try client.send(ControlRequest("GET", ["livez"])).status == 200)
            let error = try #require(throws: ControlFailure.self) {
                _ = try client.send(ControlRequest("GET", ["worlds", "nope"]))
            }
            #expect(error.description.contains("there is no world nope"))
        }
    }

    @Test("finds a server by flag, by what exec says, and by the server's own settings")
    func place() throws {
        func find(_ url: String?, _ variables: [String: String]) throws -> String {
            try ControlPlace.find(
                url: url,
                token: nil,
                configurationFile: nil,
                environment: ProcessEnvironment(variables)
            ).url
        }
        let port = ["MOCK_DIGICERT_ONE_CONTROL_PORT": "1"]
        let exec = ["MOCK_WORLD_CONTROL_URL": "http://exec"]
        #expect(try find(nil, [:]) == "http://127.0.0.1:8440")
        #expect(try find(nil, port) == "http://127.0.0.1:1")
        #expect(try find(nil, exec.merging(port) { first, _ in first }) == "http://exec")
        #expect(try find("http://flag", exec) == "http://flag")
    }

    @Test("takes no token that a header field cannot carry")
    func token() {
        #expect(throws: ConfigurationError.self) {
            _ = try ControlPlace.find(
                url: nil,
                token: "two words",
                configurationFile: nil,
                environment: ProcessEnvironment([:])
            )
        }
    }
}
