import AccountModel
import Testing

@testable import AccountStore

@Suite("AccountReader+Users")
struct UserQueriesTests {
    /// Who looks, and whom they see.
    struct Sight: CustomTestStringConvertible {
        let viewer: String
        let seen: [String]

        var testDescription: String { viewer }
    }

    static let sights = [
        Sight(viewer: "ann", seen: ["ann", "bob", "dan"]),
        Sight(viewer: "bob", seen: ["ann", "bob", "cid", "dan"]),
        Sight(viewer: "cid", seen: ["bob", "cid"]),
        Sight(viewer: "dan", seen: ["ann", "bob", "dan"]),
        Sight(viewer: "eve", seen: ["eve"]),
        Sight(viewer: "root", seen: Crowd.ids),
    ]

    @Test("somebody sees who shares an account, the primary one included", arguments: sights)
    func visibility(_ sight: Sight) throws {
        let store = try Crowd.store()
        let visibility = try Crowd.visibility(sight.viewer)
        #expect(try store.userIDs(visibleTo: visibility) == sight.seen)
        for id in Crowd.ids {
            let found = try store.read(loop: 0) { (reader) throws(StoreError) in
                try reader.profile(id: id, visibleTo: visibility)
            }
            #expect(found == (sight.seen.contains(id) ? try Crowd.profile(id) : nil), "\(id)")
        }
    }

    @Test("pages of any size join to the same list, and end where it ends", arguments: sights)
    func pages(_ sight: Sight) throws {
        let store = try Crowd.store()
        let visibility = try Crowd.visibility(sight.viewer)
        for limit in 1...7 {
            var joined: [String] = []
            for offset in stride(from: 0, to: 14, by: limit) {
                let page = PageRequest(offset: offset, limit: limit)
                let ids = try store.userIDs(visibleTo: visibility, page: page)
                #expect(ids == Array(sight.seen.dropFirst(offset).prefix(limit)))
                joined += ids
            }
            #expect(joined == sight.seen)
        }
        let beyond = PageRequest(offset: .max, limit: 5)
        #expect(try store.userIDs(visibleTo: visibility, page: beyond) == [])
    }

    /// A filter, and whom it finds.
    struct Filtered: CustomTestStringConvertible {
        let testDescription: String
        let filter: UserFilter
        let found: [String]
        var seenByBob: [String]

        init(
            _ testDescription: String,
            _ found: [String],
            bob: [String]? = nil,
            _ change: (inout UserFilter) -> Void
        ) {
            self.testDescription = testDescription
            var filter = UserFilter()
            change(&filter)
            self.filter = filter
            self.found = found
            seenByBob = bob ?? found
        }
    }

    static let filters = [
        Filtered("service", ["bob", "cid", "eve"], bob: ["bob", "cid"]) { $0.userType = .service },
        Filtered("standard", ["ann", "dan", "root"], bob: ["ann", "dan"]) {
            $0.userType = .standard
        },
        Filtered("active", ["ann", "bob", "root"], bob: ["ann", "bob"]) { $0.status = .active },
        Filtered("disabled", ["cid"]) { $0.status = .disabled },
        Filtered("locked", ["dan"]) { $0.status = .locked },
        Filtered("expired", ["eve"], bob: []) { $0.status = .expired },
        Filtered("account a, also as the primary one", ["ann", "bob", "dan"]) {
            $0.accountID = "a"
        },
        Filtered("account c", ["root"], bob: []) { $0.accountID = "c" },
        Filtered("an account that is none", []) { $0.accountID = "elsewhere" },
        Filtered("address in another case", ["dan"]) { $0.email = "DAN@example.com" },
        Filtered("part of an address", []) { $0.email = "dan@example" },
        Filtered("friendly name", ["bob"]) { $0.friendlyName = "Robot bob" },
        Filtered("friendly name in another case", []) { $0.friendlyName = "robot bob" },
        Filtered("part of a friendly name", ["bob", "cid", "eve"], bob: ["bob", "cid"]) {
            $0.search = "rObOt"
        },
        Filtered("across first and last name", ["ann"]) { $0.search = "nn pers" },
        Filtered("not across two members", []) { $0.search = "bobbob" },
        Filtered("no pattern", []) { $0.search = "%" },
        Filtered("all at once", ["bob"]) {
            $0.userType = .service
            $0.status = .active
            $0.accountID = "b"
            $0.email = "bob@example.com"
            $0.friendlyName = "Robot bob"
            $0.search = "example"
        },
    ]

    @Test("filters find what they say, alone and together", arguments: filters)
    func filter(_ row: Filtered) throws {
        let store = try Crowd.store()
        #expect(try store.userIDs(row.filter) == row.found)
        // Ann does not see account b, and so not who is in it either.
        let ann = try store.userIDs(row.filter, visibleTo: .accounts(ofUser: "ann"))
        let isAccountSeen = row.filter.accountID.map { $0 == "a" } ?? true
        let seenByAnn = isAccountSeen ? ["ann", "bob", "dan"] : []
        #expect(ann == row.found.filter { seenByAnn.contains($0) })
        #expect(try store.userIDs(row.filter, visibleTo: .accounts(ofUser: "bob")) == row.seenByBob)
        let eve = try store.userIDs(row.filter, visibleTo: .accounts(ofUser: "eve"))
        #expect(eve == row.found.filter { $0 == "eve" })
        let second = PageRequest(offset: 1, limit: 1)
        #expect(
            try store.userIDs(row.filter, page: second) == Array(row.found.dropFirst().prefix(1))
        )
    }

    @Test("a user's last second is not past")
    func lastSecond() throws {
        let store = try Crowd.store()
        let found = try store.read(loop: 0) { (reader) throws(StoreError) in
            var filter = UserFilter()
            filter.status = .active
            return try reader.users(
                filter,
                visibleTo: .accounts(ofUser: "eve"),
                page: PageRequest(limit: 1),
                now: Crowd.now.adding(seconds: -1)
            )
        }
        #expect(found.map(\.user.id) == ["eve"])
    }
}
