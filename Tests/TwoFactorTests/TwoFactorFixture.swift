import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import Pages
import TestWorlds
import World

@testable import TwoFactor

/// A world with an administrator, Ada, and somebody who may look, Vera; and both sites' pages.
final class TwoFactorFixture {
    static let ada = "8f7f8b1f-63c1-4580-af7d-ea4cd890e8f7"
    static let vera = "5b0c2f4e-7d36-4d1b-8a5e-3f9c61d7a210"
    static let account = "account:4b13f12d-c8b2-4c49-a21f-9b399364f2ce"
    static let base = "/worlds/default/two-factor"
    static let origin = "http://localhost:8440"
    static let filePassword = "example-p12-password"

    let world: World
    private let pages: PageSite
    private let gate: PageSite
    private let made: TestWorlds

    init(seed: Seed? = nil) throws {
        made = try TestWorlds(seed: seed)
        world = made.worlds.main
        let parts = PageSite.Parts(
            worlds: made.worlds,
            gate: { world, _, again in
                "https://clientauth.\(world)\(again.map { ".\($0)" } ?? "").localhost:8444"
            },
            control: { _ in "http://127.0.0.1:8440" }
        )
        pages = PageSite(parts, TwoFactorPages.routes)
        gate = PageSite(parts, TwoFactorPages.gateRoutes)
    }

    /// Lets the system's clock go on, and the world's with it.
    func pass(seconds: Int64) { made.clock.advance(seconds) }

    /// Asks for a page of the control listener.
    func answer(
        _ method: String,
        _ page: String,
        _ form: [(String, String)] = [],
        fields: Fields = [:]
    ) -> Response {
        var fields = fields
        if method == "POST" {
            fields.set("origin", Self.origin)
            fields.set("content-type", "application/x-www-form-urlencoded")
        }
        let request = Request(
            method: method,
            target: Self.base + page,
            authority: "localhost:8440",
            fields: fields,
            body: Array(form.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&").utf8)
        )
        let context = Self.context(listener: "control")
        return pages.reply(to: request, in: context, world: nil)?.made() ?? Response(status: 0)
    }

    /// Asks for the page at the gate with a certificate of this fingerprint.
    func knock(
        _ link: String,
        _ fingerprint: [UInt8]?,
        method: String = "GET",
        fields: Fields = [:],
        notAfter: Int64 = 1_890_000_000
    ) -> Response {
        let target = link.split(separator: "/", maxSplits: 2).dropFirst().joined(separator: "/")
            .drop { $0 != "/" }
        let request = Request(
            method: method,
            target: String(target),
            authority: "clientauth.default.localhost:8444",
            fields: fields
        )
        let presented = fingerprint.map {
            PresentedCertificate(
                sha256: $0,
                subject: "CN=<script>",
                issuer: "CN=somebody",
                serialNumber: "01",
                notBefore: 0,
                notAfter: notAfter
            )
        }
        let context = Self.context(listener: "clientauth", presented)
        return gate.reply(to: request, in: context, world: world)?.made() ?? Response(status: 0)
    }

    private static func context(
        listener: String,
        _ presented: PresentedCertificate? = nil
    ) -> RequestContext {
        RequestContext(
            requestID: "r-1",
            connection: ConnectionFacts(
                id: 1,
                loop: 0,
                listener: listener,
                remoteAddress: "127.0.0.1:4711",
                world: "default",
                asksForClientCertificate: listener == "clientauth",
                presentedCertificate: presented,
                tlsVersion: "TLSv1.3"
            )
        )
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            let digits = String(byte, radix: 16)
            encoded += "%" + (digits.count == 1 ? "0" : "") + digits
        }
    }
}

// What people do.
extension TwoFactorFixture {
    /// An administrator changes something.
    @discardableResult
    func administer(
        _ page: String,
        _ form: [(String, String)] = [],
        as actor: String = ada
    ) -> Response {
        answer("POST", "/settings" + page, [("as", actor)] + form)
    }

    /// An administrator requires the certificate of somebody, or exempts the user.
    @discardableResult
    func require(
        _ user: String,
        _ rule: String = "required",
        as actor: String = ada
    ) -> Response {
        administer(
            "/requirements",
            [("type", "client-certificate"), ("scope", "user"), ("user", user), ("rule", rule)],
            as: actor
        )
    }

    /// The digest of the certificate with which somebody signs in.
    func fingerprint(of userID: String = vera) throws -> [UInt8]? {
        try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.twoFactorCertificate(ofUser: userID)?.sha256
        }
    }

    /// Enables or disables the certificate of somebody, as the console does.
    func setCertificate(of userID: String = vera, isEnabled: Bool) throws {
        let certificate = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.twoFactorCertificate(ofUser: userID)
        }
        let entry = AuditEntry(
            id: world.makeID(),
            createdAt: world.clock.now,
            userID: Self.ada,
            userName: "Ada Admin",
            accountID: "4b13f12d-c8b2-4c49-a21f-9b399364f2ce",
            action: .disable,
            resourceType: .clientAuthCertificate,
            resourceID: certificate?.certificateID,
            description: "",
            ipAddress: nil
        )
        _ = try world.store.setCertificate(
            id: certificate?.certificateID ?? "",
            isEnabled: isEnabled,
            by: Attribution(at: world.clock.now, userID: Self.ada, userName: "Ada Admin"),
            audit: entry
        )
    }

    /// Changes Vera, as an administrator does by the API.
    func updateVera(_ change: @Sendable (inout UserProfile) -> Void) throws {
        _ = try world.store.updateUser(
            id: Self.vera,
            audit: AuditEntry(
                id: world.makeID(),
                createdAt: world.clock.now,
                userID: Self.ada,
                userName: "Ada Admin",
                accountID: "4b13f12d-c8b2-4c49-a21f-9b399364f2ce",
                action: .update,
                resourceType: .user,
                resourceID: Self.vera,
                description: "",
                ipAddress: nil
            ),
            change
        )
    }

    /// How many mails of a kind there are.
    func mails(_ kind: MailKind) throws -> [Mail] {
        var filter = MailFilter()
        filter.kind = kind
        return try world.mailbox.mails(filter).mails
    }
}

/// A browser that keeps its cookie, and goes where it is sent.
final class TwoFactorBrowser {
    let fixture: TwoFactorFixture
    var cookie: String?

    init(_ fixture: TwoFactorFixture) {
        self.fixture = fixture
    }

    /// Asks for a page; the cookie goes along.
    func get(_ page: String, fields: Fields = [:]) -> Response { send("GET", page, [], fields) }

    /// Sends a form.
    func post(_ page: String, _ form: [(String, String)] = []) -> Response {
        send("POST", page, form, [:])
    }

    private func send(
        _ method: String,
        _ page: String,
        _ form: [(String, String)],
        _ fields: Fields
    ) -> Response {
        var fields = fields
        if let cookie { fields.set("cookie", "other=1; \(cookie)") }
        let response = fixture.answer(method, page, form, fields: fields)
        if let set = response.fields.first("set-cookie") {
            let pair = String(set.prefix { $0 != ";" })
            cookie = pair.hasSuffix("=") ? nil : pair
        }
        return response
    }

    /// Gives the password; the place to which that leads.
    @discardableResult
    func signIn(
        _ name: String = "viewer@example.com",
        _ password: String = SignInPages.defaultPassword
    ) -> String {
        post("/sign-in", [("username", name), ("password", password)]).place
    }

    /// Has the certificate generated; the place to which that leads.
    @discardableResult
    func generate(_ encryption: String = "AES") -> String {
        let form = [
            ("password", TwoFactorFixture.filePassword),
            ("confirmation", TwoFactorFixture.filePassword), ("encryption", encryption),
            ("agreement", "yes"),
        ]
        return post("/initialization", form).place
    }

    /// The link to the gate that the page shows; empty where it shows none.
    var link: String {
        let text = get("/certificate").text
        guard let start = text.firstRange(of: "https://clientauth.") else { return "" }
        return String(text[start.lowerBound...].prefix { $0 != "\"" && $0 != "<" })
    }

    /// The page to which the sign-in leads.
    var position: String {
        for page in ["/initialization", "/certificate", "/signed-in"] {
            if get(page).status == 200 { return page }
        }
        return "/sign-in"
    }
}

extension Response {
    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }

    /// Where a browser is sent, below the pages of the two-factor sign-in; with the status where
    /// it is not.
    var place: String {
        guard status == 303, let location = fields.first("location") else { return "\(status)" }
        return location.replacing(TwoFactorFixture.base, with: "", maxReplacements: 1)
    }
}
