import AccountModel
import Testing

@testable import AccountStore

@Suite("AccountReader")
struct AccountReaderTests {
    @Test("a token is found by its digest, with every field of its user")
    func credential() throws {
        let store = try Fixture.store()
        let found = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.credential(tokenSHA256: Fixture.tokenSHA256)
        }
        let accounts = [Fixture.account]
        let expected = TokenCredential(
            token: Fixture.token,
            user: Fixture.user,
            accounts: accounts
        )
        #expect(found == expected)
        let missing = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.credential(tokenSHA256: Fixture.digest(2))
        }
        #expect(missing == nil)
    }

    @Test("a profile has applications and accounts in the order of printing")
    func profile() throws {
        let store = try Fixture.store()
        for expected in Fixture.population.users {
            let found = try store.read(loop: 1) { (reader) throws(StoreError) -> UserProfile? in
                guard let user = try reader.user(id: expected.user.id) else { return nil }
                return try reader.profile(of: user)
            }
            #expect(found == expected)
        }
        let missing = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.user(id: "user-3")
        }
        #expect(missing == nil)
    }

    @Test("certificates are found by id and fingerprint, and listed in the order of creation")
    func certificates() throws {
        let store = try Fixture.store()
        let rows = [3, 1, 2].map { Fixture.certificate($0) }
        for (number, row) in rows.enumerated() {
            try store.insert(row, text: Fixture.text, audit: Fixture.entry(number))
        }
        try store.insert(
            Fixture.certificate(4, userID: "user-2"),
            text: Fixture.text,
            audit: Fixture.entry(4)
        )
        let (listed, found, byID, text, missing) = try store.read(loop: 0) {
            (reader) throws(StoreError) in
            (
                try reader.certificates(userID: "user-1"),
                try reader.finding(certificateSHA256: Fixture.digest(1)),
                try reader.certificate(id: "certificate-2"),
                try reader.text(ofCertificate: "certificate-2"),
                try reader.finding(certificateSHA256: Fixture.digest(9))
            )
        }
        #expect(listed == rows)
        let accounts = [Fixture.account]
        let expected = CertificateCredential(
            certificate: rows[1],
            user: Fixture.user,
            accounts: accounts
        )
        #expect(found == .existing(expected))
        #expect(byID == rows[2])
        #expect(text == Fixture.text)
        #expect(missing == nil)
    }

    @Test("a certificate that was issued elsewhere has no issuer's text")
    func foreign() throws {
        let store = try Fixture.store()
        let text = CertificateText(x509Certificate: "theirs\n", caCertificate: "")
        try store.insert(Fixture.certificate(1), text: text, audit: Fixture.entry(1))
        let found = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.text(ofCertificate: "certificate-1")
        }
        #expect(found == text)
    }
}
