import OpenSSLBridge
import Testing

@testable import MockDigiCertOne

@Suite("The name in a handshake")
struct ServerNameTests {
    @Test(
        "what is no host name counts as no name (RFC 6066 §3)",
        arguments: [
            "", ".", "-a", "a b", "a\u{0}b", "ä", "*.test", "::1", "10.0.0.1", "a..b",
            String(repeating: "a", count: 64), String(repeating: "abc.", count: 63) + "abc",
        ]
    )
    func unnamed(_ text: String) {
        #expect(
            ServerName(serverName: text, localAddress: "::1") == .unnamed(address: "::1")
        )
    }

    @Test(
        "a host name is taken in lower case without its final dot",
        arguments: [
            ("localhost", "localhost"), ("A.Test.", "a.test"), ("my_service", "my_service"),
            (String(repeating: "a", count: 63), String(repeating: "a", count: 63)),
        ]
    )
    func named(_ text: String, _ name: String) {
        #expect(ServerName(serverName: text, localAddress: "::1") == .named(name))
    }

    @Test("without a name, each way to call the server stands in the certificate once")
    func subjectNames() {
        let names = ServerName.unnamed(address: "127.0.0.1")
            .subjectNames(own: ["Machine", "localhost", "one.test", "10.0.0.1", "", "no name"])
        #expect(
            names.map(\.text) == [
                "localhost", "clientauth.localhost", "127.0.0.1", "::1", "machine", "one.test",
                "10.0.0.1",
            ]
        )
    }
}
