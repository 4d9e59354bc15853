internal import AccountModel
internal import AccountStore
internal import HTTP
internal import OpenSSLBridge
internal import Pages
internal import World

// Every certificate of the world: what it says, and whether it may be used.
extension ConsolePages {
    var certificatePages: [PageRoute] {
        let one = Self.base + "/certificates/{certificate}"
        return [
            PageRoute("GET", Self.base + "/certificates", certificates),
            PageRoute("GET", one, certificate),
            PageRoute("GET", one + "/certificate.pem", certificateFile),
            PageRoute("GET", one + "/chain.pem", chainFile),
            PageRoute("POST", one + "/enable", switchCertificate),
            PageRoute("POST", one + "/delete", deleteCertificate),
        ]
    }

    private static let certificatesPerPage = 50

    private func certificates(_ call: PageCall) throws(PageRefusal) -> Reply {
        let now = try call.world().clock.now
        let search = call.query("search")
        let offset = call.offset
        let page = PageRequest(offset: offset, limit: Self.certificatesPerPage + 1)
        // A search looks at every certificate.
        return call.site.later(call) { () throws(PageRefusal) in
            let found = try call.reading { (reader) throws(StoreError) in
                try reader.newestCertificates(search: search, page: page)
            }
            return try call.showList(
                .certificates,
                "certificates.html",
                "certificates",
                found,
                limit: Self.certificatesPerPage,
                search: search,
                ["now": .text(now.iso8601)]
            ) { credential in
                var row = Self.row(of: credential.certificate, at: now)
                row["userID"] = .text(credential.user.id)
                row["userName"] = .text(credential.user.displayName)
                return row
            }
        }
    }

    private func certificate(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let now = world.clock.now
        let (certificate, owner, text) = try seenCertificate(call, world)
        var values = Self.row(of: certificate, at: now)
        values["userID"] = .text(owner.id)
        values["userName"] = .text(owner.displayName)
        values["commonName"] = .text(certificate.commonName)
        values["createdAt"] = .text(certificate.createdAt.iso8601)
        values["now"] = .text(now.iso8601)
        values["validity"] = .text(Self.validity(of: certificate, at: now))
        values["standing"] = .text(Self.sentence(about: certificate, of: owner, at: now))
        values["pem"] = .text(text.x509Certificate)
        values["sha256"] = .text(FingerprintText.hexadecimal(certificate.sha256))
        if let disabled = certificate.disabled {
            values["disabledBy"] = .text("\(disabled.userName), \(disabled.at.iso8601)")
        }
        var chain: [PageValues] = []
        for (index, pem) in [text.x509Certificate, text.caCertificate].enumerated()
        where !pem.isEmpty {
            guard let parsed = try? Certificate.parse(pem: pem) else { continue }
            if index == 0 {
                values["subject"] = .text(parsed.subject)
                values["issuer"] = .text(parsed.issuer)
                values["key"] = .text(parsed.publicKey.map { "\($0.algorithm)" } ?? "unknown")
                values["printed"] = .text((try? parsed.printed()) ?? "")
            }
            chain.append([
                "subject": .text(parsed.subject), "issuer": .text(parsed.issuer),
                "serial": .text(parsed.serialNumber),
                "from": .text(Timestamp(secondsSince1970: parsed.notBefore).iso8601),
                "to": .text(Timestamp(secondsSince1970: parsed.notAfter).iso8601),
                "pem": .text(pem), "role": .text(index == 0 ? "This certificate" : "Its issuer"),
                "number": .text("\(index)"),
            ])
        }
        values["chain"] = .list(chain)
        let title = "Certificate \(certificate.name)"
        return .now(try call.show(.certificates, title, "certificate.html", values))
    }

    /// How much of its time is left, by the world's clock.
    private static func validity(
        of certificate: ClientAuthCertificate,
        at now: Timestamp
    ) -> String {
        let end = certificate.endDate.secondsSince1970
        let left = end.subtractingReportingOverflow(now.secondsSince1970).partialValue
        if left < 0 { return "It ended \(days(-left)) ago" }
        if now < certificate.startDate { return "It has not begun yet" }
        return "\(days(left)) left"
    }

    private static func days(_ seconds: Int64) -> String {
        let days = seconds / 86_400
        if days == 0 { return "\(seconds / 3600) h \(seconds / 60 % 60) min" }
        return days == 1 ? "1 day" : "\(days) days"
    }

    private static func sentence(
        about certificate: ClientAuthCertificate,
        of owner: User,
        at now: Timestamp
    ) -> String {
        let credential = CertificateCredential(certificate: certificate, user: owner)
        return switch credential.standing(at: now) {
        case .usable: "It is let in at the gate."
        case .certificateDisabled: "It is refused: it is disabled."
        case .certificateExpired: "It is refused: it has expired by the world’s clock."
        case .certificateNotYetValid: "It is refused: it is not valid yet by the world’s clock."
        case .userDisabled: "It is refused: its user is disabled."
        case .userExpired: "It is refused: the end date of its user is over."
        case .userLocked: "It is refused: its user is locked."
        case .accountNotServed: "It is refused: no account of its user is served."
        case .tokenDisabled, .tokenExpired: "It is refused."
        }
    }

    private func certificateFile(_ call: PageCall) throws(PageRefusal) -> Reply {
        let (_, _, text) = try seenCertificate(call, try call.world())
        let bytes = Array(text.x509Certificate.utf8)
        return .now(.download("certificate.pem", type: "application/x-pem-file", bytes))
    }

    private func chainFile(_ call: PageCall) throws(PageRefusal) -> Reply {
        let (_, _, text) = try seenCertificate(call, try call.world())
        let bytes = Array((text.x509Certificate + text.caCertificate).utf8)
        return .now(.download("chain.pem", type: "application/x-pem-file", bytes))
    }

    private func seenCertificate(
        _ call: PageCall,
        _ world: World
    ) throws(PageRefusal) -> (ClientAuthCertificate, User, CertificateText) {
        let id = call.segment(1)
        let found = try call.reading {
            (reader) throws(StoreError) -> (ClientAuthCertificate, User, CertificateText)? in
            guard let certificate = try reader.certificate(id: id),
                let owner = try reader.user(id: certificate.userID, visibleTo: .everything),
                let text = try reader.text(ofCertificate: id)
            else { return nil }
            return (certificate, owner, text)
        }
        guard let found else { throw PageRefusal.missing("certificate", id, .certificates, world) }
        return found
    }
}

// MARK: - Switching

extension ConsolePages {
    private func switchCertificate(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let (certificate, owner, _) = try seenCertificate(call, world)
        let form = try call.form()
        let isEnabled = form.text("enabled") == "yes"
        if certificate.isEnabled != isEnabled {
            let entry = ConsoleActor.entry(
                isEnabled ? .enable : .disable,
                certificate,
                of: owner,
                call,
                world
            )
            _ = try call.storing { () throws(StoreError) in
                try world.store.setCertificate(
                    id: certificate.id,
                    isEnabled: isEnabled,
                    by: ConsoleActor.attribution(at: world.clock.now),
                    audit: entry
                )
            }
        }
        let note: ConsoleNote = isEnabled ? .certificateEnabled : .certificateDisabled
        // Back to where the switch is: the list, the user or the certificate itself.
        return switch form.text("from") {
        case "list": .now(try call.lead(to: .certificates, "", note))
        case "user": .now(try call.lead(to: .users, "/\(owner.id)", note))
        default: .now(try call.lead(to: .certificates, "/\(certificate.id)", note))
        }
    }

    private func deleteCertificate(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let (certificate, owner, _) = try seenCertificate(call, world)
        let entry = ConsoleActor.entry(.delete, certificate, of: owner, call, world)
        _ = try call.storing { () throws(StoreError) in
            try world.store.deleteCertificate(
                id: certificate.id,
                by: ConsoleActor.attribution(at: world.clock.now),
                audit: entry
            )
        }
        return .now(try call.lead(to: .users, "/\(owner.id)", .certificateDeleted))
    }
}

/// Bytes as people compare them.
enum FingerprintText {
    /// Upper-case hex digits, two by two, with colons between.
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined(separator: ":")
    }
}
