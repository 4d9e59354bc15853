internal import AccountModel
internal import OpenSSLBridge

/// What a seed says, with its times resolved and its certificates not yet made.
struct SeedContents {
    /// A token with its text: nothing else ever holds that.
    struct Token {
        let token: APIAccessToken
        let text: String
    }

    /// A certificate that is given, or described.
    struct Certificate {
        /// Where the certificate comes from.
        enum Source {
            /// It exists; PEM.
            case given(JSONNode, pem: String)
            /// The world's CA makes it from a certificate signing request; PEM.
            case requested(JSONNode, csr: String)
            /// The world's CA makes it for a key that nobody keeps.
            case described(commonName: String, KeyAlgorithm)
        }

        let node: JSONNode
        let user: User
        let id: String?
        let name: String
        let source: Source
        let startDate: Timestamp?
        let endDate: Timestamp?
        let isEnabled: Bool
    }

    var settings = ChosenSettings()
    var accounts: [Account] = []
    var signInMethods: [String: [SignInMethod]] = [:]
    var organizations: [Organization] = []
    var applications: [Application] = []
    var roles: [RoleDefinition] = []
    var users: [UserProfile] = []
    var tokens: [Token] = []
    var certificates: [Certificate] = []

    /// The version of the form of seeds; those without one, or with an older one, load as well.
    static let version = 1

    let now: Timestamp
    // Seeds of ten thousand users are looked through once.
    private var ids: [Kind: Set<String>] = [:]
    private var names: [Kind: [String: Set<String>]] = [:]
    private var tokenTexts: Set<String> = []

    /// What has ids and, within one user, names of its own.
    private enum Kind {
        case user
        case token
        case certificate
    }

    /// Reads a seed.
    ///
    /// - Parameters:
    ///   - tree: The seed.
    ///   - now: The world's time at its beginning.
    /// - Throws: ``JSONProblem`` with the place of the first thing that is wrong.
    init(_ tree: JSONTree, now: Timestamp) throws(JSONProblem) {
        self.now = now
        let root = JSONNode(value: tree, path: "")
        // Before its keys: a newer form may have others.
        if case .object(let members) = tree, let version = members["version"] {
            let node = JSONNode(value: version, path: "version")
            guard try node.integer(in: 1...Int.max) <= Self.version else {
                throw node.problem(
                    "is of a newer program: this one knows seeds up to version \(Self.version)"
                )
            }
        }
        let object = try root.object(known: SeedKeys.root)
        if let node = object.optional("settings") { try chooseSettings(node) }
        for node in try object.list("accounts") { try addAccount(node) }
        for node in try object.list("organizations") { try addOrganization(node) }
        for node in try object.list("applications") { try addProduct(node) }
        for node in try object.list("roles") { try addRole(node) }
        for node in try object.list("users") { try addUser(node) }
    }

    private mutating func addUser(_ node: JSONNode) throws(JSONProblem) {
        let object = try node.object(known: SeedKeys.user)
        let user = try readUser(object)
        guard ids[.user, default: []].insert(user.id).inserted else {
            throw node.problem("another user has the id \(user.id) already")
        }
        var profile = UserProfile(user: user, applications: [], accounts: [])
        for node in try object.list("applications") {
            profile.applications.append(try readApplication(node))
        }
        if object.optional("applications") == nil {
            // As for a user made through the API: what the roles permit.
            let given = allRoles.filter { user.roleNames.contains($0.name) }
            profile.applications = given.access(in: applicationsForRoles)
        }
        for node in try object.list("accounts") {
            let id = try node.identifier()
            guard let account = accounts.first(where: { $0.id == id }) else {
                throw node.problem("no account has the id \(id)")
            }
            profile.accounts.append(account)
        }
        guard Set(profile.applications.map(\.id)).count == profile.applications.count,
            Set(profile.accounts.map(\.id)).count == profile.accounts.count
        else { throw node.problem("an application or account is there twice") }
        users.append(profile)
        for node in try object.list("tokens") { try addToken(node, of: user) }
        for node in try object.list("certificates") { try addCertificate(node, of: user) }
    }

    private func readUser(_ object: JSONObject) throws(JSONProblem) -> User {
        let userType = try object.required("user_type").choice(of: UserType.self)
        if userType == .service { _ = try object.required("friendly_name") }
        let id = try object.required("id").identifier()
        let email = try object.required("email").text()
        let username = try object.text("username")
        return User(
            id: id,
            email: email,
            isEnabled: try object.optional("status")?.choice(of: SeedStatus.self) != .disabled,
            isLocked: try object.flag("locked", default: false),
            accessScope: try object.optional("access_scope")?.choice(of: AccessScope.self)
                ?? .account,
            primaryAccountID: try object.required("primary_account_id").identifier(),
            createdAt: try object.optional("created_at")?.moment(now: now) ?? now,
            createdBy: try object.optional("created_by")?.identifier() ?? id,
            userType: userType,
            friendlyName: try object.text("friendly_name"),
            description: try object.text("description") ?? "",
            locale: try object.text("locale") ?? "en_US",
            firstName: try object.text("first_name"),
            lastName: try object.text("last_name"),
            username: userType == .standard ? username ?? email : username,
            phone: try object.text("phone"),
            storedRoles: try readRoles(object),
            endDate: try object.optional("end_date")?.moment(now: now)
        )
    }

    private mutating func addToken(_ node: JSONNode, of user: User) throws(JSONProblem) {
        let object = try node.object(known: SeedKeys.token)
        let text = try object.required("token").text()
        // A header field can carry these, and no client strips them.
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw try object.required("token").problem("must be printable ASCII without spaces")
        }
        guard text.utf8.count <= APIAccessToken.textBytesMax else {
            throw try object.required("token")
                .problem("is longer than \(APIAccessToken.textBytesMax) bytes")
        }
        guard tokenTexts.insert(text).inserted else {
            throw try object.required("token").problem("another token has the same text")
        }
        // Of the text only a digest is kept, so it is no name.
        let number = names[.token]?[user.id]?.count ?? 0
        let name = try object.text("name") ?? "token \(number + 1)"
        guard names[.token, default: [:]][user.id, default: []].insert(name).inserted
        else { throw node.problem("the user has a token named \"\(name)\" already") }
        let id = try object.optional("id")?.identifier() ?? ""
        guard id.isEmpty || ids[.token, default: []].insert(id).inserted else {
            throw try object.required("id").problem("another token has the id \(id) already")
        }
        let token = APIAccessToken(
            id: id,
            userID: user.id,
            name: name,
            isEnabled: try object.flag("enabled", default: true),
            endDate: try object.optional("end_date")?.moment(now: now),
            createdAt: try object.optional("created_at")?.moment(now: now) ?? now,
            createdBy: user.createdBy
        )
        tokens.append(Token(token: token, text: text))
    }

    private mutating func addCertificate(_ node: JSONNode, of user: User) throws(JSONProblem) {
        let object = try node.object(known: SeedKeys.certificate)
        let name = try object.required("name").text()
        guard names[.certificate, default: [:]][user.id, default: []].insert(name).inserted else {
            throw node.problem("the user has a certificate named \"\(name)\" already")
        }
        let id = try object.optional("id")?.identifier()
        if let id {
            guard ids[.certificate, default: []].insert(id).inserted else {
                throw try object.required("id")
                    .problem("another certificate has the id \(id) already")
            }
        }
        certificates.append(
            Certificate(
                node: node,
                user: user,
                id: id,
                name: name,
                source: try readSource(object, name: name),
                startDate: try object.optional("start_date")?.moment(now: now),
                endDate: try object.optional("end_date")?.moment(now: now),
                isEnabled: try object.flag("enabled", default: true)
            )
        )
    }

    private func readSource(
        _ object: JSONObject,
        name: String
    ) throws(JSONProblem) -> Certificate.Source {
        let fixed = ["common_name", "key_algorithm"]
        if let given = object.optional("x509_cert") {
            for key in ["csr", "start_date", "end_date"] + fixed where object.optional(key) != nil {
                throw object.node.problem("\(key) cannot stand beside x509_cert, which says it")
            }
            return .given(given, pem: try given.text())
        }
        if let request = object.optional("csr") {
            for key in fixed where object.optional(key) != nil {
                throw object.node.problem("\(key) cannot stand beside csr, which says it")
            }
            return .requested(request, csr: try request.text())
        }
        let node = object.optional("key_algorithm")
        let algorithmName = try node?.text() ?? "p-256"
        guard let algorithm = KeyAlgorithm(name: algorithmName) else {
            throw (node ?? object.node).problem(
                "\"\(algorithmName)\" is none of rsa-2048, rsa-3072, rsa-4096, p-256, p-384, "
                    + "p-521, ed25519"
            )
        }
        return .described(commonName: try object.text("common_name") ?? name, algorithm)
    }
}
