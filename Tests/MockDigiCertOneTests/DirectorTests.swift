import AccountModel
import AccountStore
import ControlAPI
import HTTP
import Logging
import OpenSSLBridge
import Testing
import World

@testable import HTTPServer
@testable import MockDigiCertOne

@Suite("Director")
struct DirectorTests {
    @Test(
        "asks for a client certificate by port or name, and always serves",
        arguments: [
            ("api", nil, false), ("api", "clientauth.localhost", true), ("clientauth", nil, true),
            ("https", nil, false), ("https", "demo.one.digicert.com", false),
            ("https", "clientauth.demo.one.digicert.com", true),
        ] as [(String, String?, Bool)]
    )
    func direct(listener: String, serverName: String?, asks: Bool) throws {
        try withDirector { director in
            let hello = ClientHello(
                listener: listener,
                listenerWorld: nil,
                serverName: serverName,
                localAddress: "127.0.0.1"
            )
            guard case .serve(_, let world, let asksFor, _) = director.direct(hello) else {
                Issue.record("the handshake is refused")
                return
            }
            #expect(world == "default")
            #expect((asksFor != nil) == asks)
        }
    }

    @Test("sends each listener's requests to its surface, and misdirected ones to neither")
    func surfaces() throws {
        try withDirector { director in
            let api = answer(director, listener: "api", authority: "localhost")
            #expect(api?.status == 404)
            #expect(api?.body.starts(with: Array(#"{"errors":"#.utf8)) == true)
            let control = answer(director, listener: "control", authority: "localhost")
            #expect(control?.status == 404)
            #expect(control?.fields.first("content-type") == "application/json")
            let misdirected = answer(director, listener: "api", authority: "clientauth.localhost")
            #expect(misdirected?.status == 421)
            // Only a mock has worlds: the vendor's words would not help.
            let body = misdirected.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(body?.contains("open a new connection to that name") == true)
            // The control plane answers by whatever name it is called.
            let named = answer(director, listener: "control", authority: "clientauth.localhost")
            #expect(named?.status == 404)
        }
    }

    @Test("puts what never became a request into the surface's own form")
    func refusals() throws {
        try withDirector { director in
            let refusal = Refusal(status: 431, message: "too many")
            let api = director.refuse(refusal, in: context("api"))
            #expect(api.status == 431)
            #expect(api.body.starts(with: Array(#"{"errors":"#.utf8)))
            let control = director.refuse(refusal, in: context("control"))
            #expect(control.status == 431)
            #expect(control.fields.first("content-type") == "application/json")
        }
    }

    @Test("gives every answer the world's date, its id and, where wanted, the reason")
    func finish() throws {
        for sendsMockHeaders in [true, false] {
            try withDirector(sendsMockHeaders: sendsMockHeaders) { director in
                var refused = Response(status: 403, reason: "disabled\n", evidence: "OBSERVED")
                director.finish(&refused, in: context("api"))
                #expect(refused.fields.first("date") == "Mon, 20 Oct 2025 00:00:00 GMT")
                #expect(refused.fields.first("x-request-id") == "r-1")
                let reason = refused.fields.first("x-mock-reason")
                #expect(reason == (sendsMockHeaders ? #"disabled\u{a}"# : nil))
                let evidence = refused.fields.first("x-mock-evidence")
                #expect(evidence == (sendsMockHeaders ? "OBSERVED" : nil))
                #expect(refused.fields.first("strict-transport-security") == nil)
                var fine = Response(status: 200)
                director.finish(&fine, in: context("api"))
                #expect(fine.fields.first("x-mock-reason") == nil)
                #expect(fine.fields.first("x-mock-evidence") == nil)
            }
        }
    }

    @Test(
        "says once what file a client lacks that does not trust the certificate",
        arguments: [(48, true), (42, true), (46, true), (40, false), (nil, false)]
            as [(UInt8?, Bool)]
    )
    func distrust(alert: UInt8?, isDistrust: Bool) throws {
        let lines = try OutputFile.lines { output in
            try withDirector(output: output) { director in
                for port in 1...3 {
                    director.record(
                        .handshakeFailed(
                            HandshakeFacts(
                                connectionID: UInt64(port),
                                loop: 0,
                                listener: "api",
                                remoteAddress: "192.0.2.1:\(port)",
                                serverName: "localhost",
                                alertReceived: alert,
                                detail: "why"
                            )
                        )
                    )
                }
            }
        }
        #expect(lines.count == 1)
        let sentence = "the client does not trust localhost: give it /state/ca.pem"
        #expect(lines.first?.contains(sentence) == isDistrust)
    }

    @Test("logs what happened outside of any request in one line each")
    func events() throws {
        let lines = try OutputFile.lines { output in
            try withDirector(output: output) { director in
                let remote = "192.0.2.1:1"
                let plain = HandshakeFacts(
                    connectionID: 7,
                    loop: 0,
                    listener: "api",
                    remoteAddress: remote,
                    detail: HandshakeFacts.plainHTTP
                )
                director.record(.plainHTTPOnTLSPort(plain))
                director.record(.connectionLimitReached(listener: "api", remoteAddress: remote))
                director.record(.acceptFailed(listener: "api", detail: "too many files"))
            }
        }
        #expect(lines.count == 3)
        #expect(lines[0].contains("ask for https"))
        #expect(lines[1].contains("limits.connectionsMax"))
        #expect(lines[2].contains("too many files"))
    }
}

extension DirectorTests {
    private func withDirector(
        sendsMockHeaders: Bool = true,
        output: LogOutput = LogOutput(descriptor: -1),
        _ body: (Director) throws -> Void
    ) throws {
        try TemporaryFile.withDirectory { directory in
            let certificates = try ServerCertificates.open(
                ServerCertificatesSetup(
                    directory: directory,
                    isLoopbackOnly: true,
                    names: [],
                    hostName: "localhost"
                ),
                now: { 1_760_918_400 },
                report: { _ in }
            )
            let main = try World.open(
                name: "default",
                at: .memory,
                readerCount: 1,
                settings: ChosenSettings(all: WorldSettings(caKeyAlgorithm: .p256)),
                seed: Seed.tutorial(),
                systemTime: { Timestamp(secondsSince1970: 1_760_918_400) }
            )
            let worlds = Worlds(
                Worlds.Setup(
                    directory: directory,
                    seed: { try Seed.tutorial() },
                    systemTime: { Instant(millisecondsSince1970: 1_760_918_400_000) }
                ),
                main: main
            )
            let parts = Director.Parts(
                identity: { certificates.identity(serverName: $0, localAddress: $1) },
                clientCANames: try ClientCANames(names: []),
                worlds: worlds,
                control: ControlAPI(
                    ControlAPI.Parts(
                        trust: TrustMaterial(pem: [], der: []),
                        readiness: Readiness(),
                        worlds: worlds,
                        ports: PortLender(try .embedded())
                    )
                ),
                sendsMockHeaders: sendsMockHeaders,
                trustFile: "/state/ca.pem",
                accessLog: nil,
                logger: Logger(label: "test") { _ in
                    LineLogHandler(output: output, format: .text, level: .info, now: { 0 })
                },
                now: { 0 }
            )
            try body(Director(parts))
        }
    }

    private func context(_ listener: String) -> RequestContext {
        RequestContext(
            requestID: "r-1",
            connection: ConnectionFacts(
                id: 1,
                loop: 0,
                listener: listener,
                remoteAddress: "192.0.2.1:1",
                world: "default"
            )
        )
    }

    private func answer(
        _ director: Director,
        listener: String,
        authority: String
    ) -> Response? {
        let request = Request(method: "GET", target: "/nothing", authority: authority)
        guard case .now(let response) = director.reply(to: request, in: context(listener)) else {
            return nil
        }
        return response
    }
}
