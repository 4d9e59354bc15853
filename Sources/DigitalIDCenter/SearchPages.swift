import AccountModel
import AccountStore
import HTTP
import Pages
import World

/// Search, and what everybody may see of a certificate.
enum SearchPages {
    /// How many are shown at most.
    private static let countMax = 100

    static func search(_ center: Center) throws(PageRefusal) -> Reply {
        try results(center, "Search", "search", isFor: { _ in true })
    }

    static func renew(_ center: Center) throws(PageRefusal) -> Reply {
        try results(center, "Renew", "renew") { $0 != .revoked }
    }

    static func revoke(_ center: Center) throws(PageRefusal) -> Reply {
        try results(center, "Revoke", "revoke") { $0 == .installed || $0 == .active }
    }

    private static func results(
        _ center: Center,
        _ title: String,
        _ purpose: String,
        isFor: (DigitalIDStanding) -> Bool
    ) throws(PageRefusal) -> Reply {
        var email = FormField("email", "Email address")
        email.value = center.call.query("email")
        email.hint = "The whole address, or a part of it."
        email.example = "ada@example.com"
        var name = FormField("name", "Name")
        name.value = center.call.query("name")
        name.example = "Lovelace"
        var values = FormField.values([email, name], [:])
        values["purpose"] = .text(purpose)
        values["is\(title)"] = true
        let filter = filter(email: email.value, name: name.value)
        if let filter {
            let found = try center.read { (reader) throws(StoreError) in
                try reader.digitalIDs(filter, countMax: countMax)
            }
            let fitting = found.filter { isFor($0.standing(at: center.now)) }
            values["isAsked"] = true
            values["found"] = .list(fitting.map { $0.values(at: center.now) })
            values["isCut"] = .flag(found.count == countMax)
        }
        return center.page(title, "search", values, entry: title)
    }

    private static func filter(email: String, name: String) -> DigitalIDFilter? {
        guard !email.isEmpty || !name.isEmpty else { return nil }
        var filter = DigitalIDFilter()
        filter.statuses = [.installed, .active, .revoked]
        filter.hasCertificate = true
        filter.email = email
        filter.name = name
        return filter
    }

    static func certificate(_ center: Center) throws(PageRefusal) -> Reply {
        let (request, certificate) = try center.holder()
        let standing = request.standing(at: center.now)
        var values = request.values(at: center.now)
        values["pem"] = .text(certificate.pem)
        values["canRenew"] = .flag(standing != .revoked)
        values["canRevoke"] = .flag(standing == .installed || standing == .active)
        return center.page("Certificate of \(request.applicant.name)", "certificate", values)
    }

    static func download(_ center: Center) throws(PageRefusal) -> Reply {
        let (_, certificate) = try center.holder()
        return .now(
            .download(
                "\(certificate.serialNumber).pem",
                type: "application/x-pem-file",
                Array(certificate.pem.utf8)
            )
        )
    }
}
