internal import AccountModel
internal import AccountStore
internal import HTTP
internal import OpenSSLBridge
internal import Pages
internal import PrivateCA
internal import World

// MARK: - Tokens and certificates made here

extension ConsolePages {
    func makeToken(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let owner = try seenUser(call, world)
        let sent = try call.form()
        var form = ConsoleForm(sent, ["tokenName"])
        form.texts["key"] = "rsa-2048"
        if let problem = Self.problem(ofName: form.text("tokenName")) {
            form.complain("tokenName", problem)
            return .now(try userPage(call, form, status: 400))
        }
        let text = world.makeTokenText()
        let now = world.clock.now
        let token = APIAccessToken(
            id: world.makeID(),
            userID: owner.id,
            name: form.text("tokenName"),
            endDate: owner.endDate,
            createdAt: now,
            createdBy: ConsoleActor.id
        )
        let entry = ConsoleActor.entry(.create, token, of: owner, call, world)
        do throws(StoreError) {
            try world.store.insert(
                Population.Token(token: token, sha256: world.digest(ofToken: text)),
                audit: entry
            )
        } catch .duplicateTokenName {
            form.complain("tokenName", "The user has a token of this name already.")
            return .now(try userPage(call, form, status: 409))
        } catch {
            throw PageRefusal(503, "The token cannot be stored", "\(error).")
        }
        let id = memory.keep(
            Pickup(
                world: world.name,
                userID: owner.id,
                userName: owner.displayName,
                name: token.name,
                kind: .token,
                secret: text
            )
        )
        return .now(.seeOther(ConsoleTab.home.path(in: world) + "/pickups/\(id)"))
    }

    func makeCertificate(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let owner = try seenUser(call, world)
        let sent = try call.form()
        var form = ConsoleForm(sent, ["name", "until", "key", "encryption"])
        if let problem = Self.problem(ofName: form.text("name")) { form.complain("name", problem) }
        let day = CalendarDate.parse(form.text("until"))
        if !form.text("until").isEmpty, day == nil {
            form.complain("until", "Give a day such as 2027-01-31, or leave it empty.")
        }
        let algorithm: KeyAlgorithm = form.text("key") == "p-256" ? .p256 : .rsa(bits: 2048)
        let encryption = KeyStore.Encryption(rawValue: form.text("encryption")) ?? .aes
        guard !form.isWrong else { return .now(try userPage(call, form, status: 400)) }
        let order = CertificateMaking(
            name: form.text("name"),
            endDate: day.map { Timestamp(startOf: $0).endOfDay },
            algorithm: algorithm,
            encryption: encryption
        )
        // An RSA key takes a tenth of a second, and so does what protects the file.
        return call.site.later(call) { [form] () throws(PageRefusal) in
            var form = form
            do {
                let pickup = try order.make(for: owner, in: world, call)
                let id = memory.keep(pickup)
                return .seeOther(ConsoleTab.home.path(in: world) + "/pickups/\(id)")
            } catch let error as IssuanceRefusal {
                form.complain(error.kind == .expirationDate ? "until" : "name", error.reason)
                return try userPage(call, form, status: 400)
            } catch StoreError.duplicateCertificateName {
                form.complain("name", "The user has a certificate of this name already.")
                return try userPage(call, form, status: 409)
            } catch {
                throw PageRefusal(503, "The certificate cannot be made", "\(error).")
            }
        }
    }

    /// What is wrong with a name; the vendor allows these characters and no others.
    private static func problem(ofName name: String) -> String? {
        guard !name.isEmpty else { return "Give it a name." }
        guard name.utf8.count <= 255 else { return "That is longer than 255 characters." }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x2D, 0x5F: true
            default: false
            }
        }
        return isPlain
            ? nil : "Letters from A to Z, digits, spaces, hyphens and underscores will do."
    }
}

/// What a certificate is made of whose key is made here.
struct CertificateMaking: Sendable {
    /// The longest common name in characters (X.520: ub-common-name).
    private static let commonNameLength = 64

    let name: String
    let endDate: Timestamp?
    let algorithm: KeyAlgorithm
    let encryption: KeyStore.Encryption

    /// Makes the key, has the certificate issued and stored, and puts both into a file.
    func make(for owner: User, in world: World, _ call: PageCall) throws -> Pickup {
        let key = try PrivateKey.generate(algorithm, from: world.random.next(.clientKey))
        let commonName = String(name.prefix(Self.commonNameLength))
        let subject = DistinguishedName([.init(.commonName, commonName)])
        let wish = CertificateWish(
            csr: try CertificateRequest.make(subject: subject, key: key).pem(),
            name: name,
            expirationDate: endDate
        )
        let (certificate, text) = try world.makeCertificate(
            wish,
            for: owner,
            now: world.clock.now
        )
        let password = world.makeFilePassword()
        let keyStore = try KeyStore.makePKCS12(
            name: name,
            key: key,
            certificate: Certificate.parse(pem: text.x509Certificate),
            issuer: Certificate.parse(pem: text.caCertificate),
            password: password,
            encryption: encryption,
            random: world.random.next(.keyStore)
        )
        let pem = try key.pem() + text.x509Certificate
        let entry = ConsoleActor.entry(.create, certificate, of: owner, call, world)
        try world.store.insert(
            certificate,
            text: text,
            audit: entry,
            letter: world.letter(aboutIssued: certificate, of: owner)
        )
        return Pickup(
            world: world.name,
            userID: owner.id,
            userName: owner.displayName,
            name: name,
            kind: .certificate(id: certificate.id, keyStore: keyStore, pem: pem),
            secret: password
        )
    }
}

// MARK: - Handing out

extension ConsolePages {
    func pickup(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        // What only looks ahead must not see the secret in the place of a person.
        let isLook = call.request.method == "GET"
        guard isLook, let (pickup, isFirst) = memory.look(at: call.segment(1), in: world.name)
        else { throw Self.noPickup(world) }
        var values: PageValues = [
            "name": .text(pickup.name), "userID": .text(pickup.userID),
            "userName": .text(pickup.userName), "id": .text(call.segment(1)),
            "secret": .text(isFirst ? pickup.secret : ""),
        ]
        let title: String
        switch pickup.kind {
        case .token: title = "The new token"
        case .certificate(let id, _, _):
            title = "The new certificate"
            values["certificateID"] = .text(id)
            let host = call.request.authority
            values["gate"] = .text(call.site.parts.gate(world.name, host, nil))
            values["gateAgain"] = .text(Self.freshGate(call, world))
        }
        return .now(try call.show(.users, title, "pickup.html", values))
    }

    func pickupKeyStore(_ call: PageCall) throws(PageRefusal) -> Reply {
        let (file, _) = try pickupFiles(call)
        return .now(.download("client.p12", type: "application/x-pkcs12", file))
    }

    func pickupPEM(_ call: PageCall) throws(PageRefusal) -> Reply {
        let (_, pem) = try pickupFiles(call)
        return .now(.download("client.pem", type: "application/x-pem-file", Array(pem.utf8)))
    }

    private func pickupFiles(
        _ call: PageCall
    ) throws(PageRefusal) -> (keyStore: [UInt8], pem: String) {
        let world = try call.world()
        guard let pickup = memory.pickup(call.segment(1), in: world.name),
            case .certificate(_, let keyStore, let pem) = pickup.kind
        else { throw Self.noPickup(world) }
        return (keyStore, pem)
    }

    private static func noPickup(_ world: World) -> PageRefusal {
        PageRefusal(
            404,
            "It is not here any more",
            "What is made in the console is kept for a while, in memory only. Make another one.",
            back: .init("Users", ConsoleTab.users.path(in: world))
        )
    }
}
