internal import AccountModel
internal import HTTP
internal import Pages
internal import World

// What goes wrong on purpose.
extension ConsolePages {
    var faultPages: [PageRoute] {
        [
            PageRoute("GET", Self.base + "/faults", faults),
            PageRoute("POST", Self.base + "/faults", addFault),
            PageRoute("POST", Self.base + "/faults/clear", removeFaults),
            PageRoute("POST", Self.base + "/faults/{fault}/enable", switchFault),
            PageRoute("POST", Self.base + "/faults/{fault}/delete", removeFault),
        ]
    }

    /// Rules that people ask for most, each under what a client sees of it.
    private static let presets = [
        FaultPreset(
            "The first two POSTs answer 503",
            #"{"name":"503 twice","match":{"method":"POST","nth":{"to":2}},"#
                + #""action":{"status":503}}"#
        ),
        FaultPreset(
            "Every third call answers 429 with Retry-After",
            #"{"name":"too many","match":{"every":3},"action":{"status":429,"retry_after":30}}"#
        ),
        FaultPreset(
            "GET /user/me takes three seconds",
            #"{"name":"slow","match":{"path":"/account/api/v1/user/me"},"#
                + #""action":{"delay":"3s"}}"#
        ),
        FaultPreset(
            "The connection closes without an answer, once",
            #"{"name":"closed once","match":{"count":1},"action":{"close":true}}"#
        ),
        FaultPreset(
            "The next POST is handled, and its connection reset",
            #"{"name":"reset after","match":{"method":"POST","count":1},"when":"after","#
                + #""action":{"reset":true}}"#
        ),
        FaultPreset(
            "Answers break off in the middle",
            #"{"name":"truncated","action":{"truncate":true}}"#
        ),
        FaultPreset(
            "Answers are a proxy’s HTML page",
            #"{"name":"bad gateway","action":{"status":502,"#
                + #""body":"<h1>Bad gateway</h1>","content_type":"text/html"}}"#
        ),
        FaultPreset(
            "The gate’s handshake fails: certificate expired",
            #"{"name":"expired at the handshake","match":{"listener":"clientauth"},"#
                + #""action":{"tls":{"alert":"certificate_expired","at":"certificate"}}}"#
        ),
        FaultPreset(
            "The next certificate is for another key",
            #"{"name":"wrong key","match":{"count":1},"action":{"issue":{"flaw":"wrong_key"}}}"#
        ),
    ]

    private func faults(_ call: PageCall) throws(PageRefusal) -> Reply {
        .now(try faultsPage(call, ConsoleForm(["preset": "0"])))
    }

    private func faultsPage(
        _ call: PageCall,
        _ form: ConsoleForm,
        status: Int = 200
    ) throws(PageRefusal) -> Response {
        let world = try call.world()
        var values = form.values
        let rules = world.faults.all
        values["rules"] = .list(
            rules.map { fault in
                [
                    "id": .text(fault.rule.id), "name": .text(fault.rule.name),
                    "json": .text(fault.rule.json), "isEnabled": .flag(fault.rule.isEnabled),
                    "matched": .text("\(fault.count.matched)"),
                    "applied": .text("\(fault.count.applied)"),
                ]
            }
        )
        values["presets"] = ConsoleChoice.values(
            Self.presets.enumerated().map { ("\($0)", $1.name) },
            chosen: form.text("preset")
        )
        values["actions"] = .list(
            FaultCatalogue.rows.map { row in
                [
                    "member": .text(row.member), "sentence": .text(row.sentence),
                    "example": .text(row.example),
                ]
            }
        )
        values["words"] = .list(
            MagicWord.all.map { word in
                [
                    "pattern": .text(word.pattern),
                    "example": .text(MagicName.prefix + word.example),
                    "sentence": .text(word.sentence),
                ]
            }
        )
        values["hasMagic"] = .flag(world.settings.hasMagicNames)
        values["example"] = .text(Self.presets[0].rule)
        return try call.show(.faults, "Faults", "faults.html", values, status: status)
    }

    private func addFault(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        var form = ConsoleForm(try call.form(), ["preset", "rule"])
        let isPreset = form.text("rule").isEmpty
        let number = Int(form.text("preset")) ?? -1
        let text =
            isPreset && Self.presets.indices.contains(number)
            ? Self.presets[number].rule : form.text("rule")
        var rules: [FaultRule] = []
        do {
            rules = try FaultRule.readAll(JSONTree.parse(Array(text.utf8)))
        } catch {
            form.complain(isPreset ? "preset" : "rule", "\(error)")
        }
        return call.site.later(call) { [form, rules] () throws(PageRefusal) in
            var form = form
            guard !form.isWrong else { return try faultsPage(call, form, status: 400) }
            do throws(FaultChangeError) {
                _ = try world.faults.add(rules)
            } catch {
                form.complain(isPreset ? "preset" : "rule", error.description)
                return try faultsPage(call, form, status: 409)
            }
            return try call.lead(to: .faults, "", .faultAdded)
        }
    }

    private func switchFault(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        guard let fault = world.faults.rule(call.segment(1)) else {
            throw PageRefusal.missing("fault rule", call.segment(1), .faults, world)
        }
        var rule = fault.rule
        rule.isEnabled = try call.form().text("enabled") == "yes"
        return changingFaults(call, .faultChanged) { [rule] () throws(FaultChangeError) in
            _ = try world.faults.put(rule)
        }
    }

    private func removeFault(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let id = call.segment(1)
        return changingFaults(call, .faultRemoved) { () throws(FaultChangeError) in
            _ = try world.faults.remove(id)
        }
    }

    private func removeFaults(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        return changingFaults(call, .faultsRemoved) { () throws(FaultChangeError) in
            try world.faults.removeAll()
        }
    }

    private func changingFaults(
        _ call: PageCall,
        _ note: ConsoleNote,
        _ body: @escaping @Sendable () throws(FaultChangeError) -> Void
    ) -> Reply {
        call.site.later(call) { () throws(PageRefusal) in
            do throws(FaultChangeError) {
                try body()
            } catch {
                throw PageRefusal(503, "The rules were not changed", "\(error).")
            }
            return try call.lead(to: .faults, "", note)
        }
    }
}

/// A rule that can be added as it stands.
struct FaultPreset: Sendable {
    /// What a client sees of it.
    let name: String

    /// The rule: a JSON object.
    let rule: String

    init(_ name: String, _ rule: String) {
        self.name = name
        self.rule = rule
    }
}
