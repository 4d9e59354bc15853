import AccountModel
import AccountStore
import HTTP
import Testing
import World

@testable import AccountManagerAPI

@Suite("SignIns")
struct SignInTests {
    private static let me = "/account/api/v1/user/me"

    private static func entries(_ cast: Cast) throws -> [AuditEntry] {
        try cast.world.storeSignIns()
        return try cast.world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.auditEntries(limit: 50).reversed().filter { $0.action == .signIn }
        }
    }

    @Test("a credential signs in once on a connection, and again on the next")
    func once() throws {
        let cast = try Cast()
        let first = cast.facts(isClientauth: false)
        for key in ["ALPHA_KEY", "ALPHA_KEY", "BETA_KEY", "ALPHA_KEY"] {
            _ = cast.send("GET", Self.me, key: [key], on: first)
        }
        _ = cast.send("GET", Self.me, key: ["ALPHA_KEY"], on: cast.facts(isClientauth: false))
        let entries = try Self.entries(cast)
        #expect(entries.map(\.userName) == ["Alpha", "Beta", "Alpha"])
        #expect(entries.allSatisfy { $0.status == .success })
        #expect(entries.allSatisfy { $0.resourceType == .apiAccessToken })
        #expect(entries.allSatisfy { $0.ipAddress == "127.0.0.1" })
        #expect(entries.allSatisfy { $0.description.contains($0.resourceID ?? "?") })
    }

    static let failures: [(GateTests.Presented, String, String)] = [
        (.disabled, "Alpha", "was disabled"), (.expired, "Alpha", "expired at"),
        (.notYetValid, "Alpha", "is valid from"), (.deleted, "Alpha", "was deleted"),
        (.ofDisabledUser, "Gamma", "who is disabled"), (.ofExpiredUser, "Delta", "whose end date"),
    ]

    @Test(
        "a refused certificate fails in the name of its user, with the reason",
        arguments: failures
    )
    func failure(_ presented: GateTests.Presented, _ user: String, _ reason: String) throws {
        let cast = try Cast()
        let connection = cast.facts(certificate: try cast.certificate(presented))
        for _ in 0..<3 { #expect(cast.send("GET", Self.me, on: connection).status == 403) }
        let entries = try Self.entries(cast)
        #expect(entries.count == 1)
        #expect(entries.first?.userName == user)
        #expect(entries.first?.status == .failure)
        #expect(entries.first?.resourceType == .clientAuthCertificate)
        #expect(entries.first?.description.contains(reason) == true)
    }

    @Test(
        "a refused key fails in the name of its user",
        arguments: [
            "ALPHA_DISABLED_KEY": "Alpha", "ALPHA_EXPIRED_KEY": "Alpha", "GAMMA_KEY": "Gamma",
        ]
    )
    func refusedKey(_ key: String, _ user: String) throws {
        let cast = try Cast()
        #expect(cast.send("GET", Self.me, key: [key]).status == 401)
        let entries = try Self.entries(cast)
        #expect(entries.map(\.userName) == [user])
        #expect(entries.first?.status == .failure)
    }

    @Test("what is known to nobody signs nobody in")
    func unknown() throws {
        let cast = try Cast()
        _ = cast.send("GET", Self.me, key: ["NO_KEY"])
        _ = cast.me(certificate: try cast.certificate(.foreign))
        _ = cast.me()
        #expect(try Self.entries(cast).isEmpty)
    }

    @Test("a key beside an unusable certificate is one success and one failure")
    func both() throws {
        let cast = try Cast()
        let connection = cast.facts(certificate: try cast.certificate(.disabledOfOtherUser))
        for _ in 0..<2 {
            #expect(cast.send("GET", Self.me, key: ["ALPHA_KEY"], on: connection).status == 200)
        }
        let entries = try Self.entries(cast)
        #expect(entries.map(\.userName) == ["Alpha", "Beta"])
        #expect(entries.map(\.status) == [.success, .failure])
    }

    @Test("credentials of two users fail for both")
    func twoUsers() throws {
        let cast = try Cast()
        let connection = cast.facts(certificate: try cast.certificate(.ofOtherUser))
        #expect(cast.send("GET", Self.me, key: ["ALPHA_KEY"], on: connection).status == 403)
        let entries = try Self.entries(cast)
        #expect(entries.map(\.userName) == ["Alpha", "Beta"])
        #expect(entries.allSatisfy { $0.status == .failure })
    }

    @Test("a certificate that is disabled meanwhile fails on the same connection")
    func disabledMeanwhile() throws {
        let cast = try Cast()
        let connection = cast.facts(certificate: try cast.certificate(.usable))
        let path = "/account/api/v1/client-auth-certificate/\(Cast.usableID)/enable"
        #expect(cast.send("GET", Self.me, on: connection).status == 200)
        let body = "{\"enabled\":false}"
        #expect(cast.send("PUT", path, body: body, on: connection).status == 200)
        #expect(cast.send("GET", Self.me, on: connection).status == 403)
        let entries = try Self.entries(cast)
        #expect(entries.map(\.status) == [.success, .failure])
    }

    @Test("a sign-in stands in the log before what was done with it")
    func order() throws {
        let cast = try Cast()
        let path = "/account/api/v1/client-auth-certificate/\(Cast.usableID)"
        #expect(cast.send("DELETE", path, key: ["ALPHA_KEY"]).status == 204)
        let entries = try cast.world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.auditEntries(limit: 2)
        }
        #expect(entries.map(\.action) == [.delete, .signIn])
    }

    @Test("so many wait at most before somebody stores them")
    func full() throws {
        let cast = try Cast()
        let signIns = SignIns()
        let connection = cast.facts(certificate: try cast.certificate(.usable))
        _ = cast.send("GET", Self.me, on: connection)
        let entry = try #require(try Self.entries(cast).first)
        for _ in 1..<SignIns.waitingMax { signIns.add(entry) }
        #expect(!signIns.isFull)
        signIns.add(entry)
        #expect(signIns.isFull)
        try signIns.flush(into: cast.world.store)
        #expect(!signIns.isWaiting)
    }
}
