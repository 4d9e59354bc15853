internal import AccountModel
internal import HTTP
internal import Pages
internal import World

// The world as it once was.
extension ConsolePages {
    var snapshotPages: [PageRoute] {
        let one = Self.base + "/snapshots/{snapshot}"
        return [
            PageRoute("GET", Self.base + "/snapshots", snapshots),
            PageRoute("POST", Self.base + "/snapshots", saveSnapshot),
            PageRoute("POST", one + "/restore", restoreSnapshot),
            PageRoute("POST", one + "/delete", deleteSnapshot),
        ]
    }

    private func snapshots(_ call: PageCall) throws(PageRefusal) -> Reply {
        _ = try call.world()
        return call.site.later(call) { () throws(PageRefusal) in
            try snapshotsPage(call, ConsoleForm())
        }
    }

    private func snapshotsPage(
        _ call: PageCall,
        _ form: ConsoleForm,
        status: Int = 200
    ) throws(PageRefusal) -> Response {
        let world = try call.world()
        let found = try call.arranging { () throws(WorldsError) in
            try call.site.parts.worlds.snapshots(of: world.name)
        }
        var values = form.values
        values["snapshots"] = .list(
            found.map { snapshot in
                [
                    "name": .text(snapshot.name), "at": .text(snapshot.createdAt.iso8601),
                    "size": .text("\((snapshot.byteCount + 1023) / 1024) KiB"),
                ]
            }
        )
        values["control"] = .text(surroundings.control(call.request.authority))
        return try call.show(
            .snapshots,
            "Snapshots",
            "snapshots.html",
            values,
            scripts: ["console/snapshots.js"],
            status: status
        )
    }

    private func saveSnapshot(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let form = ConsoleForm(try call.form(), ["name"])
        return call.site.later(call) { () throws(PageRefusal) in
            do throws(WorldsError) {
                _ = try call.site.parts.worlds.save(form.text("name"), of: world.name)
            } catch {
                guard error.kind != .failed else { throw PageRefusal(error) }
                var form = form
                form.complain("name", error.description)
                let status = error.kind == .refused ? 400 : 409
                return try snapshotsPage(call, form, status: status)
            }
            return try call.lead(to: .snapshots, "", .snapshotSaved)
        }
    }

    private func restoreSnapshot(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let name = call.segment(1)
        return call.site.later(call) { () throws(PageRefusal) in
            try call.arranging { () throws(WorldsError) in
                _ = try call.site.parts.worlds.restore(name, of: world.name)
            }
            return try call.lead(to: .snapshots, "", .snapshotRestored)
        }
    }

    private func deleteSnapshot(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let name = call.segment(1)
        return call.site.later(call) { () throws(PageRefusal) in
            try call.arranging { () throws(WorldsError) in
                try call.site.parts.worlds.deleteSnapshot(name, of: world.name)
            }
            return try call.lead(to: .snapshots, "", .snapshotDeleted)
        }
    }
}
