import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import TestWorlds
import Testing
import World

@testable import MockDigiCertOne

@Suite("WorldRouting")
struct WorldRoutingTests {
    static func withWorlds(
        _ names: [String] = ["t42"],
        onFirstUse: Bool = false,
        _ body: (Worlds) throws -> Void
    ) throws {
        let made = try TestWorlds { $0.makesOnFirstUse = onFirstUse }
        for name in names { _ = try made.worlds.make(WorldOrder(name: name)) }
        try body(made.worlds)
    }

    private static func connection(world: String = "default", serial: String? = nil)
        -> ConnectionFacts
    {
        ConnectionFacts(
            id: 1,
            loop: 0,
            listener: "api",
            remoteAddress: "192.0.2.1:1",
            world: world,
            asksForClientCertificate: serial != nil,
            presentedCertificate: serial.map {
                PresentedCertificate(
                    sha256: [],
                    subject: "",
                    issuer: "",
                    serialNumber: $0,
                    notBefore: 0,
                    notAfter: 0
                )
            }
        )
    }

    /// Where a request goes, in one word, and the key that arrives there.
    private static func goal(
        _ worlds: Worlds,
        host: String = "localhost:8443",
        key: String? = nil,
        on connection: ConnectionFacts = connection()
    ) -> String {
        var request = Request(method: "GET", target: "/x", authority: host)
        if let key { request.fields.set("x-api-key", key) }
        let goal = WorldRouting(worlds).destination(of: &request, on: connection)
        let arrived = request.fields.first("x-api-key").map { " \($0)" } ?? ""
        return switch goal {
        case .world(let world): world.name + arrived
        case .new(let name): "new \(name)"
        case .common(_, let hint): "common: \(hint)"
        case .nowhere(let status, let reason): "\(status): \(reason)"
        }
    }

    @Test(
        "the first label of a host name, after clientauth., is the name of a world",
        arguments: [
            ("t42.localhost", "t42"), ("T42.LocalHost:8443", "t42"), ("t42.mock.test", "t42"),
            ("clientauth.t42.mock.test", "t42"), ("t43.localhost", "t43"),
            ("clientauth.t43.localhost.", "t43"), ("t43.mock.test", nil), ("t42", nil),
            ("demo.one.digicert.com", nil), ("clientauth.one.digicert.com", nil),
            ("localhost", nil), ("127.0.0.1", nil), ("[::1]:8443", nil), ("", nil),
            ("default.localhost", "default"), ("mock.localhost", nil), ("a.t42.localhost", "a"),
            ("t43.a.localhost", "t43"), ("clientauth.t42.fresh1.localhost:8444", "t42"),
            ("clientauth.default.9fresh.localhost", "default"), ("api.t43.localhost", "t43"),
            ("demo.one.localhost", nil), ("clientauth.localhost", nil), ("1bad.localhost", "1bad"),
            ("t42.localhost.mock.test", "t42"), ("nolocalhost", nil), ("a.b.localhost.test", nil),
            ("127.0.0.1.localhost", "127"),
        ] as [(String, String?)]
    )
    func hosts(host: String, world: String?) throws {
        try Self.withWorlds { worlds in
            #expect(WorldRouting(worlds).world(ofHost: host) == world)
        }
    }

    @Test("name before port before the rest")
    func order() throws {
        try Self.withWorlds(["t42", "t43"]) { worlds in
            let routing = WorldRouting(worlds)
            #expect(routing.world(serverName: "t42.localhost", listenerWorld: "t43") == "t42")
            #expect(routing.world(serverName: "localhost", listenerWorld: "t43") == "t43")
            #expect(routing.world(serverName: nil, listenerWorld: nil) == "default")
            let bound = Self.connection(world: "t42")
            #expect(Self.goal(worlds, key: "KEY", on: bound) == "t42 KEY")
            #expect(Self.goal(worlds, key: "KEY.t42", on: bound) == "t42 KEY")
            #expect(Self.goal(worlds, key: "KEY.t43", on: bound).hasPrefix("421: the address"))
            #expect(
                Self.goal(worlds, host: "t43.localhost", on: bound).hasPrefix("421: the request")
            )
        }
    }

    @Test("at the gate a path may name the world, where no name or port does")
    func paths() throws {
        try Self.withWorlds(["t42", "t43"]) { worlds in
            let gate = Self.connection(serial: "01")
            func goal(_ path: String, on connection: ConnectionFacts = gate) -> String {
                var request = Request(method: "GET", target: path, authority: "mock.test:8444")
                let goal = WorldRouting(worlds).destination(of: &request, on: connection)
                return switch goal {
                case .world(let world): "\(world.name) \(request.path)"
                case .nowhere(let status, let reason): "\(status) \(reason)"
                case .new(let name): "new \(name)"
                case .common(_, let hint): hint
                }
            }
            #expect(goal("/worlds/t42/two-factor/x?y=1") == "t42 /two-factor/x")
            #expect(goal("/worlds/default/x") == "default /x")
            #expect(goal("/worlds/t9/x").hasPrefix("404 there is no world t9; create it with"))
            // What is no world, and what is asked for elsewhere, is a path like any other.
            for path in ["/worlds/t42", "/worlds/", "/worlds//x", "/worlds/one/x", "/worlds/T42/x"]
            {
                #expect(goal(path) == "default \(path)")
            }
            let api = Self.connection()
            #expect(goal("/worlds/t42/x", on: api) == "default /worlds/t42/x")
            let bound = Self.connection(world: "t43", serial: "01")
            #expect(goal("/worlds/t42/x", on: bound) == "t43 /worlds/t42/x")
        }
    }

    @Test("a key's ending, and what token and certificate carry, lead to their world")
    func credentials() throws {
        try Self.withWorlds { worlds in
            let world = try #require(try worlds.world(named: "t42"))
            #expect(Self.goal(worlds, key: "SERVICE_USER_TOKEN.t42") == "t42 SERVICE_USER_TOKEN")
            #expect(Self.goal(worlds, key: "SERVICE_USER_TOKEN") == "default SERVICE_USER_TOKEN")
            #expect(Self.goal(worlds, key: "KEY.t43").hasPrefix("common: x-api-key ends in .t43"))
            #expect(Self.goal(worlds, key: "KEY.T43") == "default KEY.T43")
            let token = world.makeTokenText()
            #expect(Self.goal(worlds, key: token) == "t42 \(token)")
            let mine = worlds.main.makeTokenText()
            #expect(Self.goal(worlds, key: mine) == "default \(mine)")
            let tag = WorldTag(name: "t42").bytes
                .map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
            let serial = "4A\(tag)" + String(repeating: "0", count: 22)
            #expect(Self.goal(worlds, on: Self.connection(serial: serial)) == "t42")
            #expect(Self.goal(worlds, on: Self.connection(serial: "01")) == "default")
            // The key is asked before the certificate.
            let both = Self.goal(worlds, key: mine, on: Self.connection(serial: serial))
            #expect(both == "default \(mine)")
        }
    }

    @Test("a world that is not there is named with the call that makes it, or is made")
    func unknown() throws {
        try Self.withWorlds([]) { worlds in
            let call = #"create it with POST /worlds {"name":"t9"}"#
            let bound = Self.connection(world: "t9")
            let host = Self.goal(worlds, host: "t9.localhost", on: bound)
            #expect(host.hasPrefix("421: ") && host.contains(call))
            #expect(Self.goal(worlds, key: "KEY.t9").contains(call))
        }
        for onFirstUse in [false, true] {
            try Self.withWorlds([], onFirstUse: onFirstUse) { worlds in
                let bound = Self.connection(world: "1bad")
                let goal = Self.goal(worlds, host: "1bad.localhost", on: bound)
                #expect(goal.hasPrefix(#"421: "1bad" is no name for a world"#))
            }
        }
        try Self.withWorlds([], onFirstUse: true) { worlds in
            let bound = Self.connection(world: "t9")
            #expect(Self.goal(worlds, host: "t9.localhost", on: bound) == "new t9")
            #expect(Self.goal(worlds, host: "t9.y.localhost", on: bound) == "new t9")
            #expect(Self.goal(worlds, key: "KEY.t9") == "new t9")
        }
    }
}

@Suite("PortRange")
struct PortRangeTests {
    @Test(
        "has a first and a last port, two at least",
        arguments: [
            ("9000-9099", 9000...9099), ("1-65535", 1...65_535), ("9000", nil), ("9000-9000", nil),
            ("9001-9000", nil), ("0-5", nil), ("1-65536", nil), ("a-b", nil), ("-1-5", nil),
            ("", nil), ("1-2-3", nil),
        ] as [(String, ClosedRange<Int>?)]
    )
    func ranges(text: String, range: ClosedRange<Int>?) {
        #expect(PortRange.parse(text) == range)
    }
}
