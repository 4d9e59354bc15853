import AccountModel
import Testing

@testable import DigitalIDCenter

@Suite("Digital ID Center: Search, Renew and Revoke")
struct OwnerPagesTests {
    private static let right = ["challenge": CenterFixture.challenge, "form": "r1"]
    private static let wrong = ["challenge": "difference engine", "form": "r1"]

    private static func renew(_ serial: String) -> String { "/certificates/\(serial)/renew" }
    private static func revoke(_ serial: String) -> String { "/certificates/\(serial)/revoke" }

    @Test("certificates are found by parts of address and name, for what can be done with them")
    func search() throws {
        let center = try CenterFixture()
        let id = try center.active()
        let link = "/certificates/\(try center.serialNumber(id))"
        for query in ["email=ADA", "name=ada%20love", "email=example.com&name=lace"] {
            #expect(try center.get("/search?\(query)").text.contains(link), "\(query)")
        }
        #expect(try center.get("/search?name=Babbage").text.contains("no such certificate"))
        #expect(try center.get("/renew?name=ada").text.contains("Renew this one"))
        #expect(try center.get("/revoke?name=ada").text.contains("Revoke this one"))
        // The address of the request's own pages is nobody else's to know.
        #expect(!(try center.get("/search?name=ada").text.contains(id)))
        #expect(!(try center.get(link).text.contains(id)))
        center.pass(days: 400)
        #expect(try center.get("/renew?name=ada").text.contains("Renew this one"))
        #expect(!(try center.get("/revoke?name=ada").text.contains("Revoke this one")))
        let pem = try center.get(link.lowercased() + "/certificate.pem")
        #expect(pem.text == (try center.request(id).certificate?.pem))
    }

    @Test("Renew asks for the challenge phrase, mails a PIN, and the new one is to be activated")
    func renews() throws {
        let center = try CenterFixture()
        let old = try center.active()
        let serial = try center.serialNumber(old)
        #expect(try center.get(Self.renew(serial)).status == 200)
        #expect(try center.post(Self.renew(serial), ["challenge": ""]).status == 422)
        let failed = try center.post(Self.renew(serial), Self.wrong)
        #expect(failed.status == 422 && failed.text.contains("4 more tries are left"))
        #expect(try center.mails(.digitalIDRenewal).isEmpty)
        let seen = try center.post(Self.renew(serial), Self.right)
        let id = String(try #require(seen.location.split(separator: "/").last))
        // The same form again leads there, and mails nothing.
        #expect(try center.post(Self.renew(serial), Self.right).location == seen.location)
        let mail = try #require(try center.mails(.digitalIDRenewal).first)
        #expect(try center.mails(.digitalIDRenewal).count == 1)
        let entered = try center.post("/requests/\(id)/receive", ["pin": mail.codes[0]])
        #expect(entered.location == "/requests/\(id)/install")
        #expect(try center.post("/requests/\(id)/install").status == 303)
        let renewal = try center.request(id)
        #expect(renewal.renewalOf == old && renewal.status == .installed)
        #expect(renewal.certificate?.serialNumber != serial)
        #expect(try center.knock(center.presented(id)).text.contains("not activated yet"))
        // There is a message queue already: only the activation is needed.
        #expect(try center.post("/support/requests/\(id)/activate").status == 303)
        #expect(try center.knock(center.presented(id)).status == 200)
        #expect(try center.knock(center.presented(old)).status == 200)
        #expect(try center.request(id).queueSetUpAt == nil)
    }

    @Test("a form of another request renews nothing, and leaves that request as it is")
    func formOfAnother() throws {
        let center = try CenterFixture()
        let serial = try center.serialNumber(center.active())
        let other = try center.installed {
            $0["form"] = "f2"
            $0["firstName"] = "Grace"
            $0["email"] = "grace@example.com"
        }
        let before = try center.request(other)
        // Also the form of the certificate's own enrolment.
        for form in ["f2", "f1"] {
            var fields = Self.right
            fields["form"] = form
            let refused = try center.post(Self.renew(serial), fields)
            #expect(refused.status == 409 && refused.text.contains("sent for another request"))
        }
        #expect(try center.request(other) == before)
        #expect(try center.mails(.digitalIDRenewal).isEmpty)
        // The form of an open renewal of the one is none for the other.
        let first = try center.post(Self.renew(serial), Self.right).location
        let renewal = try center.request(String(first.suffix(32)))
        let second = Self.renew(try center.serialNumber(other))
        #expect(try center.post(second, Self.right).status == 409)
        #expect(try center.request(renewal.id) == renewal)
        #expect(try center.post(Self.renew(serial), Self.right).location == first)
    }

    @Test("an expired certificate can be renewed, and not revoked")
    func expired() throws {
        let center = try CenterFixture()
        let id = try center.active()
        let serial = try center.serialNumber(id)
        center.pass(days: 400)
        #expect(try center.get("/requests/\(id)").text.contains("has expired"))
        #expect(try center.get(Self.revoke(serial)).location == "/certificates/\(serial)")
        var fields = Self.right
        fields["reason"] = "Unspecified"
        let refused = try center.post(Self.revoke(serial), fields)
        #expect(refused.status == 409 && refused.text.contains("has expired"))
        #expect(try center.post(Self.renew(serial), Self.right).status == 303)
        #expect(try center.mails(.digitalIDRenewal).count == 1)
    }

    @Test("while a renewal is open, renewing sends another PIN for it")
    func openRenewal() throws {
        let center = try CenterFixture()
        let serial = try center.serialNumber(center.active())
        let first = try center.post(Self.renew(serial), Self.right).location
        var again = Self.right
        again["form"] = "r2"
        #expect(try center.post(Self.renew(serial), again).location == first)
        let mails = try center.mails(.digitalIDRenewal)
        #expect(mails.count == 2)
        let path = first + "/receive"
        #expect(try center.post(path, ["pin": mails[1].codes[0]]).status == 422)
        #expect(try center.post(path, ["pin": mails[0].codes[0]]).status == 303)
        again["form"] = "r3"
        #expect(try center.post(Self.renew(serial), again).location == first)
        #expect(try center.mails(.digitalIDRenewal).count == 2)
    }

    @Test("a revocation ends a renewal that is open, whether its PIN was entered or not")
    func revokedRenewal() throws {
        for isEntered in [false, true] {
            let center = try CenterFixture()
            let serial = try center.serialNumber(center.active())
            let page = try center.post(Self.renew(serial), Self.right).location
            let id = String(page.suffix(32))
            let pin = try #require(try center.mails(.digitalIDRenewal).first).codes[0]
            let receive = page + "/receive"
            if isEntered { #expect(try center.post(receive, ["pin": pin]).status == 303) }
            var fields = Self.right
            fields["reason"] = "Key compromise"
            #expect(try center.post(Self.revoke(serial), fields).status == 303)
            let mail = try #require(try center.mails(.digitalIDRevoked).first)
            #expect(mail.body.contains("renewal that was begun has ended"))
            #expect(try center.request(id).standing(at: center.now) == .revoked)
            #expect(try center.get(page).text.contains("that this was to renew was revoked at"))
            #expect(try center.send(receive, ["pin": pin]).text.contains("was to renew was"))
            #expect(try center.send(page + "/install").location == page)
            #expect(try center.request(id).certificate == nil)
            for administrator in ["resend", "unlock"] {
                let path = "/administrator/requests/\(id)"
                #expect(try center.post("\(path)/\(administrator)").status == 409)
                #expect(try center.get(path).text.contains("that this was to renew was"))
            }
            let support = "/support/requests/\(id)"
            #expect(try center.get(support).text.contains("it was to renew was revoked"))
            #expect(try center.post(support + "/activate", ["queue": "yes"]).status == 409)
            // Nobody finds what has no certificate.
            #expect(try center.get("/search?name=ada").text.contains(serial))
        }
    }

    @Test("a renewal that is installed outlives the revocation of what it renews")
    func installedRenewal() throws {
        let center = try CenterFixture()
        let serial = try center.serialNumber(center.active())
        let page = try center.post(Self.renew(serial), Self.right).location
        let pin = try #require(try center.mails(.digitalIDRenewal).first).codes[0]
        _ = try center.post(page + "/receive", ["pin": pin])
        _ = try center.post(page + "/install")
        var fields = Self.right
        fields["reason"] = "Superseded"
        #expect(try center.post(Self.revoke(serial), fields).status == 303)
        #expect(try center.request(String(page.suffix(32))).status == .installed)
        let mail = try #require(try center.mails(.digitalIDRevoked).first)
        #expect(!mail.body.contains("renewal that was begun"))
    }

    @Test("a renewal that is locked is unlocked by the administrator, not by asking again")
    func lockedRenewal() throws {
        let center = try CenterFixture()
        let serial = try center.serialNumber(center.active())
        let page = try center.post(Self.renew(serial), Self.right).location
        for _ in 1...5 { _ = try center.post(page + "/receive", ["pin": "WRONG"]) }
        var again = Self.right
        again["form"] = "r2"
        let refused = try center.post(Self.renew(serial), again)
        #expect(refused.status == 409 && refused.text.contains("Ask the administrator"))
        let id = String(try #require(page.split(separator: "/").last))
        _ = try center.post("/administrator/requests/\(id)/resend")
        let mail = try #require(try center.mails(.digitalIDRenewal).first)
        #expect(try center.post(page + "/receive", ["pin": mail.codes[0]]).status == 303)
    }

    @Test(
        "Revoke asks for challenge phrase and reason, and is final",
        arguments: DigitalIDRevocationReason.allCases
    )
    func revokes(_ reason: DigitalIDRevocationReason) throws {
        let center = try CenterFixture()
        let id = try center.installed()
        let serial = try center.serialNumber(id)
        #expect(try center.get(Self.revoke(serial)).text.contains(">\(reason.rawValue)</option>"))
        var fields = Self.right
        #expect(try center.post(Self.revoke(serial), fields).status == 422)
        fields["reason"] = reason.rawValue
        fields["challenge"] = ""
        #expect(try center.post(Self.revoke(serial), fields).status == 422)
        fields["challenge"] = "no"
        #expect(try center.post(Self.revoke(serial), fields).text.contains("4 more tries are left"))
        fields["challenge"] = CenterFixture.challenge
        let seen = try center.send(Self.revoke(serial), fields)
        #expect(seen.text.contains("Revoked") && seen.text.contains(reason.rawValue))
        #expect(try center.mails(.digitalIDRevoked).first?.body.contains(reason.rawValue) == true)
        // Again, and what cannot be done any more.
        #expect(try center.post(Self.revoke(serial), fields).location == "/certificates/\(serial)")
        #expect(try center.mails(.digitalIDRevoked).count == 1)
        #expect(try center.get(Self.renew(serial)).location == "/certificates/\(serial)")
        #expect(try center.post(Self.renew(serial), Self.right).status == 409)
        #expect(try center.post("/support/requests/\(id)/activate").status == 409)
        #expect(try center.post("/requests/\(id)/activation").status == 409)
        #expect(try center.get("/requests/\(id)/file").location == "/requests/\(id)")
        #expect(try center.get("/requests/\(id)/file.p12").status == 410)
        #expect(!(try center.get("/renew?name=ada").text.contains("Renew this one")))
    }

    @Test("the fifth wrong challenge phrase locks both, until the administrator unlocks")
    func locks() throws {
        let center = try CenterFixture()
        let id = try center.active()
        let serial = try center.serialNumber(id)
        for _ in 1...4 { _ = try center.post(Self.renew(serial), Self.wrong) }
        var fields = Self.wrong
        fields["reason"] = "Unspecified"
        let fifth = try center.post(Self.revoke(serial), fields)
        #expect(fifth.status == 422 && fifth.text.contains("it is locked"))
        let right = try center.post(Self.renew(serial), Self.right)
        #expect(right.status == 422 && right.text.contains("it is locked"))
        let path = "/administrator/requests/\(id)"
        #expect(try center.get(path).text.contains("Unlock the challenge phrase"))
        #expect(try center.post(path + "/unlock-challenge").location == path)
        #expect(try center.post(path + "/unlock-challenge").location == path)
        #expect(try center.post(Self.renew(serial), Self.right).status == 303)
    }
}
