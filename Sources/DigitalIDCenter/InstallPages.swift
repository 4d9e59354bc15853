import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import Pages
import PrivateCA
import World

/// The certificate's details, Install, and the file that comes of it.
enum InstallPages {
    static func show(_ center: Center) throws(PageRefusal) -> Reply {
        let request = try center.request()
        guard request.status == .retrievable else {
            let page =
                request.status == .installed || request.status == .active
                ? "/requests/\(request.id)/file" : request.home
            return center.seeOther(page)
        }
        var values = request.values(at: center.now)
        values["wanted"] = .text(Issuing.subjectText(request))
        values["authority"] = .text(center.world.ca.name)
        values["validFrom"] = .text(center.now.startOfDay.iso8601)
        values["validTo"] = .text(center.now.adding(years: 1).endOfDay.iso8601)
        values["makesInBrowser"] = .flag(request.key.place == .browser)
        values["keyName"] = .text(request.key.kind.rawValue)
        return center.page(
            "Your certificate",
            "install",
            values,
            entry: "Receive",
            script: "keys.js"
        )
    }

    /// Makes the key here, and the file.
    static func install(_ center: Center) throws(PageRefusal) -> Reply {
        let request = try center.request()
        guard request.status == .retrievable else {
            return center.seeOther("/requests/\(request.id)/install")
        }
        let encryption = try encryption(center)
        return center.call.site.later(center.call) { () throws(PageRefusal) in
            let made = try Issuing.issue(request, in: center, encryption)
            let (_, outcome) = try store(made.certificate, for: request.id, center)
            if case .refused = outcome {
                // Somebody was quicker, and has the file.
                return .seeOther(center.base + "/requests/\(request.id)/install")
            }
            center.world.keyFiles.put(made.item, as: request.id)
            return .seeOther(center.base + filePath(request, made.item))
        }
    }

    /// Certifies a key that the browser made, for a script on the page.
    static func certify(_ center: Center) throws(PageRefusal) -> Reply {
        let request = try center.request()
        let csr = try center.call.form().text("csr")
        guard request.status == .retrievable else {
            throw PageRefusal(
                409,
                "This cannot be done now",
                request.standing(at: center.now).sentence,
                back: PageRefusal.Link("See how it stands", center.base + request.home)
            )
        }
        guard request.key.place == .browser else {
            throw PageRefusal(
                422,
                "No certificate can be issued",
                "This request was confirmed with a key that is made on the server, and a csr asks "
                    + "for one that was made elsewhere. Install it with the server's key.",
                back: PageRefusal.Link(
                    "Install",
                    center.base + "/requests/\(request.id)/install"
                )
            )
        }
        return center.call.site.later(center.call) { () throws(PageRefusal) in
            let certificate = try Issuing.certify(csr, for: request, in: center)
            let (_, outcome) = try store(certificate, for: request.id, center)
            if case .refused(let refusal) = outcome {
                throw PageRefusal(409, "This cannot be done now", refusal.sentence(at: center.now))
            }
            let issuer = try Issuing.refusing { try center.world.issuerPEM }
            return .download(
                "certificate.pem",
                type: "application/x-pem-file",
                Array((certificate.pem + issuer).utf8)
            )
        }
    }

    private static func store(
        _ certificate: DigitalIDCertificate,
        for id: String,
        _ center: Center
    ) throws(PageRefusal) -> (DigitalID, MoveOutcome) {
        let now = center.now
        return try center.make(id) { request, _ in
            do throws(DigitalIDRefusal) {
                try request.install(certificate, at: now)
                return .made([])
            } catch {
                return .refused(error)
            }
        }
    }

    /// The page with the file and, once, its password.
    static func showFile(_ center: Center) throws(PageRefusal) -> Reply {
        let request = try center.request()
        guard request.certificate != nil, request.status != .revoked else {
            return center.seeOther(request.home)
        }
        let item = center.world.keyFiles.item(request.id)
        let ticket = center.call.query("ticket")
        var values = request.values(at: center.now)
        if let item {
            values["isKept"] = true
            // As long as the file may be fetched, that is what is to be done.
            values["steps"] = Way.values(DigitalIDStanding.retrievable.stepsDone)
            values["protection"] = .text(item.protection)
            // HEAD shows nothing, and so does not use the ticket up.
            if center.call.request.method == "GET" {
                values["password"] = .text(
                    center.world.keyFiles.takePassword(of: request.id, ticket: ticket) ?? ""
                )
            }
        }
        values["madeInBrowser"] = .flag(center.call.query("made") == "browser")
        return center.page("Install your certificate", "file", values, entry: "Receive")
    }

    static func download(_ center: Center) throws(PageRefusal) -> Reply {
        let request = try center.request()
        guard let item = center.world.keyFiles.item(request.id) else {
            throw PageRefusal(
                410,
                "The file is not kept any more",
                "The key is handed out once and not stored. Renew the certificate to get another.",
                back: PageRefusal.Link("See how it stands", center.base + request.home)
            )
        }
        let name = request.applicant.name.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return .now(
            .download(
                "\(name.isEmpty ? "certificate" : name.lowercased()).p12",
                type: "application/x-pkcs12",
                item.file
            )
        )
    }

    /// Makes the file anew, with another password.
    static func remake(_ center: Center) throws(PageRefusal) -> Reply {
        let request = try center.request()
        let encryption = try encryption(center)
        guard let item = center.world.keyFiles.item(request.id) else {
            return center.seeOther("/requests/\(request.id)/file")
        }
        return center.call.site.later(center.call) { () throws(PageRefusal) in
            let made = try Issuing.refusing {
                try Issuing.item(
                    PrivateKey.parse(der: item.key),
                    item.certificate,
                    request,
                    center.world,
                    encryption
                )
            }
            center.world.keyFiles.put(made, as: request.id)
            return .seeOther(center.base + filePath(request, made))
        }
    }

    /// Forgets the key: its owner has it.
    static func forget(_ center: Center) throws(PageRefusal) -> Reply {
        let request = try center.request()
        center.world.keyFiles.remove(request.id)
        return center.seeOther(request.home)
    }

    private static func filePath(_ request: DigitalID, _ item: KeyFileShelf.Item) -> String {
        "/requests/\(request.id)/file?ticket=\(item.ticket)"
    }

    private static func encryption(_ center: Center) throws(PageRefusal) -> KeyStore.Encryption {
        let name = try center.call.form().text("encryption")
        guard let encryption = name.isEmpty ? .aes : KeyStore.Encryption(rawValue: name) else {
            throw PageRefusal(
                400,
                "There is no protection \(name)",
                "Choose AES or 3DES.",
                back: PageRefusal.Link(
                    "Back",
                    center.base + "/requests/\(center.parameter)/install"
                )
            )
        }
        return encryption
    }
}
