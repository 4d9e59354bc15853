import Testing

@testable import AccountModel

@Suite("TwoFactorVerdict")
struct TwoFactorVerdictTests {
    private static let own = [UInt8](repeating: 1, count: 32)
    private static let other = [UInt8](repeating: 2, count: 32)
    private static let by = Attribution(
        at: Timestamp(secondsSince1970: 500),
        userID: "ada",
        userName: "Ada"
    )

    private func user(_ id: String) -> User {
        User(
            id: id,
            email: "\(id)@example.com",
            primaryAccountID: "a",
            createdAt: Timestamp(secondsSince1970: 0),
            createdBy: "ada",
            userType: .standard,
            storedRoles: Role.list([])
        )
    }

    private func credential(
        _ sha256: [UInt8] = own,
        of userID: String = "vera",
        _ change: (inout CertificateCredential) -> Void = { _ in }
    ) -> CertificateFinding {
        let certificate = ClientAuthCertificate(
            id: "c",
            userID: userID,
            name: "Mine",
            commonName: "Vera",
            startDate: Timestamp(secondsSince1970: 100),
            endDate: Timestamp(secondsSince1970: 1000),
            serialNumber: "01",
            publicKey: "",
            sha256: sha256,
            createdAt: Timestamp(secondsSince1970: 100)
        )
        var credential = CertificateCredential(certificate: certificate, user: user(userID))
        change(&credential)
        return .existing(credential)
    }

    private func generated(
        _ sha256: [UInt8] = own,
        by userID: String = "vera",
        reset: Attribution? = nil
    ) -> TwoFactorCertificate {
        TwoFactorCertificate(
            sha256: sha256,
            userID: userID,
            certificateID: "c",
            serialNumber: "01",
            endDate: Timestamp(secondsSince1970: 1000),
            issuedAt: Timestamp(secondsSince1970: 100),
            reset: reset
        )
    }

    private func deleted(of userID: String) -> CertificateFinding {
        .deleted(
            DeletedCertificate(
                id: "c",
                userID: userID,
                name: "Mine",
                serialNumber: "01",
                sha256: Self.own,
                deleted: Self.by
            )
        )
    }

    /// The fault of a certificate; nil when it is accepted.
    private func fault(
        _ finding: CertificateFinding?,
        of sha256: [UInt8]? = own,
        present: TwoFactorCertificate? = nil,
        generated: TwoFactorCertificate? = nil,
        at second: Int64 = 500
    ) -> TwoFactorVerdict.CertificateFault? {
        let verdict = TwoFactorVerdict.judge(
            TwoFactorVerdict.Evidence(
                sha256: sha256,
                present: present ?? self.generated(),
                generated: generated,
                finding: finding
            ),
            for: "vera",
            now: Timestamp(secondsSince1970: second)
        )
        if case .refused(let fault) = verdict { return fault }
        return nil
    }

    @Test("the own certificate counts in its first and last second, and not beside them")
    func dates() {
        #expect(fault(credential(), at: 100) == nil)
        #expect(fault(credential(), at: 1000) == nil)
        #expect(
            fault(credential(), at: 99)
                == .notYetValid(startDate: Timestamp(secondsSince1970: 100))
        )
        #expect(
            fault(credential(), at: 1001) == .expired(endDate: Timestamp(secondsSince1970: 1000))
        )
    }

    @Test("what is none, foreign, disabled or of somebody kept out does not count")
    func others() {
        #expect(fault(nil, of: nil) == TwoFactorVerdict.CertificateFault.none)
        #expect(fault(nil) == .foreign)
        let disabled = credential {
            $0.certificate.isEnabled = false
            $0.certificate.disabled = Self.by
        }
        #expect(fault(disabled) == .disabled(Self.by))
        #expect(fault(credential { $0.user.isLocked = true }) == .user(.userLocked))
    }

    @Test("of expired and disabled the one that cannot be undone is named")
    func order() {
        let both = credential { $0.certificate.isEnabled = false }
        #expect(fault(both, at: 1001) == .expired(endDate: Timestamp(secondsSince1970: 1000)))
    }

    @Test("somebody else's is not the own one, nor is the own one for something else")
    func ownership() {
        #expect(fault(credential(of: "ada")) == .someoneElses("ada@example.com"))
        #expect(fault(credential(Self.other), of: Self.other) == .notOnProfile(name: "Mine"))
        #expect(fault(deleted(of: "ada")) == .someoneElses(nil))
        #expect(
            fault(deleted(of: "ada"), generated: generated(by: "ada", reset: Self.by))
                == .someoneElses(nil)
        )
    }

    @Test("an old one says whether it was reset or deleted")
    func old() {
        let old = generated(reset: Self.by)
        #expect(
            fault(deleted(of: "vera"), present: generated(Self.other), generated: old)
                == .reset(Self.by)
        )
        #expect(fault(deleted(of: "vera"), generated: generated()) == .deleted(Self.by))
    }
}
