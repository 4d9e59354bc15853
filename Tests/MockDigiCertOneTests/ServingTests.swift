import AccountModel
import Testing

@testable import MockDigiCertOne

/// A request on a connection, and whether it belongs there.
struct Visit: Sendable, CustomTestStringConvertible {
    let authority: String?
    let asks: Bool
    let belongs: Bool

    init(_ authority: String?, asks: Bool, belongs: Bool) {
        self.authority = authority
        self.asks = asks
        self.belongs = belongs
    }

    var testDescription: String { "\(authority ?? "no host") \(asks ? "asking" : "not asking")" }
}

private let visits: [Visit] = [
    Visit("localhost:8443", asks: false, belongs: true),
    Visit("localhost:8444", asks: true, belongs: true),
    Visit("clientauth.localhost", asks: true, belongs: true),
    Visit("clientauth.localhost", asks: false, belongs: false),
    Visit("CLIENTAUTH.one.digicert.com:443", asks: false, belongs: false),
    Visit("clientauth.", asks: false, belongs: false),
    Visit("clientauthority.test", asks: false, belongs: true),
    Visit("xclientauth.test", asks: false, belongs: true),
    Visit("", asks: false, belongs: true),
    Visit(nil, asks: false, belongs: true),
]

@Suite("Host routing")
struct HostRoutingTests {
    @Test(
        "a clientauth name on a connection that did not ask is misdirected (RFC 9110 15.5.20)",
        arguments: visits
    )
    func misdirection(_ row: Visit) {
        let reason = HostRouting.misdirection(
            authority: row.authority,
            asksForClientCertificate: row.asks,
            requested: nil,
            world: HostRouting.defaultWorld
        )
        #expect((reason == nil) == row.belongs)
    }

    @Test("a request that names another world is misdirected")
    func otherWorld() {
        let reason = HostRouting.misdirection(
            authority: "one.localhost",
            asksForClientCertificate: false,
            requested: "one",
            world: "another"
        )
        #expect(reason?.contains("belongs to world another") == true)
    }

    @Test(
        "the port or the name asks for a client certificate",
        arguments: [
            (nil, ListenerName.api, false), (nil, .clientauth, true),
            ("localhost", .api, false), ("localhost", .clientauth, true),
            ("clientauth.localhost", .api, true), ("ClientAuth.x.test", .api, true),
            ("client.auth.test", .api, false),
        ] as [(String?, ListenerName, Bool)]
    )
    func asks(name: String?, listener: ListenerName, asks: Bool) {
        #expect(
            HostRouting.asksForClientCertificate(serverName: name, listener: listener) == asks
        )
    }
}

@Suite("Header text")
struct HeaderTextTests {
    @Test(
        "cannot end its line or leave ASCII (RFC 9110 5.5)",
        arguments: [
            ("certificate 64 disabled", "certificate 64 disabled"),
            ("a\r\nset-cookie: x", #"a\u{d}\u{a}set-cookie: x"#),
            ("RFC 9112 §3.2", "RFC 9112 section 3.2"),
            ("Zürich", #"Z\u{fc}rich"#), ("\u{7F}\u{0}", #"\u{7f}\u{0}"#), ("", ""),
        ]
    )
    func safe(raw: String, safe: String) {
        #expect(HeaderText.safe(raw) == safe)
    }

    @Test("is cut off after a thousand characters")
    func long() {
        #expect(HeaderText.safe(String(repeating: "x", count: 5_000)).utf8.count == 1_024)
    }
}

@Suite("Date cache")
struct DateCacheTests {
    @Test("follows the clock forwards and backwards")
    func follows() {
        let cache = DateCache()
        let start = Timestamp(secondsSince1970: 1_760_918_400)
        for seconds: Int64 in [0, 0, 1, 0] {
            let time = start.adding(seconds: seconds)
            #expect(cache.text(for: time) == "Mon, 20 Oct 2025 00:00:0\(seconds) GMT")
        }
    }
}

@Suite("Handshake complaints")
struct HandshakeComplaintsTests {
    @Test("are due once a minute for each client, name and alert")
    func due() {
        let complaints = HandshakeComplaints()
        func isDue(_ remote: String, _ name: String?, _ alert: UInt8, _ now: Int64) -> Bool {
            complaints.isDue(remoteAddress: remote, serverName: name, alert: alert, now: now)
        }
        #expect(isDue("192.0.2.1:1000", "a", 48, 0))
        #expect(!isDue("192.0.2.1:1001", "a", 48, 59))
        #expect(isDue("192.0.2.1:1002", "a", 48, 60))
        #expect(isDue("192.0.2.2:1000", "a", 48, 60))
        #expect(isDue("192.0.2.1:1000", "b", 48, 60))
        #expect(isDue("192.0.2.1:1000", nil, 48, 60))
        #expect(isDue("192.0.2.1:1000", "a", 42, 60))
    }

    @Test("are remembered for a bounded number of clients")
    func bounded() {
        let complaints = HandshakeComplaints()
        func isDue(_ number: Int) -> Bool {
            complaints.isDue(
                remoteAddress: "192.0.2.1:1",
                serverName: "\(number)",
                alert: 48,
                now: 0
            )
        }
        for number in 0..<1_024 { #expect(isDue(number)) }
        #expect(!isDue(0))
        #expect(isDue(1_024))
        #expect(isDue(0))
    }
}
