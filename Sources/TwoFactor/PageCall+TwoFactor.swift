internal import AccountModel
internal import AccountStore
internal import HTTP
internal import OpenSSLBridge
internal import Pages
internal import PrivateCA
internal import World

/// A browser in which somebody has given the password.
struct Visit {
    /// What its cookie holds.
    let token: String

    /// The sign-in.
    let signIn: TwoFactorSignIn
}

/// Where somebody gets who asks for a page of the sign-in.
enum Arrival {
    /// To this page.
    case here(World, Visit)

    /// To another one.
    case elsewhere(Reply)
}

extension PageCall {
    /// Where the pages of the two-factor sign-in of a world begin.
    static func twoFactor(_ world: World) -> String { base(of: world) + "/two-factor" }

    /// Makes a page of the two-factor sign-in.
    func page(
        _ title: String,
        _ template: String,
        _ values: PageValues = [:],
        in world: World,
        status: Int = 200
    ) -> Response {
        var values = values
        let control = boundWorld(world) ? site.parts.control(request.authority) : ""
        values["base"] = .text(control + Self.twoFactor(world))
        values["console"] = .text(control + Self.base(of: world) + "/console")
        var page = Page(title, "two-factor/\(template).html", values)
        page.section = TwoFactorPages.section
        return page.response(to: self, status: status)
    }

    /// Whether this is a page at the gate, where the path names no world.
    private func boundWorld(_ world: World) -> Bool {
        !request.path.hasPrefix(Self.base(of: world) + "/")
    }
}

// MARK: - The cookie

extension PageCall {
    private static let cookieName = "mock-two-factor"

    /// The field that lets the browser send a sign-in's token to these pages, and to no others.
    static func cookie(_ token: String, in world: World) -> String {
        let age = token.isEmpty ? 0 : TwoFactorSession.secondsMax
        return "\(cookieName)=\(token); Path=\(twoFactor(world)); Max-Age=\(age); HttpOnly; "
            + "SameSite=Strict"
    }

    /// The token that the browser sent; nil where it sent none that could be one.
    var token: String? {
        for field in request.fields.all("cookie") {
            for pair in field.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                guard pair.hasPrefix(Self.cookieName + "=") else { continue }
                let value = pair.dropFirst(Self.cookieName.count + 1)
                if value.utf8.count == 64, value.allSatisfy(\.isHexDigit) { return String(value) }
            }
        }
        return nil
    }

    /// Finds the sign-in of the browser that asks, of a user who may sign in still.
    func visit(in world: World) throws(PageRefusal) -> Visit? {
        guard let token else { return nil }
        let digest = Secrets.digest(token)
        let now = world.clock.systemNow
        let signIn = try reading(world) { (reader) throws(StoreError) in
            try reader.twoFactorSignIn(session: digest, systemNow: now)
        }
        guard let signIn, Words.cannotSignIn(signIn.standing(at: world.clock.now)) == nil else {
            return nil
        }
        return Visit(token: token, signIn: signIn)
    }

    /// Finds out whether the sign-in of the browser that asks has come to where it asks for.
    func arrive(at positions: Set<TwoFactorPosition>) throws(PageRefusal) -> Arrival {
        let world = try world()
        guard let visit = try visit(in: world) else {
            if token == nil, comesFromElsewhere { return .elsewhere(.now(continuing(world))) }
            return .elsewhere(.now(.seeOther(Self.twoFactor(world) + "/sign-in?first=yes")))
        }
        let position = visit.signIn.state.position
        guard positions.contains(position) else {
            return .elsewhere(.now(.seeOther(Self.place(of: position, in: world))))
        }
        return .here(world, visit)
    }

    /// The page on which a sign-in goes on.
    static func place(of position: TwoFactorPosition, in world: World) -> String {
        let page =
            switch position {
            case .notRequired, .requiredUninitialised, .certIssued: "/sign-in"
            case .initPage: "/initialization"
            case .certPrompt, .certError: "/certificate"
            case .signedIn: "/signed-in"
            }
        return twoFactor(world) + page
    }

    /// Whether a page of another host leads here: browsers keep strict cookies back then.
    private var comesFromElsewhere: Bool {
        guard let site = request.fields.first("sec-fetch-site") else { return false }
        return ["cross-site", "same-site"].contains(site) && query("continued").isEmpty
    }

    /// A page that leads to the same page once more, from this host.
    private func continuing(_ world: World) -> Response {
        let next = request.path + "?continued=yes"
        var response = page("Continue", "continue", ["next": .text(next)], in: world)
        response.fields.set("refresh", "0;url=\(next)")
        return response
    }
}

/// Where secrets come from, and what is stored of them.
enum Secrets {
    /// The text of a new secret, 64 hex digits.
    static func make(_ world: World) -> String { hexadecimal(world.random.bytes(32, for: .signIn)) }

    /// What is stored of a secret that nobody could guess.
    static func digest(_ secret: String) -> [UInt8] { Digest.sha256(Array(secret.utf8)) }

    /// What is stored of a password.
    static func digest(_ password: String, salt: [UInt8]) -> [UInt8] {
        Digest.sha256(salt + Array(password.utf8))
    }

    /// Bytes as lower-case hex digits.
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.reduce(into: "") { text, byte in
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }

    /// Compares without telling by the time how much is alike.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Links from the password to the handshake that asks for the certificate.
enum Tickets {
    /// Makes a ticket; its text follows from the cookie, so that the page can show the link again
    /// although only a digest of it is stored.
    static func make(
        token: String,
        isAgain: Bool,
        in world: World
    ) -> TwoFactorTicket {
        let label = "again-" + Secrets.hexadecimal(world.random.bytes(6, for: .signIn))
        return TwoFactorTicket(
            sha256: Secrets.digest(text(token: token, label: label)),
            session: Secrets.digest(token),
            label: label,
            isAgain: isAgain,
            expiresAt: world.clock.systemNow.adding(seconds: TwoFactorTicket.secondsMax)
        )
    }

    /// The text of a ticket.
    static func text(token: String, label: String) -> String {
        Secrets.hexadecimal(Digest.sha256(Array("ticket \(label) of \(token)".utf8)))
    }
}
