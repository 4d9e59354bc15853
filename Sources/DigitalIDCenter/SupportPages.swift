import AccountModel
import AccountStore
import HTTP
import Pages
import World

/// Where Support activates certificates.
enum SupportPages {
    /// How many requests are shown at most.
    private static let countMax = 200

    static func list(_ center: Center) throws(PageRefusal) -> Reply {
        let (waiting, active) = try center.read { (reader) throws(StoreError) in
            var filter = DigitalIDFilter()
            filter.statuses = [.installed]
            filter.newestFirst = false
            let waiting = try reader.digitalIDs(filter, countMax: countMax)
            filter.statuses = [.active]
            filter.newestFirst = true
            return (waiting, try reader.digitalIDs(filter, countMax: countMax))
        }
        let now = center.now
        return center.page(
            "Support",
            "support",
            [
                "waiting": .list(waiting.map { $0.values(at: now) }),
                "active": .list(active.map { $0.values(at: now) }),
            ],
            entry: "Support"
        )
    }

    static func show(_ center: Center) throws(PageRefusal) -> Reply {
        try page(center, try center.request(), nil)
    }

    static func activate(_ center: Center) throws(PageRefusal) -> Reply {
        let setsUpQueue = try center.call.form().isTicked("queue")
        let (id, now) = (center.parameter, center.now)
        let mails = CenterMail(world: center.world, now: now)
        let (request, outcome) = try center.make(id) { (request, reader) throws(StoreError) in
            let code = request.applicant.authorityCode
            let hasQueue = try reader.queueSetUpAt(authorityCode: code) != nil
            do throws(DigitalIDRefusal) {
                try request.activate(hasQueue: hasQueue, setsUpQueue: setsUpQueue, at: now)
                return .made([mails.activated(request)])
            } catch {
                return .refused(error)
            }
        }
        guard case .refused(let refusal) = outcome else { return center.seeOther(path(id)) }
        switch refusal {
        case .noQueue: return try page(center, request, refusal.sentence(at: now))
        case .standing(.active): return center.seeOther(path(id))
        default:
            throw PageRefusal(
                409,
                "This certificate cannot be activated",
                refusal.sentence(at: now),
                back: PageRefusal.Link("See how it stands", center.base + path(id))
            )
        }
    }

    private static func page(
        _ center: Center,
        _ request: DigitalID,
        _ problem: String?
    ) throws(PageRefusal) -> Reply {
        let code = request.applicant.authorityCode
        let queue = try center.read { (reader) throws(StoreError) in
            try reader.queueSetUpAt(authorityCode: code)
        }
        var values = request.values(at: center.now)
        values.merge(FormField.values([], problem.map { ["queue": $0] } ?? [:])) { _, new in new }
        values["queueSince"] = .text(queue?.iso8601 ?? "")
        values["queueError"] = .text(problem ?? "")
        return center.page(
            "Activate the certificate of \(request.applicant.name)",
            "support-request",
            values,
            entry: "Support",
            status: problem == nil ? 200 : 422
        )
    }

    private static func path(_ id: String) -> String { "/support/requests/\(id)" }
}
