import AccountModel
import AccountStore
import HTTP
import Pages
import World

/// What the administrator says to everybody who enrolled.
enum MessagePages {
    private static let countMax = 50
    private static let subjectMax = 100
    private static let bodyMax = 2000

    static func show(_ center: Center) throws(PageRefusal) -> Reply {
        try page(center, form: center.world.makeFormID(), subject: "", body: "", [:])
    }

    static func send(_ center: Center) throws(PageRefusal) -> Reply {
        let form = try center.call.form()
        let (subject, body) = (form.text("subject"), form.text("message"))
        let sent = form.text("form")
        let formID = sent.isEmpty ? center.world.makeFormID() : String(sent.prefix(64))
        let problems = problems(subject: subject, body: body)
        guard problems.isEmpty else {
            return try page(center, form: formID, subject: subject, body: body, problems)
        }
        let message = DigitalIDMessage(
            form: formID,
            createdAt: center.now,
            subject: subject,
            body: body
        )
        let mails = CenterMail(world: center.world, now: center.now)
        _ = try center.storing { () throws(StoreError) in
            try center.world.store.send(message) { address in
                mails.message(subject, body, to: address)
            }
        }
        return center.seeOther("/administrator/messages")
    }

    private static func problems(subject: String, body: String) -> [String: String] {
        var problems: [String: String] = [:]
        problems["subject"] =
            subject.isEmpty
            ? "Enter a subject."
            : DigitalIDApplicant.textProblem(subject, subjectMax)
        if subject.contains("\n") { problems["subject"] = "A subject has one line." }
        problems["message"] =
            body.isEmpty ? "Enter a message." : DigitalIDApplicant.textProblem(body, bodyMax)
        return problems
    }

    private static func page(
        _ center: Center,
        form: String,
        subject: String,
        body: String,
        _ problems: [String: String]
    ) throws(PageRefusal) -> Reply {
        let (messages, addresses) = try center.read { (reader) throws(StoreError) in
            (
                try reader.digitalIDMessages(countMax: countMax),
                try reader.enrolledAddresses()
            )
        }
        var line = FormField("subject", "Subject")
        line.value = subject
        line.lengthMax = subjectMax
        line.example = "The message service rests on Sunday"
        var text = FormField("message", "Message")
        text.kind = .area
        text.value = body
        text.lengthMax = bodyMax
        text.example = "From 06:00 to 10:00 UTC no messages are taken. Please send yours later."
        var values = FormField.values([line, text], problems)
        values["form"] = .text(form)
        values["addressCount"] = .text("\(addresses.count)")
        values["isOne"] = .flag(addresses.count == 1)
        values["messages"] = .list(
            messages.map {
                [
                    "createdAt": .text($0.createdAt.iso8601), "title": .text($0.subject),
                    "text": .text($0.body),
                    "count": .text(
                        $0.recipientCount == 1 ? "1 address" : "\($0.recipientCount) addresses"
                    ),
                ]
            }
        )
        return center.page(
            "Message to everybody",
            "messages",
            values,
            entry: "Administrator",
            status: problems.isEmpty ? 200 : 422
        )
    }
}
