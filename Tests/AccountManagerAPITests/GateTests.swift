import AccountModel
import HTTP
import Testing
import World

@testable import AccountManagerAPI

/// Every state of a key against every state of a certificate, on both kinds of host.
@Suite("Authenticator")
struct GateTests {
    /// What is sent in `x-api-key`, and whom it speaks for when it may be used.
    enum Key: String, CaseIterable {
        case absent, empty, usable, unknown, disabled, expired, ofDisabledUser, ofExpiredUser
        case overlong, twice

        var values: [String] {
            switch self {
            case .absent: []
            case .empty: [""]
            case .usable: ["ALPHA_KEY"]
            case .unknown: ["NO_SUCH_KEY"]
            case .disabled: ["ALPHA_DISABLED_KEY"]
            case .expired: ["ALPHA_EXPIRED_KEY"]
            case .ofDisabledUser: ["GAMMA_KEY"]
            case .ofExpiredUser: ["DELTA_KEY"]
            case .overlong: [String(repeating: "k", count: APIAccessToken.textBytesMax + 1)]
            case .twice: ["ALPHA_KEY", "ALPHA_KEY"]
            }
        }

        /// A piece of the reason when the key is refused; nil when it is not.
        var complaint: String? {
            switch self {
            case .absent, .empty, .usable: nil
            case .unknown: "no token of world"
            case .disabled: "Alpha (user \(Cast.alpha)) is disabled"
            case .expired: "Alpha (user \(Cast.alpha)) expired at 2025-10-10T23:59:59Z"
            case .ofDisabledUser: "Gamma (user \(Cast.gamma)), who is disabled"
            case .ofExpiredUser: "Delta (user \(Cast.delta)), whose end date"
            case .overlong: "has 513 bytes"
            case .twice: "was sent more than once"
            }
        }
    }

    /// What the handshake brought.
    enum Presented: String, CaseIterable {
        case none, usable, disabled, expired, notYetValid, deleted, foreign, otherWorld
        case ofOtherUser, disabledOfOtherUser, ofDisabledUser, ofExpiredUser

        /// The seeded certificate's name; nil for those that the world never had.
        var name: String? {
            switch self {
            case .none, .foreign, .otherWorld: nil
            case .usable: "alpha usable"
            case .disabled: "alpha disabled"
            case .expired: "alpha expired"
            case .notYetValid: "alpha early"
            case .deleted: "alpha deleted"
            case .ofOtherUser: "beta usable"
            case .disabledOfOtherUser: "beta disabled"
            case .ofDisabledUser: "gamma usable"
            case .ofExpiredUser: "delta usable"
            }
        }

        /// The user that the certificate lets in; nil when it lets nobody in.
        var user: String? {
            switch self {
            case .usable: Cast.alpha
            case .ofOtherUser: Cast.beta
            case .none, .disabled, .expired, .notYetValid, .deleted, .foreign, .otherWorld,
                .disabledOfOtherUser, .ofDisabledUser, .ofExpiredUser:
                nil
            }
        }

        /// A piece of the reason why it lets nobody in.
        var complaint: String {
            switch self {
            case .none: "presented no certificate"
            case .usable, .ofOtherUser: ""
            case .disabled: "(\"alpha disabled\") was disabled at 2025-10-19T12:00:03Z by Alpha; "
            case .expired: "(\"alpha expired\") expired at 2025-10-01T23:59:59Z and it is 2025"
            case .notYetValid: "(\"alpha early\") is valid from 2025-10-21T00:00:00Z"
            case .deleted: "(\"alpha deleted\") was deleted at 2025-10-20T00:00:00Z by Alpha"
            case .foreign: "is foreign: its issuer is CN=Somebody Else"
            case .otherWorld: "is unknown in this world"
            case .disabledOfOtherUser: "(\"beta disabled\") was disabled"
            case .ofDisabledUser: "belongs to Gamma (user \(Cast.gamma)), who is disabled"
            case .ofExpiredUser: "belongs to Delta (user \(Cast.delta)), whose end date"
            }
        }
    }

    @Test(
        "decides on every key beside every certificate",
        arguments: Key.allCases,
        Presented.allCases
    )
    func decides(_ key: Key, _ presented: Presented) throws {
        let cast = try Cast()
        let response = cast.me(key: key.values, certificate: try cast.certificate(presented))
        let reason = response.reason ?? ""

        if let complaint = key.complaint {
            #expect(response.status == 401)
            #expect(response.text == Envelope.refusedKey)
            #expect(reason.contains(complaint))
        } else if key == .usable, presented.user == Cast.beta {
            #expect(response.status == 403)
            #expect(response.text == Envelope.nothingProvided)
            #expect(reason.contains("present two of one user, or one"))
        } else if key == .usable {
            #expect(response.status == 200)
            #expect(response.userID == Cast.alpha)
            let isOverlooked = presented != .none && presented.user == nil
            #expect(reason.contains(isOverlooked ? presented.complaint : ""))
            #expect((response.reason != nil) == isOverlooked)
        } else if let user = presented.user {
            #expect(response.status == 200)
            #expect(response.userID == user)
            #expect(response.reason == nil)
        } else {
            #expect(response.status == 403)
            #expect(response.text == Envelope.nothingProvided)
            #expect(reason.contains(presented.complaint))
            #expect(response.principal == nil)
        }
        for secret in key.values where !secret.isEmpty { #expect(!reason.contains(secret)) }
    }

    @Test("a host that never asks goes by the key alone", arguments: Key.allCases)
    func plainHost(_ key: Key) throws {
        let cast = try Cast()
        // A certificate cannot be there; were one claimed, it would not count.
        let certificate = try cast.certificate(.usable)
        let response = cast.me(key: key.values, certificate: certificate, isClientauth: false)
        switch key {
        case .usable:
            #expect(response.status == 200)
        case .absent, .empty:
            #expect(response.status == 403)
            #expect(response.text == Envelope.nothingProvided)
            #expect(response.reason?.contains("never asks for a certificate") == true)
        case .unknown, .disabled, .expired, .ofDisabledUser, .ofExpiredUser, .overlong, .twice:
            #expect(response.status == 401)
            #expect(response.fields.first("www-authenticate") == "ApiKey header=\"x-api-key\"")
        }
    }

    @Test("a setting makes the status of a refused key 403")
    func refusedKeySetting() throws {
        let cast = try Cast { $0.refusedKeyStatus = .forbidden }
        let response = cast.me(key: ["NO_SUCH_KEY"])
        #expect(response.status == 403)
        #expect(response.text == Envelope.refusedKey)
        #expect(response.fields.first("www-authenticate") == nil)
    }

    @Test("the last second of a certificate and of a key still counts")
    func lastSecond() throws {
        for (offset, status) in [(0, 200), (1, 403)] {
            let cast = try Cast(now: "2025-10-01T23:59:59Z", offsetSeconds: offset)
            let certificate = try cast.certificate(.expired)
            #expect(cast.me(certificate: certificate).status == status)
        }
        for (offset, status) in [(0, 200), (1, 401)] {
            let cast = try Cast(now: "2025-10-10T23:59:59Z", offsetSeconds: offset)
            #expect(cast.me(key: ["ALPHA_EXPIRED_KEY"]).status == status)
        }
    }

    @Test("a certificate is let in again by the next request of the same connection")
    func sameConnection() throws {
        let cast = try Cast()
        let facts = cast.facts(certificate: try cast.certificate(.usable))
        let path = "/account/api/v1/client-auth-certificate/\(Cast.usableID)/enable"
        var statuses: [Int] = []
        for isEnabled in [false, true] {
            let body = "{\"enabled\":\(isEnabled)}"
            #expect(cast.send("PUT", path, key: ["ALPHA_KEY"], body: body).status == 200)
            statuses.append(cast.send("GET", "/account/api/v1/user/me", on: facts).status)
        }
        #expect(statuses == [403, 200])
    }

    @Test("says that a bearer token is not read")
    func bearer() throws {
        let cast = try Cast()
        let response = cast.send(
            "GET",
            "/account/api/v1/user/me",
            fields: ["authorization": "Bearer VERY_SECRET"]
        )
        #expect(response.status == 403)
        #expect(response.reason?.contains("Authorization is not read") == true)
        #expect(response.reason?.contains("VERY_SECRET") == false)
    }
}
