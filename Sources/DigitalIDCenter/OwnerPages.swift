import AccountModel
import AccountStore
import HTTP
import Pages
import World

/// What the owner of a certificate does with the challenge phrase: Renew and Revoke.
enum OwnerPages {
    static func showRenew(_ center: Center) throws(PageRefusal) -> Reply {
        let (request, _) = try center.holder()
        return renew(center, request, nil)
    }

    static func renew(_ center: Center) throws(PageRefusal) -> Reply {
        let (request, _) = try center.holder()
        let form = try center.call.form()
        let challenge = form.text("challenge")
        guard !challenge.isEmpty else {
            return renew(center, request, "Enter the challenge phrase.")
        }
        let sent = form.text("form")
        let renewal = Renewal(
            center: center,
            form: sent.isEmpty ? center.world.makeFormID() : String(sent.prefix(64)),
            guess: SecretGuess(challenge)
        )
        let (after, outcome) = try center.make(request.id) { (request, reader) throws(StoreError) in
            try renewal.move(&request, reader)
        }
        switch outcome {
        case .began(let renewal, _): return center.seeOther(renewal.home)
        case .made: return center.seeOther(after.home)
        case .refused(let refusal):
            switch refusal {
            case .wrongChallenge, .challengeLocked:
                return renew(center, after, refusal.sentence(at: center.now))
            default:
                throw PageRefusal(
                    409,
                    "This certificate cannot be renewed now",
                    refusal.sentence(at: center.now),
                    back: back(center)
                )
            }
        }
    }

    private static func renew(
        _ center: Center,
        _ request: DigitalID,
        _ problem: String?
    ) -> Reply {
        guard request.status != .revoked else {
            return center.seeOther("/certificates/\(center.parameter)")
        }
        return form(center, request, "Renew", "renew-certificate", problem)
    }

    static func showRevoke(_ center: Center) throws(PageRefusal) -> Reply {
        let (request, _) = try center.holder()
        return revoke(center, request, reason: nil, nil)
    }

    static func revoke(_ center: Center) throws(PageRefusal) -> Reply {
        let (request, _) = try center.holder()
        let form = try center.call.form()
        let challenge = form.text("challenge")
        guard let reason = DigitalIDRevocationReason(rawValue: form.text("reason")) else {
            let problem = "Choose one of the reasons below, and enter the challenge phrase."
            return revoke(center, request, reason: nil, problem)
        }
        guard !challenge.isEmpty else {
            return revoke(center, request, reason: reason, "Enter the challenge phrase.")
        }
        let (now, mails) = (center.now, CenterMail(world: center.world, now: center.now))
        let (after, outcome) = try center.make(request.id) { (request, reader) throws(StoreError) in
            let renewals = try reader.renewals(ofDigitalID: request.id)
            do throws(DigitalIDRefusal) {
                try request.revoke(with: SecretGuess(challenge), because: reason, at: now)
            } catch {
                return .refused(error)
            }
            guard let revocation = request.revocation else { return .made([]) }
            // One renewal at most is open, and a revoked certificate is not renewed.
            for var renewal in renewals where renewal.endRenewal(because: revocation) {
                return .began(renewal, [mails.revoked(request, ending: renewal)])
            }
            return .made([mails.revoked(request, ending: nil)])
        }
        guard case .refused(let refusal) = outcome else {
            center.world.keyFiles.remove(request.id)
            return center.seeOther("/certificates/\(center.parameter)")
        }
        switch refusal {
        case .wrongChallenge, .challengeLocked:
            return revoke(center, after, reason: reason, refusal.sentence(at: now))
        case .standing(.revoked): return center.seeOther("/certificates/\(center.parameter)")
        default:
            throw PageRefusal(
                409,
                "This certificate cannot be revoked",
                refusal.sentence(at: now),
                back: back(center)
            )
        }
    }

    private static func revoke(
        _ center: Center,
        _ request: DigitalID,
        reason: DigitalIDRevocationReason?,
        _ problem: String?
    ) -> Reply {
        let standing = request.standing(at: center.now)
        guard standing == .installed || standing == .active else {
            return center.seeOther("/certificates/\(center.parameter)")
        }
        return form(center, request, "Revoke", "revoke-certificate", problem) { values in
            values["reasons"] = .list(
                DigitalIDRevocationReason.allCases.map { item in
                    [
                        "title": .text(item.rawValue),
                        "isChosen": .flag(item == (reason ?? .unspecified)),
                    ]
                }
            )
        }
    }

    private static func form(
        _ center: Center,
        _ request: DigitalID,
        _ verb: String,
        _ template: String,
        _ problem: String?,
        _ adding: (inout PageValues) -> Void = { _ in }
    ) -> Reply {
        var field = FormField("challenge", "Challenge phrase")
        field.kind = .password
        field.lengthMax = DigitalIDField.challenge.lengthMax
        field.example = "analytical engine 1843"
        field.hint = "The one you chose when you enrolled."
        var values = request.values(at: center.now)
        let problems = problem.map { ["challenge": $0] } ?? [:]
        values.merge(FormField.values([field], problems)) { _, new in new }
        values["form"] = .text(center.world.makeFormID())
        adding(&values)
        return center.page(
            "\(verb) the certificate of \(request.applicant.name)",
            template,
            values,
            entry: verb,
            status: problem == nil ? 200 : 422
        )
    }

    private static func back(_ center: Center) -> PageRefusal.Link {
        PageRefusal.Link("The certificate", "\(center.base)/certificates/\(center.parameter)")
    }
}

/// What comes of the wish to renew.
private struct Renewal: Sendable {
    let center: Center
    let form: String
    let guess: SecretGuess

    func move(
        _ request: inout DigitalID,
        _ reader: borrowing AccountReader
    ) throws(StoreError) -> MoveOutcome {
        // The same form again: its mail is on the way.
        if let known = try reader.digitalID(form: form) {
            return known.renewalOf == request.id ? .began(known, []) : .refused(.formTaken)
        }
        let earlier = try reader.renewals(ofDigitalID: request.id)
        let (text, pin) = center.world.makePIN(at: center.now)
        let mails = CenterMail(world: center.world, now: center.now)
        do throws(DigitalIDRefusal) {
            var renewal = try request.renew(
                as: center.world.makePageID(),
                form: form,
                with: guess,
                pin: pin,
                at: center.now
            )
            if let open = earlier.first(where: { $0.status != .revoked }) {
                guard open.status == .approved else { return .began(open, []) }
                let standing = open.standing(at: center.now)
                guard standing != .pinLocked else { return .refused(.pinLocked) }
                // There is one open renewal: the new PIN takes the place of its old one.
                renewal = open
                renewal.form = form
                try renewal.replacePIN(with: pin, at: center.now)
            }
            let mail = mails.renewal(renewal, pin: text, expiresAt: pin.expiresAt)
            return .began(renewal, [mail])
        } catch {
            return .refused(error)
        }
    }
}
