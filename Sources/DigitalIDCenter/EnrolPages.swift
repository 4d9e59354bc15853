import AccountModel
import AccountStore
import HTTP
import Pages
import World

/// Enrol, and Confirm.
enum EnrolPages {
    /// Drafts are forgotten after a day.
    private static let draftDays = 1

    static func show(_ center: Center) throws(PageRefusal) -> Reply {
        guard try isReady(center) else { return center.seeOther("/install-ca?then=enrol") }
        let draftID = center.call.query("draft")
        let draft = try center.read { (reader) throws(StoreError) in
            try reader.digitalID(id: draftID)
        }
        let known = draft?.status == .draft ? draft : nil
        return form(
            center,
            known?.applicant ?? DigitalIDApplicant(),
            form: known?.form ?? center.world.makeFormID(),
            [:]
        )
    }

    static func enter(_ center: Center) throws(PageRefusal) -> Reply {
        guard try isReady(center) else { return center.seeOther("/install-ca?then=enrol") }
        let form = try center.call.form()
        var applicant = DigitalIDApplicant()
        applicant.firstName = form.text("firstName")
        applicant.lastName = form.text("lastName")
        applicant.email = form.text("email")
        applicant.telephone = form.text("telephone")
        applicant.authorityCode = form.text("authorityCode").uppercased()
        applicant.comments = form.text("comments")
        let challenge = form.text("challenge")
        // A program that fills in the form by itself has none of ours.
        let sent = form.text("form")
        let formID = sent.isEmpty ? center.world.makeFormID() : String(sent.prefix(64))
        let problems = applicant.problems(challenge: challenge)
        guard problems.isEmpty else {
            let named = problems.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value }
            return self.form(center, applicant, form: formID, named)
        }
        let draft = DigitalID(
            id: center.world.makePageID(),
            form: formID,
            createdAt: center.now,
            applicant: applicant,
            challenge: center.world.guarded(challenge)
        )
        let stored = try center.storing { () throws(StoreError) in
            try center.world.store.enter(
                draft,
                forgettingDraftsBefore: center.now.adding(days: -draftDays)
            )
        }
        return center.seeOther(stored.home)
    }

    private static func isReady(_ center: Center) throws(PageRefusal) -> Bool {
        try center.read { (reader) throws(StoreError) in
            try reader.digitalIDAuthorityInstalledAt() != nil
        }
    }

    private static func form(
        _ center: Center,
        _ applicant: DigitalIDApplicant,
        form: String,
        _ problems: [String: String]
    ) -> Reply {
        var values = FormField.values(fields(applicant), problems)
        values["form"] = .text(form)
        values["steps"] = Way.values(0)
        return center.page(
            "Enrol",
            "enrol",
            values,
            entry: "Enrol",
            status: problems.isEmpty ? 200 : 422
        )
    }

    private static func fields(_ applicant: DigitalIDApplicant) -> [FormField] {
        var first = field(.firstName, "First name", applicant.firstName, example: "Ada")
        first.autocomplete = "given-name"
        var last = field(.lastName, "Last name", applicant.lastName, example: "Lovelace")
        last.autocomplete = "family-name"
        var email = field(.email, "Email address", applicant.email, example: "ada@example.com")
        email.kind = .email
        email.autocomplete = "email"
        email.hint = "The PIN is sent there. It will also be used to provide system wide messages."
        var telephone = field(
            .telephone,
            "Contact telephone number",
            applicant.telephone,
            example: "+44 20 7946 0018"
        )
        telephone.kind = .tel
        telephone.autocomplete = "tel"
        var code = field(
            .authorityCode,
            "Local authority code",
            applicant.authorityCode,
            example: "E1234"
        )
        code.hint =
            "Your DETR district code: a letter followed by four numbers. "
            + "It is available from the Support team if necessary."
        var challenge = field(.challenge, "Challenge phrase", "", example: "analytical engine 1843")
        challenge.kind = .password
        challenge.autocomplete = "new-password"
        challenge.hint =
            "Up to 32 letters, digits and spaces, no punctuation. You need it to renew "
            + "or revoke your certificate: please keep it safe! It is not in the certificate."
        var comments = field(
            .comments,
            "Comments for the administrator",
            applicant.comments,
            example: "I am the new records officer; Mr Babbage knows me."
        )
        comments.kind = .area
        comments.isOptional = true
        return [first, last, email, telephone, code, challenge, comments]
    }

    private static func field(
        _ field: DigitalIDField,
        _ label: String,
        _ value: String,
        example: String
    ) -> FormField {
        var made = FormField(field.rawValue, label)
        made.value = value
        made.lengthMax = field.lengthMax
        made.example = example
        return made
    }
}

/// Confirm.
extension EnrolPages {
    static func showConfirmation(_ center: Center) throws(PageRefusal) -> Reply {
        let request = try center.request()
        guard request.status == .draft else { return center.seeOther(request.home) }
        return confirmation(center, request, request.key, typed: "", [:])
    }

    static func confirm(_ center: Center) throws(PageRefusal) -> Reply {
        let request = try center.request()
        guard request.status == .draft else { return center.seeOther(request.home) }
        let form = try center.call.form()
        guard let place = DigitalIDKeyPlace(rawValue: form.text("keyPlace")),
            let kind = DigitalIDKeyKind(rawValue: form.text("keyKind"))
        else {
            throw PageRefusal(
                400,
                "The security settings are not among those offered",
                "Choose one of the kinds of key, and where it is made.",
                back: PageRefusal.Link("Confirm", center.base + request.home)
            )
        }
        let key = DigitalIDKey(place: place, kind: kind)
        let typed = form.text("email")
        guard typed.lowercased() == request.applicant.email.lowercased() else {
            let problem =
                typed.isEmpty
                ? "Enter your e-mail address once more."
                : "This is not the address above. Where that one is wrong, change the request."
            return confirmation(center, request, key, typed: typed, ["email": problem])
        }
        let (now, mails) = (center.now, CenterMail(world: center.world, now: center.now))
        return try center.move(request.id, isDone: { $0.status != .draft }) { request, _ in
            do throws(DigitalIDRefusal) {
                try request.confirm(key, at: now)
            } catch {
                return .refused(error)
            }
            return .made([mails.acknowledged(request)])
        }
    }

    private static func confirmation(
        _ center: Center,
        _ request: DigitalID,
        _ key: DigitalIDKey,
        typed: String,
        _ problems: [String: String]
    ) -> Reply {
        var email = FormField("email", "Email address, once more")
        email.kind = .email
        email.value = typed
        email.lengthMax = DigitalIDField.email.lengthMax
        email.example = request.applicant.email
        email.hint = "If it is wrong, the PIN will never arrive."
        var values = request.values(at: center.now)
        values.merge(FormField.values([email], problems)) { _, new in new }
        values["address"] = .text(request.applicant.email)
        values["isBrowser"] = .flag(key.place == .browser)
        values["kinds"] = .list(
            DigitalIDKeyKind.allCases.map { kind in
                [
                    "value": .text(kind.rawValue), "title": .text(kind.title),
                    "isChosen": .flag(kind == key.kind),
                ]
            }
        )
        return center.page(
            "Confirm your request",
            "confirm",
            values,
            entry: "Enrol",
            status: problems.isEmpty ? 200 : 422,
            script: "keys.js"
        )
    }
}
