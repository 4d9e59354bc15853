internal import AccountModel
internal import AccountStore
internal import HTTP
internal import Pages
internal import World

/// The page at the gate, whose handshake asked the browser for a certificate.
enum GatePages {
    /// Where it is.
    static let path = "/two-factor/sign-in"

    static func redeem(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        // To ask what would be answered, or to fetch it in advance, uses nothing up.
        let isAhead = call.request.fields.first("sec-purpose")?.contains("prefetch") ?? false
        if call.request.method == "HEAD" || isAhead {
            return .now(Response(status: 204, fields: ["cache-control": "no-store"]))
        }
        let presented = call.context.connection.presentedCertificate
        let text = call.query("ticket")
        guard !text.isEmpty else { throw refusal(.unknown, call, world) }
        let redemption = try PageCall.storing(world) { () throws(StoreError) in
            try world.store.redeem(
                ticketSHA256: Secrets.digest(text),
                certificateSHA256: presented?.sha256,
                now: world.clock.now,
                systemNow: world.clock.systemNow,
                explain: { Words.cause($0) },
                entry: { entry($0, $1, presented, call, world) }
            )
        }
        guard case .judged(let verdict, let signIn) = redemption else {
            throw refusal(redemption, call, world)
        }
        switch verdict {
        case .accepted(let certificate):
            InitializationPages.forgetFile(with: signIn.certificate, in: world)
            return .now(accepted(certificate, signIn, call, world))
        case .refused(let fault):
            return .now(refused(fault, signIn, call, world))
        }
    }

    private static func accepted(
        _ certificate: ClientAuthCertificate,
        _ signIn: TwoFactorSignIn,
        _ call: PageCall,
        _ world: World
    ) -> Response {
        let connection = call.context.connection
        let tls = [connection.tlsVersion, connection.cipher].compactMap(\.self)
            .joined(separator: ", ")
        return call.page(
            "Signed in",
            "gate-signed-in",
            [
                "name": .text(signIn.user.displayName),
                "email": .text(signIn.user.email),
                "subject": .text(connection.presentedCertificate?.subject ?? ""),
                "serial": .text(certificate.serialNumber),
                "start": .text(certificate.startDate.iso8601),
                "end": .text(certificate.endDate.iso8601),
                "moment": .text(world.clock.now.iso8601),
                "tls": .text(tls.isEmpty ? "unknown" : tls),
                "back": .text(back(to: "/signed-in", signIn, call, world)),
            ],
            in: world
        )
    }

    private static func refused(
        _ fault: TwoFactorVerdict.CertificateFault,
        _ signIn: TwoFactorSignIn,
        _ call: PageCall,
        _ world: World
    ) -> Response {
        var remedy = Words.remedy(fault)
        var values: PageValues = [:]
        if let presented = call.context.connection.presentedCertificate {
            let end = Timestamp(secondsSince1970: presented.notAfter)
            if end < world.clock.systemNow {
                remedy +=
                    " By the clock of this machine it has really expired: browsers no longer "
                    + "offer it, only programs like curl do."
            }
            values["subject"] = .text(presented.subject.isEmpty ? "(empty)" : presented.subject)
            values["serial"] = .text(presented.serialNumber)
            values["issuer"] = .text(presented.issuer)
            values["start"] = .text(Timestamp(secondsSince1970: presented.notBefore).iso8601)
            values["end"] = .text(end.iso8601)
        }
        values["cause"] = .text(Words.cause(fault))
        values["remedy"] = .text(remedy)
        values["name"] = .text("\(signIn.user.displayName), \(signIn.user.email)")
        values["expected"] = .text(
            signIn.certificate.map {
                "serial number \($0.serialNumber), valid until \($0.endDate.iso8601)"
            } ?? ""
        )
        values["moment"] = .text(world.clock.now.iso8601)
        values["again"] = .text(back(to: "/certificate", signIn, call, world))
        values["isFresh"] = .flag(CertificatePages.isFresh(call, world))
        values["lost"] = .text(back(to: "/lost", signIn, call, world))
        var response = call.page("Certificate error", "gate-error", values, in: world, status: 403)
        response.reason = "two-factor sign-in of \(signIn.user.displayName): \(Words.cause(fault))"
        return response
    }

    /// A page on the control listener, as the browser called that when it sent the password.
    private static func back(
        to page: String,
        _ signIn: TwoFactorSignIn?,
        _ call: PageCall,
        _ world: World
    ) -> String {
        (signIn?.session.origin ?? call.site.parts.control(call.request.authority))
            + PageCall.twoFactor(world) + page
    }

    /// Why a link leads nowhere.
    private static func refusal(
        _ redemption: TwoFactorRedemption,
        _ call: PageCall,
        _ world: World
    ) -> PageRefusal {
        func link(_ name: String, _ page: String, _ signIn: TwoFactorSignIn?) -> PageRefusal.Link {
            PageRefusal.Link(name, back(to: page, signIn, call, world))
        }
        switch redemption {
        case .unknown, .judged:
            return PageRefusal(
                404,
                "This link is not known",
                "It was cut short, belongs to another world, or a newer link took its place. Go "
                    + "back to your sign-in for the present one.",
                back: link("Back to my sign-in", "/certificate", nil)
            )
        case .expired(let signIn):
            return PageRefusal(
                410,
                "This link is too old",
                "A link to the certificate can be used for \(TwoFactorTicket.secondsMax / 60) "
                    + "minutes. Let yourself be asked again for a new one.",
                back: link("Ask me again", "/certificate", signIn)
            )
        case .used(let moment, let signIn):
            return PageRefusal(
                410,
                "This link was used before",
                "It leads here once, and did on \(moment.iso8601), by the world’s clock. If you "
                    + "signed in then, you still are; otherwise let yourself be asked again.",
                back: link("Ask me again", "/certificate", signIn)
            )
        case .over:
            return PageRefusal(
                410,
                "This sign-in is over",
                "Somebody signed out, half an hour passed, or an administrator reset the "
                    + "certificate. Sign in again.",
                back: link("Sign in", "/sign-in", nil)
            )
        case .refused(let refusal, let signIn):
            return PageRefusal(
                409,
                "No certificate is asked for now",
                words(refusal),
                back: link("Back to my sign-in", "/certificate", signIn)
            )
        }
    }

    /// Why a sign-in has no use for a certificate.
    private static func words(_ refusal: TwoFactorRefusal) -> String {
        switch refusal {
        case .signedInAlready: "You are signed in already: nothing is to be presented any more."
        case .notRequired:
            "No client certificate is required of you any more: your password is enough."
        case .noCertificateYet, .nothingToReset: "You have no client certificate: generate one."
        case .notAskedAgain:
            "The last certificate was refused: let yourself be asked again for a new link."
        case .certificateExists, .passwordFirst: "Go back to your sign-in to see where it is."
        }
    }

    private static func entry(
        _ verdict: TwoFactorVerdict,
        _ signIn: TwoFactorSignIn,
        _ presented: PresentedCertificate?,
        _ call: PageCall,
        _ world: World
    ) -> AuditEntry {
        let user = signIn.user
        switch verdict {
        case .accepted(let certificate):
            return Records.entry(
                .signIn,
                by: user,
                certificate: certificate.id,
                of: user,
                "two-factor sign-in with certificate \(certificate.serialNumber)",
                call,
                in: world
            )
        case .refused(let fault):
            return Records.entry(
                .signIn,
                by: user,
                certificate: signIn.certificate?.certificateID,
                of: user,
                status: .failure,
                Words.forAuditLog(fault, presented),
                call,
                in: world
            )
        }
    }
}
