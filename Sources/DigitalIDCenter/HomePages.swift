import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import Pages
import PrivateCA
import World

/// Home, Install CA and help.
enum HomePages {
    static func home(_ center: Center) throws(PageRefusal) -> Reply {
        let (installedAt, counts) = try center.read { (reader) throws(StoreError) in
            var pending = DigitalIDFilter()
            pending.statuses = [.pending]
            var installed = DigitalIDFilter()
            installed.statuses = [.installed]
            return (
                try reader.digitalIDAuthorityInstalledAt(),
                (
                    try reader.digitalIDs(pending, countMax: 1000).count,
                    try reader.digitalIDs(installed, countMax: 1000).count
                )
            )
        }
        return center.page(
            "Digital ID Center",
            "home",
            [
                "isInstalled": .flag(installedAt != nil),
                "pendingCount": .text("\(counts.0)"), "installedCount": .text("\(counts.1)"),
                "gate": .text(GatePages.address(center)),
            ],
            entry: "Home"
        )
    }

    static func installCA(_ center: Center) throws(PageRefusal) -> Reply {
        let installedAt = try center.read { (reader) throws(StoreError) in
            try reader.digitalIDAuthorityInstalledAt()
        }
        return center.page(
            "Install CA",
            "install-ca",
            [
                "installedAt": .text(installedAt?.iso8601 ?? ""),
                "wantsToEnrol": .flag(center.call.query("then") == "enrol"),
                "authority": .text(center.world.ca.name),
            ],
            entry: "Install CA"
        )
    }

    static func noteCA(_ center: Center) throws(PageRefusal) -> Reply {
        try center.storing { () throws(StoreError) in
            try center.world.store.noteDigitalIDAuthorityInstalled(at: center.now)
        }
        return center.seeOther("/install-ca")
    }

    static func clientCAText(_ center: Center) throws(PageRefusal) -> Reply {
        authority(center) { pem in
            .download("client-ca.pem", type: "application/x-pem-file", Array(pem.utf8))
        }
    }

    static func clientCA(_ center: Center) throws(PageRefusal) -> Reply {
        authority(center) { pem in
            let first = pem.firstRange(of: end).map { String(pem[..<$0.upperBound]) + "\n" } ?? pem
            let der = try Certificate.parse(pem: first).der()
            return .download("client-ca.crt", type: "application/x-x509-ca-cert", der)
        }
    }

    private static let end = "-----END CERTIFICATE-----"

    private static func authority(
        _ center: Center,
        _ make: @escaping @Sendable (String) throws -> Response
    ) -> Reply {
        // The authority's key may still be in the making.
        center.call.site.later(center.call) { () throws(PageRefusal) in
            do {
                return try make(center.world.issuerPEM)
            } catch {
                throw PageRefusal(
                    503,
                    "The authority’s certificate cannot be read",
                    "\(error). Try again in a moment."
                )
            }
        }
    }

    static func help(_ center: Center) throws(PageRefusal) -> Reply {
        center.page("Export and copy your certificate", "help")
    }
}
