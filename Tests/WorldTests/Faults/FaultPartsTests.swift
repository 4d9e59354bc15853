import OpenSSLBridge
import Testing

@testable import World

@Suite("PathPattern")
struct PathPatternTests {
    @Test("a pattern of many stars takes no longer than both lengths together allow")
    func manyStars() {
        let glob = String(repeating: "a**", count: 100) + "b"
        #expect(!PathPattern.glob(glob).matches(String(repeating: "a", count: 1000)))
        #expect(PathPattern.glob(glob).matches(String(repeating: "a", count: 1000) + "b"))
    }

    @Test("a star stops at a slash and may stand for nothing")
    func stars() {
        #expect(PathPattern.glob("/a*/b").matches("/a/b"))
        #expect(PathPattern.glob("/a*/b").matches("/axy/b"))
        #expect(!PathPattern.glob("/a*/b").matches("/a/x/b"))
        #expect(PathPattern.glob("/a**/b").matches("/a/x/b"))
        #expect(!PathPattern.glob("/a?").matches("/a/"))
        #expect(PathPattern.prefix("/a").matches("/ab"))
        #expect(!PathPattern.exact("/a").matches("/ab"))
    }
}

@Suite("HandshakeFault")
struct HandshakeFaultTests {
    @Test("every alert has a name of its own, and those at the certificate are among them")
    func names() {
        let names = HandshakePoint.clientHello.alerts.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.contains("access_denied"))
        // What OpenSSL 3.0 can be made to say about a certificate, or the lack of one.
        let numbers = HandshakePoint.certificate.alerts.map(\.number)
        #expect(numbers == [40, 42, 43, 44, 45, 46, 48, 51, 80, 116])
    }

    @Test("a reset and a stall are decided at the ClientHello")
    func points() {
        #expect(HandshakeFault.reset.stage == .clientHello)
        #expect(HandshakeFault.stall.stage == .clientHello)
        #expect(HandshakeFault.alert(.internalError, at: .certificate).stage == .certificate)
        #expect(HandshakeFault.alert(.internalError, at: .clientHello).stage == .clientHello)
        #expect(HandshakeFault.alert(.certificateRequired, at: .certificate).stage == .clientHello)
    }
}

@Suite("JSONNode+Faults")
struct JSONNodeFaultsTests {
    @Test("an id fits into a path", arguments: ["a", "slow-me_2", "42"])
    func takesID(_ id: String) throws {
        #expect(try JSONNode(value: .text(id), path: "id").faultID() == id)
    }

    @Test(
        "anything else is no id",
        arguments: ["", "a b", "a/b", "ä", String(repeating: "a", count: 41)]
    )
    func refusesID(_ id: String) {
        #expect(throws: JSONProblem.self) {
            try JSONNode(value: .text(id), path: "id").faultID()
        }
    }
}
