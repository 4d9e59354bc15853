internal import AccountModel
internal import AccountStore
internal import HTTP
internal import OpenSSLBridge
internal import Pages
internal import PrivateCA
internal import World

/// The page on which somebody generates the certificate, once.
enum InitializationPages {
    /// What the certificate is called among the user's; a number follows where that is taken.
    static let certificateName = "Two-factor authentication"

    /// The longest common name and organization, in characters (RFC 5280 appendix A.1).
    private static let nameLengthMax = 64

    static func show(_ call: PageCall) throws(PageRefusal) -> Reply {
        switch try call.arrive(at: [.initPage]) {
        case .elsewhere(let reply): reply
        case .here(let world, let visit): .now(try page(call, world, visit, [:]))
        }
    }

    private static func page(
        _ call: PageCall,
        _ world: World,
        _ visit: Visit,
        _ values: PageValues,
        status: Int = 200
    ) throws(PageRefusal) -> Response {
        var values = values
        values["name"] = .text(visit.signIn.user.displayName)
        values["email"] = .text(visit.signIn.user.email)
        values["organization"] = .text(try organization(call, world, visit.signIn))
        values["passwordRule"] = .text(PasswordRule.text)
        return call.page(
            "Two-Factor Authentication Client Certificate Initialization",
            "initialization",
            values,
            in: world,
            status: status
        )
    }

    /// The first organization of the user's account, else the account's name.
    private static func organization(
        _ call: PageCall,
        _ world: World,
        _ signIn: TwoFactorSignIn
    ) throws(PageRefusal) -> String {
        let ids = signIn.accounts.map(\.id)
        let organizations = try call.reading(world) { (reader) throws(StoreError) in
            try reader.organizations(visibleTo: .everything, page: PageRequest(limit: 100))
        }
        let own = organizations.first { ids.contains($0.accountID) && $0.isActive }
        return own?.name ?? signIn.accounts.first?.name ?? "None"
    }

    static func generate(_ call: PageCall) throws(PageRefusal) -> Reply {
        // A form that is sent twice, or from an old page, leads to where the sign-in is.
        switch try call.arrive(at: [.initPage]) {
        case .elsewhere(let reply): return reply
        case .here(let world, let visit):
            let form = try call.form()
            let password = form.secret("password")
            let encryption = KeyStore.Encryption(rawValue: form.text("encryption")) ?? .aes
            var problems: PageValues = [:]
            if let problem = PasswordRule.problem(password) {
                problems["passwordError"] = .text(problem)
            }
            if form.secret("confirmation") != password {
                problems["confirmationError"] = "This is not the password above: enter it again."
            }
            if !form.isTicked("agreement") {
                problems["agreementError"] = "Without your agreement no certificate is generated."
            }
            guard problems.isEmpty else {
                problems["problem"] = "The certificate was not generated: see below."
                problems["isTripleDES"] = .flag(encryption == .tripleDES)
                problems["hasAgreed"] = .flag(form.isTicked("agreement"))
                return .now(try page(call, world, visit, problems, status: 400))
            }
            let application = Application(
                world: world,
                visit: visit,
                organization: try organization(call, world, visit.signIn),
                password: password,
                encryption: encryption
            )
            // An RSA key takes a tenth of a second.
            return call.site.later(call) { () throws(PageRefusal) in
                try generate(application, call)
            }
        }
    }

    /// What a certificate is generated from.
    private struct Application: Sendable {
        let world: World
        let visit: Visit
        let organization: String
        let password: String
        let encryption: KeyStore.Encryption
    }

    private static func generate(
        _ application: Application,
        _ call: PageCall
    ) throws(PageRefusal) -> Response {
        let world = application.world
        let issue: TwoFactorIssue
        let file: KeyFileShelf.Item
        do {
            (issue, file) = try make(application, call)
        } catch let refusal as IssuanceRefusal {
            throw PageRefusal(
                400,
                "No certificate can be issued",
                refusal.reason,
                back: PageRefusal.Link("Back", PageCall.twoFactor(world) + "/initialization")
            )
        } catch {
            throw PageRefusal(500, "The certificate could not be made", "\(error)")
        }
        let outcome = try PageCall.storing(world) { () throws(StoreError) in
            try world.store.insert(
                issue,
                session: issue.ticket.session,
                systemNow: world.clock.systemNow
            )
        }
        switch outcome {
        case .success(let signIn):
            // In memory only: the world's database holds no client's key.
            world.keyFiles.put(file, as: fileName(issue.certificate.id))
            return .seeOther(PageCall.place(of: signIn.state.position, in: world))
        case .failure:
            // Another tab was faster, or the sign-in ended meanwhile: where that leads, the next
            // page knows.
            return .seeOther(PageCall.twoFactor(world) + "/initialization")
        }
    }

    private static func make(
        _ application: Application,
        _ call: PageCall
    ) throws -> (TwoFactorIssue, KeyFileShelf.Item) {
        let world = application.world
        let user = application.visit.signIn.user
        let key = try PrivateKey.generate(.rsa(bits: 2048), from: world.random.next(.clientKey))
        let subject = DistinguishedName([
            .init(.organization, shortened(application.organization)),
            .init(.commonName, shortened(user.displayName)),
            .init(.emailAddress, user.email),
        ])
        let taken = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            Set(try reader.certificates(userID: user.id).map(\.name))
        }
        let (certificate, text) = try world.makeCertificate(
            CertificateWish(
                csr: try CertificateRequest.make(subject: subject, key: key).pem(),
                name: freeName(taken),
                hash: .sha256
            ),
            for: user,
            now: world.clock.now
        )
        let file = try KeyStore.makePKCS12(
            name: "\(user.displayName) (\(world.name))",
            key: key,
            certificate: Certificate.parse(pem: text.x509Certificate),
            issuer: Certificate.parse(pem: text.caCertificate),
            password: application.password,
            encryption: application.encryption,
            random: world.random.next(.keyStore)
        )
        let issue = TwoFactorIssue(
            certificate: certificate,
            text: text,
            ticket: Tickets.make(token: application.visit.token, isAgain: false, in: world),
            entry: Records.entry(
                .create,
                by: user,
                certificate: certificate.id,
                of: user,
                "certificate \(certificate.serialNumber) for two-factor sign-in",
                call,
                in: world
            ),
            letter: world.letter(aboutIssued: certificate, of: user)
        )
        return (issue, item(file, text, application.encryption))
    }

    /// What X.520 has room for: it counts code points, of which a letter may have several.
    private static func shortened(_ text: String) -> String {
        var kept = text
        while kept.unicodeScalars.count > nameLengthMax { kept.removeLast() }
        return kept
    }

    /// The file as it is kept until the first sign-in: the password is the user's own.
    private static func item(
        _ file: [UInt8],
        _ text: CertificateText,
        _ encryption: KeyStore.Encryption
    ) -> KeyFileShelf.Item {
        KeyFileShelf.Item(
            key: [],
            certificate: text.x509Certificate,
            ticket: "",
            file: file,
            password: nil,
            protection: encryption.rawValue
        )
    }

    /// By what the file with a certificate and its key is found.
    private static func fileName(_ certificateID: String) -> String {
        "two-factor \(certificateID)"
    }

    /// The file with a certificate and its key; nil when it is not kept any more.
    static func file(with certificate: TwoFactorCertificate?, in world: World) -> [UInt8]? {
        certificate.flatMap { world.keyFiles.item(fileName($0.certificateID))?.file }
    }

    /// Forgets the file with a certificate and its key.
    static func forgetFile(with certificate: TwoFactorCertificate?, in world: World) {
        if let certificate { world.keyFiles.remove(fileName(certificate.certificateID)) }
    }

    private static func freeName(_ taken: Set<String>) -> String {
        guard taken.contains(certificateName) else { return certificateName }
        var number = 2
        while taken.contains("\(certificateName) \(number)") { number += 1 }
        return "\(certificateName) \(number)"
    }

    static func download(_ call: PageCall) throws(PageRefusal) -> Reply {
        switch try call.arrive(at: [.certPrompt, .certError, .signedIn]) {
        case .elsewhere(let reply): return reply
        case .here(let world, let visit):
            guard let file = file(with: visit.signIn.certificate, in: world) else {
                throw PageRefusal(
                    410,
                    "The file is no longer here",
                    "It can be saved until you have signed in with the certificate once: then "
                        + "the mock forgets the key, and also when it ends. If you lost the file, "
                        + "ask an administrator to reset your certificate.",
                    back: PageRefusal.Link("Whom to ask", PageCall.twoFactor(world) + "/lost")
                )
            }
            return .now(.download("client-certificate.p12", type: "application/x-pkcs12", file))
        }
    }
}
