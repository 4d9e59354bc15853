import AccountModel
import AccountStore
import HTTP
import Pages
import World

/// How a request stands, and Receive.
enum RequestPages {
    static func show(_ center: Center) throws(PageRefusal) -> Reply {
        let request = try center.request()
        guard request.status != .draft else { return center.seeOther(request.home) }
        var values = request.values(at: center.now)
        values["gate"] = .text(GatePages.address(center))
        values["again"] = .text(GatePages.again(center))
        values["hasFile"] = .flag(center.world.keyFiles.item(request.id) != nil)
        return center.page("Your request", "request", values)
    }

    static func start(_ center: Center) throws(PageRefusal) -> Reply {
        // What people copy may be the whole address.
        let typed = center.call.query("reference")
        let words = typed.split { !($0.isLetter || $0.isNumber) }.map { $0.lowercased() }
        let id = words.first { $0.utf8.count == 32 } ?? ""
        let found = try center.read { (reader) throws(StoreError) in try reader.digitalID(id: id) }
        if let found { return center.seeOther("\(found.home)/receive") }
        var field = FormField("reference", "Address in the e-mail")
        field.value = typed
        field.hint = "The whole address, or the 32 letters and digits in it."
        let problem =
            typed.isEmpty
            ? [:] : ["reference": "There is no request of this address in this world."]
        return center.page(
            "Receive",
            "receive-start",
            FormField.values([field], problem),
            entry: "Receive",
            status: problem.isEmpty ? 200 : 404
        )
    }

    static func showReceive(_ center: Center) throws(PageRefusal) -> Reply {
        receive(center, try center.request(), nil)
    }

    static func receive(_ center: Center) throws(PageRefusal) -> Reply {
        let typed = PINText.meant(try center.call.form().text("pin"))
        let (id, now) = (center.parameter, center.now)
        guard !typed.isEmpty else {
            return receive(center, try center.request(), "Enter the PIN from the e-mail.")
        }
        let (request, outcome) = try center.make(id) { request, _ in
            do throws(DigitalIDRefusal) {
                try request.retrieve(with: SecretGuess(typed), at: now)
                return .made([])
            } catch {
                return .refused(error)
            }
        }
        guard case .refused(let refusal) = outcome else {
            return center.seeOther("/requests/\(id)/install")
        }
        switch refusal {
        case .wrongPIN: return receive(center, request, refusal.sentence(at: now))
        case .pinLocked, .pinExpired: return center.seeOther("/requests/\(id)/receive")
        default: return receive(center, request, nil)
        }
    }

    /// The box for the PIN, or the page of where the request stands.
    private static func receive(
        _ center: Center,
        _ request: DigitalID,
        _ problem: String?
    ) -> Reply {
        switch request.standing(at: center.now) {
        case .approved, .pinLocked, .pinExpired: break
        case .retrievable: return center.seeOther("/requests/\(request.id)/install")
        default: return center.seeOther(request.home)
        }
        var field = FormField("pin", "PIN")
        field.hint = "Ten letters and digits; capitals, spaces and the hyphen do not matter."
        field.isMonospaced = true
        field.lengthMax = 20
        var values = request.values(at: center.now)
        let problems = problem.map { ["pin": $0] } ?? [:]
        values.merge(FormField.values([field], problems)) { _, new in new }
        let left = request.pin?.secret.guessesLeft ?? 0
        values["triesLeft"] = .text(left == 1 ? "One try is" : "\(left) tries are")
        return center.page(
            "Receive your certificate",
            "receive",
            values,
            entry: "Receive",
            status: problem == nil ? 200 : 422
        )
    }

    static func askForActivation(_ center: Center) throws(PageRefusal) -> Reply {
        let now = center.now
        return try center.move(
            center.parameter,
            isDone: { $0.status == .active }
        ) { request, _ in
            do throws(DigitalIDRefusal) {
                try request.askForActivation(at: now)
                return .made([])
            } catch {
                return .refused(error)
            }
        }
    }
}
