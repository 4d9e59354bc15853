internal import AccountModel
internal import AccountStore
internal import HTTP
package import Pages
internal import World

/// The pages of the two-factor sign-in with a client certificate.
package enum TwoFactorPages {
    /// Those on the control listener, below `/worlds/{world}/two-factor`.
    package static let routes = [
        PageRoute("GET", base, home),
        PageRoute("GET", base + "/import", importHelp),
        PageRoute("GET", base + "/lost", lost),
        PageRoute("GET", base + "/settings", SettingsPages.show),
        PageRoute("POST", base + "/settings/requirements", SettingsPages.createRequirement),
        PageRoute("POST", base + "/settings/requirements/{rule}/lift", SettingsPages.lift),
        PageRoute("POST", base + "/settings/certificates/{user}/reset", SettingsPages.reset),
        PageRoute("POST", base + "/settings/passwords", SettingsPages.setPassword),
        PageRoute("POST", base + "/settings/examples", SettingsPages.addExamples),
        PageRoute("GET", base + "/sign-in", SignInPages.show),
        PageRoute("POST", base + "/sign-in", SignInPages.signIn),
        PageRoute("GET", base + "/signed-in", SignInPages.signedIn),
        PageRoute("POST", base + "/sign-out", SignInPages.signOut),
        PageRoute("GET", base + "/initialization", InitializationPages.show),
        PageRoute("POST", base + "/initialization", InitializationPages.generate),
        PageRoute(
            "GET",
            base + "/initialization/certificate.p12",
            InitializationPages.download
        ),
        PageRoute("GET", base + "/certificate", CertificatePages.show),
        PageRoute("POST", base + "/certificate", CertificatePages.askAgain),
    ]

    /// Those at the gate, where the handshake asks for the certificate.
    package static let gateRoutes = [
        PageRoute("GET", "/two-factor/sign-in", GatePages.redeem)
    ]

    /// The entry of the navigation.
    static let section = "Two-factor sign-in"

    private static let base = "/worlds/{world}/two-factor"

    private static func home(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let (rules, holdings) = try call.reading(world) { (reader) throws(StoreError) in
            (
                try reader.twoFactorRules(),
                try reader.twoFactorHoldings(countMax: SettingsPages.holdingsMax)
            )
        }
        let present = holdings.count { $0.certificate.reset == nil }
        return .now(
            call.page(
                section,
                "home",
                [
                    "requirements": .text(
                        rules.count == 1
                            ? "is 1 rule" : "are \(rules.isEmpty ? "no" : "\(rules.count)") rules"
                    ),
                    "certificates": .text(
                        present == 1
                            ? "1 person has a certificate"
                            : "\(present == 0 ? "no" : "\(present)") people have a certificate"
                    ),
                ],
                in: world
            )
        )
    }

    private static func importHelp(_ call: PageCall) throws(PageRefusal) -> Reply {
        .now(call.page("Import a client certificate", "import", in: try call.world()))
    }

    private static func lost(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let visitor = try call.visit(in: world)?.signIn.user
        let now = world.clock.now
        let administrators = try call.reading(world) { (reader) throws(StoreError) in
            try reader.twoFactorAdministrators(of: visitor?.id, now: now)
        }.filter { $0.id != visitor?.id }
        return .now(
            call.page(
                "Lost my client certificate",
                "lost",
                [
                    "visitor": .text(visitor?.displayName ?? ""),
                    "hasAdministrators": .flag(!administrators.isEmpty),
                    "administrators": .list(
                        administrators.map {
                            ["name": .text($0.displayName), "email": .text($0.email)]
                        }
                    ),
                ],
                in: world
            )
        )
    }
}
