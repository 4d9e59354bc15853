internal import AccountModel
internal import AccountStore
internal import HTTP
internal import OpenSSLBridge
internal import Pages
internal import Synchronization
internal import World

// mTLS in six steps.
extension ConsolePages {
    var tourPages: [PageRoute] {
        [
            PageRoute("GET", Self.base + "/tour", tour),
            PageRoute("POST", Self.base + "/tour", beginTour),
            PageRoute("GET", Self.base + "/tour/{tour}", showTour),
            PageRoute("POST", Self.base + "/tour/{tour}", goOn),
            PageRoute("GET", Self.base + "/tour/{tour}/client.p12", tourKeyStore),
        ]
    }

    private static let tourTitle = "mTLS in six steps"

    /// More steps than the tour has: what a form may ask for.
    private static let stepsMax = 100

    /// The token of the tutorial.
    private static let tourToken = "SERVICE_USER_TOKEN"

    private func tour(_ call: PageCall) throws(PageRefusal) -> Reply {
        let actions = TourAction.allCases.map { action -> PageValues in
            ["title": .text(action.title), "lesson": .text(action.lesson)]
        }
        return .now(
            try call.show(.tour, Self.tourTitle, "tour-start.html", ["steps": .list(actions)])
        )
    }

    private func beginTour(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let digest = world.digest(ofToken: Self.tourToken)
        let now = world.clock.now
        let isKnown = try call.reading { (reader) throws(StoreError) in
            try reader.credential(tokenSHA256: digest)?.standing(at: now) == .usable
        }
        // Where the tutorial's token does not work, a token is made for whoever comes first.
        return call.site.later(call) { () throws(PageRefusal) in
            var token = Self.tourToken
            if !isKnown {
                do throws(KitError) {
                    token = try world.kitCredentials(of: nil).token
                } catch {
                    throw PageRefusal(
                        409,
                        "Nobody can take the tour here",
                        "\(error). Make a user first, or take it in another world."
                    )
                }
            }
            let tour = Tour(
                id: ConsoleMemory.makeID(),
                world: world.name,
                token: token,
                isTokenPublic: isKnown
            )
            memory.begin(tour)
            return try call.lead(to: .tour, "/\(tour.id)")
        }
    }

    private func seenTour(_ call: PageCall, _ world: World) throws(PageRefusal) -> Tour {
        guard let tour = memory.tour(call.segment(1), in: world.name) else {
            throw PageRefusal(
                404,
                "This tour is over",
                "Tours are kept in memory, and only the newest of them. Begin another one.",
                back: .init(Self.tourTitle, ConsoleTab.tour.path(in: world))
            )
        }
        return tour
    }

    private func goOn(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let id = try seenTour(call, world).id
        let form = try call.form()
        guard let wanted = Int(form.text("step")), (0..<Self.stepsMax).contains(wanted) else {
            throw PageRefusal(
                400,
                "There is no such step",
                "Take the tour by its buttons.",
                back: .init(Self.tourTitle, ConsoleTab.tour.path(in: world))
            )
        }
        let isRest = form.text("rest") == "yes"
        let guide = TourGuide(client: surroundings.tourClient, world: world)
        return call.site.later(call) { () throws(PageRefusal) in
            // One at a time: each waits for answers that other workers may have to make.
            let isDone: Void? = memory.tourTurn.withLockIfAvailable { _ in
                // A form that was sent twice does nothing twice.
                guard var tour = memory.tour(id, in: world.name), let first = tour.next,
                    first.rawValue == wanted
                else { return }
                repeat {
                    guard let next = tour.next else { break }
                    guide.perform(next, of: &tour)
                } while isRest && tour.failed == nil
                memory.update(tour)
            }
            guard isDone != nil else { return try call.lead(to: .tour, "/\(id)", .tourBusy) }
            let step = wanted + 1
            return try call.lead(to: .tour, "/\(id)" + (isRest ? "" : "#step-\(step)"))
        }
    }

    private func showTour(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let id = try seenTour(call, world).id
        // Who asks for the head alone sees nothing.
        let seen =
            call.request.method == "HEAD"
            ? memory.tour(id, in: world.name) : memory.look(atTour: id, in: world.name)
        guard let tour = seen else { return try self.tour(call) }
        let journal = call.site.parts.worlds.journal(of: world.name)
        return call.site.later(call) { () throws(PageRefusal) in
            let entries = journal?.entries() ?? []
            var values: PageValues = ["id": .text(tour.id)]
            values["steps"] = .list(tour.done.map { Self.values(of: $0, tour, call, entries) })
            if let failed = tour.failed {
                values["failed"] = .list([Self.values(of: failed, tour, call, entries)])
            }
            if let next = tour.next {
                values["hasNext"] = true
                values["nextTitle"] = .text(next.title)
                values["nextLesson"] = .text(next.lesson)
                values["button"] = .text(tour.failed == nil ? next.button : "Try again")
                values["step"] = .text("\(next.rawValue)")
            }
            values["certificateID"] = .text(tour.certificateID)
            let current = tour.next?.number ?? 7
            let names = ["Key", "Request", "Certificate", "File", "mTLS call", "Off and on"]
            values["marks"] = .list(
                names.enumerated().map { index, name in
                    [
                        "name": .text(name), "isDone": .flag(index + 1 < current),
                        "isCurrent": .flag(index + 1 == current),
                    ]
                }
            )
            values["isOver"] = .flag(tour.next == nil)
            return try call.show(.tour, Self.tourTitle, "tour.html", values)
        }
    }

    private static func values(
        of step: TourStep,
        _ tour: Tour,
        _ call: PageCall,
        _ entries: [JournalEntry]
    ) -> PageValues {
        var values: PageValues = [
            "number": .text("\(step.action.rawValue + 1)"), "title": .text(step.action.title),
            "lesson": .text(step.action.lesson), "text": .text(step.text),
            "request": .text(step.request), "problem": .text(step.problem ?? ""),
            "facts": .list(
                step.facts.map { ["name": .text($0.name), "value": .text($0.value)] }
            ),
        ]
        if step.action == .pack, !tour.keyStores.isEmpty {
            values["hasFile"] = true
            values["password"] = .text(tour.isPasswordSeen ? "" : tour.password)
        }
        guard let answer = step.answer else { return values }
        let isGood = answer.status < 400
        values["status"] = .text("\(answer.status)")
        values["badge"] = .text(isGood ? "good" : "bad")
        values["address"] = .text(answer.address)
        values["reason"] = .text(answer.field("x-mock-reason") ?? "")
        var text = "HTTP/1.1 \(answer.status)\n"
        for field in answer.fields { text += "\(field.name): \(field.value)\n" }
        values["answer"] = .text(text + "\n" + String(decoding: answer.body, as: UTF8.self))
        values["clientTLS"] = .text("\(answer.tlsVersion), \(answer.cipher)")
        values["server"] = .text(answer.serverSubject)
        // What the server itself wrote down of it.
        guard let id = answer.field("x-request-id"),
            let entry = entries.last(where: { $0.exchange?.requestID == id })
        else { return values }
        values["sequence"] = .text("\(entry.sequence)")
        let handshake = entries.last { $0.handshake?.connectionID == entry.connectionID }
        guard let handshake else { return values }
        let shown = JournalView(handshake).handshakeValues
        let template = PageFiles.templates["console/handshake.html"]
        values["handshake"] = .html(template?.render(shown) ?? "")
        return values
    }

    private func tourKeyStore(_ call: PageCall) throws(PageRefusal) -> Reply {
        let tour = try seenTour(call, try call.world())
        let wanted = KeyStore.Encryption(rawValue: call.query("protection")) ?? .aes
        guard let file = tour.keyStores[wanted] else {
            throw PageRefusal(404, "There is no file yet", "Step 4 of the tour makes it.")
        }
        return .now(.download("client.p12", type: "application/x-pkcs12", file))
    }
}
