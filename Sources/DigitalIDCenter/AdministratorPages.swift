import AccountModel
import AccountStore
import HTTP
import Pages
import World

/// The administrator's queue.
enum AdministratorPages {
    /// How many requests are shown at most.
    private static let countMax = 200

    static func queue(_ center: Center) throws(PageRefusal) -> Reply {
        let showsAll = center.call.query("show") == "all"
        let (pending, others) = try center.read { (reader) throws(StoreError) in
            var filter = DigitalIDFilter()
            filter.statuses = [.pending]
            filter.newestFirst = false
            let pending = try reader.digitalIDs(filter, countMax: countMax)
            filter.newestFirst = true
            filter.statuses = showsAll ? [] : [.approved]
            return (pending, try reader.digitalIDs(filter, countMax: countMax))
        }
        let now = center.now
        return center.page(
            "Administrator",
            "administrator",
            [
                "pending": .list(pending.map { $0.values(at: now) }),
                "others": .list(others.filter { $0.status != .pending }.map { $0.values(at: now) }),
                "showsAll": .flag(showsAll),
            ],
            entry: "Administrator"
        )
    }

    static func show(_ center: Center) throws(PageRefusal) -> Reply {
        page(center, try center.request(), [:], comment: "")
    }

    private static func page(
        _ center: Center,
        _ request: DigitalID,
        _ problems: [String: String],
        comment: String
    ) -> Reply {
        var field = FormField("comment", "Comment to the applicant")
        field.kind = .area
        field.value = comment
        field.lengthMax = DigitalIDField.comments.lengthMax
        field.hint = "It is sent with the e-mail. A rejection needs one."
        field.example = "I have checked with your local authority."
        var values = request.values(at: center.now)
        values.merge(FormField.values([field], problems)) { _, new in new }
        values["pinToken"] = .text(token(of: request))
        values["path"] = .text(path(request.id))
        return center.page(
            "Request of \(request.applicant.name)",
            "administrator-request",
            values,
            entry: "Administrator",
            status: problems.isEmpty ? 200 : 422
        )
    }

    static func approve(_ center: Center) throws(PageRefusal) -> Reply {
        let comment = try center.call.form().text("comment")
        if let reply = try refusedComment(center, comment, isNeeded: false) { return reply }
        let (text, pin) = center.world.makePIN(at: center.now)
        let (now, mails) = (center.now, CenterMail(world: center.world, now: center.now))
        return try center.move(
            center.parameter,
            to: path(center.parameter),
            isDone: { $0.decidedAt != nil && $0.status != .rejected }
        ) { request, _ in
            do throws(DigitalIDRefusal) {
                try request.approve(pin, comment: comment, at: now)
                return .made([mails.approved(request, pin: text, expiresAt: pin.expiresAt)])
            } catch {
                return .refused(error)
            }
        }
    }

    static func reject(_ center: Center) throws(PageRefusal) -> Reply {
        let comment = try center.call.form().text("comment")
        if let reply = try refusedComment(center, comment, isNeeded: true) { return reply }
        let (now, mails) = (center.now, CenterMail(world: center.world, now: center.now))
        return try center.move(
            center.parameter,
            to: path(center.parameter),
            isDone: { $0.status == .rejected }
        ) { request, _ in
            do throws(DigitalIDRefusal) {
                try request.reject(comment: comment, at: now)
                return .made([mails.rejected(request)])
            } catch {
                return .refused(error)
            }
        }
    }

    private static func refusedComment(
        _ center: Center,
        _ comment: String,
        isNeeded: Bool
    ) throws(PageRefusal) -> Reply? {
        let request = try center.request()
        // Where nothing is to be decided, the comment does not matter.
        guard request.status == .pending else { return nil }
        let problem =
            isNeeded && comment.isEmpty
            ? "Say why the request is rejected: the applicant reads it in the e-mail."
            : DigitalIDApplicant.textProblem(comment, DigitalIDField.comments.lengthMax)
        return problem.map { page(center, request, ["comment": $0], comment: comment) }
    }

    static func resend(_ center: Center) throws(PageRefusal) -> Reply {
        let sent = try center.call.form().text("pin")
        let (text, pin) = center.world.makePIN(at: center.now)
        let (now, mails) = (center.now, CenterMail(world: center.world, now: center.now))
        return try center.move(
            center.parameter,
            to: path(center.parameter),
            isDone: { _ in false }
        ) { request, _ in
            // The same form again: the PIN it was about has been replaced.
            if !sent.isEmpty, request.status == .approved, sent != token(of: request) {
                return .made([])
            }
            do throws(DigitalIDRefusal) {
                try request.replacePIN(with: pin, at: now)
            } catch {
                return .refused(error)
            }
            let mail =
                request.renewalOf == nil
                ? mails.approved(request, pin: text, expiresAt: pin.expiresAt)
                : mails.renewal(request, pin: text, expiresAt: pin.expiresAt)
            return .made([mail])
        }
    }

    static func unlock(_ center: Center) throws(PageRefusal) -> Reply {
        let now = center.now
        return try center.move(
            center.parameter,
            to: path(center.parameter),
            isDone: { $0.standing(at: now) == .approved }
        ) { request, _ in
            do throws(DigitalIDRefusal) {
                try request.unlockPIN(at: now)
                return .made([])
            } catch {
                return .refused(error)
            }
        }
    }

    static func unlockChallenge(_ center: Center) throws(PageRefusal) -> Reply {
        try center.move(
            center.parameter,
            to: path(center.parameter),
            isDone: { !$0.challenge.isLocked }
        ) { request, _ in
            do throws(DigitalIDRefusal) {
                try request.unlockChallenge()
                return .made([])
            } catch {
                return .refused(error)
            }
        }
    }

    private static func path(_ id: String) -> String { "/administrator/requests/\(id)" }

    /// What tells a PIN from the next one, and says nothing about it.
    private static func token(of request: DigitalID) -> String {
        request.pin?.secret.salt.prefix(4).map { String($0, radix: 16) }.joined(separator: "-")
            ?? ""
    }
}
