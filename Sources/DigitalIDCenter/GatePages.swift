import AccountModel
import AccountStore
import HTTP
import Pages
import World

/// The page that only an activated certificate opens.
enum GatePages {
    /// Where the page is for a browser that reached another listener.
    static func address(_ center: Center) -> String {
        center.call.site.parts.gate(center.world.name, center.call.request.authority, nil) + path
    }

    /// The same page under a name that the browser does not know; empty where there is none.
    static func again(_ center: Center) -> String {
        let fresh = center.call.site.parts.freshGate(
            world: center.world.name,
            host: center.call.request.authority,
            label: center.world.makeGateLabel()
        )
        return fresh.isEmpty ? "" : fresh + path
    }

    private static let path = "/digital-id-center/private"

    /// Why a certificate opens nothing.
    private struct Verdict {
        let title: String
        let sentences: [String]
        /// Where to go: the words and the path below the center's base.
        var way: (words: String, path: String)?
    }

    static func show(_ call: PageCall) throws(PageRefusal) -> Reply {
        let center = try Center(call)
        guard let presented = call.context.connection.presentedCertificate else {
            return refused(center, nil, missing)
        }
        let found = try center.read { (reader) throws(StoreError) in
            (
                try reader.digitalID(certificateSHA256: presented.sha256),
                try reader.finding(certificateSHA256: presented.sha256) != nil
            )
        }
        guard let request = found.0 else {
            return refused(center, presented, unknown(presented, isOfAPI: found.1, center))
        }
        if let verdict = verdict(request, at: center.now) {
            return refused(center, presented, verdict)
        }
        var values = request.values(at: center.now)
        values["again"] = .text(again(center))
        values["center"] = .text(control(center))
        return page(center, "You are in", "private", values, status: 200)
    }

    private static let missing = Verdict(
        title: "Your browser presented no certificate",
        sentences: [
            "The server asked for one, and either you chose none, or the browser has none that the "
                + "authority of this world issued and that is valid by the computer’s own clock.",
            "A browser remembers the choice for this address until it is closed. Install your "
                + "certificate first, then let it ask again.",
        ],
        way: ("Get a certificate", "")
    )

    private static func unknown(
        _ presented: PresentedCertificate,
        isOfAPI: Bool,
        _ center: Center
    ) -> Verdict {
        isOfAPI
            ? Verdict(
                title: "This certificate is not from the Digital ID Center",
                sentences: [
                    "It is a certificate for the API of this world, and belongs to a user there. "
                        + "Choose the one that you installed from the Digital ID Center."
                ],
                way: ("Enrol", "/enrol")
            )
            : Verdict(
                title: "This certificate is not known here",
                sentences: [
                    "The Digital ID Center of world \(center.world.name) did not issue it; its "
                        + "issuer is \(presented.issuer).",
                    "It may be from another world, or from before this one was started over.",
                ],
                way: ("Enrol", "/enrol")
            )
    }

    private static func verdict(_ request: DigitalID, at now: Timestamp) -> Verdict? {
        guard let certificate = request.certificate else { return nil }
        let page = "/certificates/\(certificate.serialNumber)"
        if let revocation = request.revocation {
            return Verdict(
                title: "This certificate was revoked",
                sentences: [
                    "It was revoked at \(revocation.at). Reason: \(revocation.reason.rawValue).",
                    "That is final: enrol again for another one.",
                ],
                way: ("Enrol", "/enrol")
            )
        }
        if now > certificate.endDate {
            return Verdict(
                title: "This certificate has expired",
                sentences: [
                    "It was valid until \(certificate.endDate), and it is \(now) by the world’s "
                        + "clock. Your browser goes by the computer’s clock, and offers it still.",
                    "Renew it with your challenge phrase.",
                ],
                way: ("Renew", page + "/renew")
            )
        }
        if now < certificate.startDate {
            return Verdict(
                title: "This certificate is not valid yet",
                sentences: [
                    "It is valid from \(certificate.startDate), and it is \(now) by the world’s "
                        + "clock."
                ],
                way: ("See the certificate", page)
            )
        }
        guard request.status == .active else {
            return Verdict(
                title: "This certificate is not activated yet",
                sentences: [
                    "It is installed and valid, and Support has not activated it. All new "
                        + "certificates need to be activated, including renewals.",
                    request.activationAskedAt.map { "You asked for it at \($0)." }
                        ?? "Contact Support to have it activated.",
                ],
                way: ("Contact Support", "/requests/\(request.id)")
            )
        }
        return nil
    }

    private static func refused(
        _ center: Center,
        _ presented: PresentedCertificate?,
        _ verdict: Verdict
    ) -> Reply {
        var values: PageValues = [
            "sentences": .list(verdict.sentences.map { ["text": .text($0)] }),
            "again": .text(again(center)), "center": .text(control(center)),
            "isMissing": .flag(presented == nil),
        ]
        if let presented {
            values["subject"] = .text(presented.subject)
            values["issuer"] = .text(presented.issuer)
            values["serialNumber"] = .text(presented.serialNumber)
            values["startDate"] = .text(Self.time(presented.notBefore))
            values["endDate"] = .text(Self.time(presented.notAfter))
        }
        if let way = verdict.way {
            values["way"] = .text(way.words)
            values["wayHref"] = .text(control(center) + way.path)
        }
        return page(center, verdict.title, "gate", values, status: 403)
    }

    private static func page(
        _ center: Center,
        _ title: String,
        _ name: String,
        _ values: PageValues,
        status: Int
    ) -> Reply {
        var page = Page(title, "digital-id-center/\(name).html", values)
        page.section = "Digital ID Center"
        page.styles = ["digital-id-center/center.css"]
        var response = page.response(to: center.call, status: status)
        if status != 200 { response.reason = title }
        return .now(response)
    }

    private static func time(_ seconds: Int64) -> String {
        Timestamp(secondsSince1970: seconds).iso8601
    }

    private static func control(_ center: Center) -> String {
        center.call.site.parts.control(center.call.request.authority) + center.base
    }
}
