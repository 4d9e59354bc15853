import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import Testing
import World

@testable import AccountManagerAPI

/// What the clock does to those who present certificates and keys.
@Suite("Rotation")
struct RotationTests {
    private static let day = ClockWish(target: .span(ClockSpan(seconds: 86_400)))

    /// A client that holds one certificate, and the ones it had before.
    private struct Client {
        let company: Company
        var current: PresentedCertificate
        var former: [PresentedCertificate] = []
        var lastMail: Int64 = 0

        init(_ company: Company) throws {
            self.company = company
            current = try Self.enroll(company, "client 0", as: "ROBOT", nil)
        }

        /// Orders a certificate of forty days.
        static func enroll(
            _ company: Company,
            _ name: String,
            as key: String?,
            _ certificate: PresentedCertificate?
        ) throws -> PresentedCertificate {
            let csr = AccountManagerAPITests.quoted(try Fixture.csr())
            let end = company.world.clock.now.adding(days: 40).endOfDay
            let body = #"{"name":"\#(name)","csr":\#(csr),"expiration_date":"\#(end)"}"#
            let response = company.send(
                "POST",
                "/client-auth-certificate",
                as: key,
                body,
                certificate: certificate
            )
            let pem = try #require(response.member("x509_cert"), "\(response.reason ?? "")")
            let made = try Certificate.parse(pem: pem)
            return PresentedCertificate(
                sha256: made.sha256,
                subject: made.subject,
                issuer: made.issuer,
                serialNumber: made.serialNumber,
                notBefore: made.notBefore,
                notAfter: made.notAfter
            )
        }

        /// Renews when a mail says that the certificate has a week left.
        mutating func readMail() throws {
            var filter = MailFilter()
            filter.kind = .certificateExpiring
            filter.text = "client \(former.count)\" expires in 7 days"
            filter.after = lastMail
            guard let mail = try company.world.mailbox.first(filter) else { return }
            lastMail = mail.number
            let next = try Self.enroll(company, "client \(former.count + 1)", as: nil, current)
            former.append(current)
            current = next
        }
    }

    @Test("a year in a second: who renews when told is let in each day, what is over is refused")
    func year() throws {
        let company = try Company()
        var client = try Client(company)
        for _ in 1...365 {
            _ = try company.world.steer(Self.day)
            try client.readMail()
            #expect(company.me(as: nil, certificate: client.current) == 200)
            let now = company.world.clock.now
            for certificate in client.former {
                let response = company.send("GET", "/user/me", as: nil, certificate: certificate)
                let end = Timestamp(secondsSince1970: certificate.notAfter)
                guard end < now else {
                    #expect(response.status == 200)
                    continue
                }
                #expect(response.status == 403)
                let reason = "certificate \(certificate.serialNumber)"
                #expect(response.reason?.hasPrefix(reason) == true)
                #expect(
                    response.reason?.contains("expired at \(end) and it is \(now) in this world")
                        == true
                )
            }
        }
        #expect(client.former.count == 10)
        #expect(company.world.clock.now.iso8601 == "2026-10-20T12:00:00Z")
    }

    @Test("the account of a user is judged per request, and the reason names it")
    func account() throws {
        let company = try Company()
        let certificate = try company.enroll(as: "ROBOT")
        #expect(company.me(as: "ROBOT") == 200)
        let end = Cast.time("2030-12-31T23:59:59Z")
        _ = try company.world.steer(ClockWish(target: .time(end)))
        #expect(company.me(as: "ROBOT") == 200)
        #expect(company.me(as: nil, certificate: certificate) == 403)
        _ = try company.world.steer(ClockWish(target: .span(ClockSpan(seconds: 1))))
        let response = company.send("GET", "/user/me", as: "ROBOT")
        #expect(response.status == 401)
        #expect(
            response.reason?.contains(
                "whose account north (\(Company.north)) is served from 2025-01-01 to 2030-12-31"
                    + " only"
            ) == true
        )
    }

    @Test("a window of the rate limit ends when the clock is moved beyond it")
    func rateWindow() throws {
        let company = try Company {
            $0.rateLimitRequests = 1
            $0.rateLimitSeconds = 60
        }
        #expect(company.me(as: "ROBOT") == 200)
        #expect(company.me(as: "ROBOT") == 429)
        _ = try company.world.steer(ClockWish(target: .span(ClockSpan(seconds: 59))))
        #expect(company.me(as: "ROBOT") == 429)
        _ = try company.world.steer(ClockWish(target: .span(ClockSpan(seconds: 1))))
        #expect(company.me(as: "ROBOT") == 200)
    }

    @Test("an issued certificate and new users are mailed, and nothing that was refused is")
    func mails() throws {
        let company = try Company()
        _ = try company.enroll(as: "ROBOT")
        _ = try company.makeService("Robot 9")
        let person =
            #"{"user_type":"standard","first_name":"Eve","last_name":"E","#
            + #""email":"eve@example.com"}"#
        for status in [201, 400] {
            let response = company.send("POST", "/user", as: "AM_ACCOUNT_ADMIN", person)
            #expect(response.status == status)
        }
        let mails = try company.world.mailbox.mails().mails
        #expect(mails.map(\.kind) == [.userInvitation, .serviceUserCreated, .certificateIssued])
        let administrator = "AM_ACCOUNT_ADMIN@example.com"
        #expect(mails.map(\.to) == ["eve@example.com", administrator, administrator])
    }
}
