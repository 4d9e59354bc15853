internal import AccountModel

// What stands in a seed before its users: settings, accounts, organizations, products, roles.
extension SeedContents {
    /// Reads the settings, each of which the configuration may overrule.
    mutating func chooseSettings(_ node: JSONNode) throws(JSONProblem) {
        do throws(SettingProblem) {
            settings = try ChosenSettings(node.value)
        } catch {
            let path = error.name.map { "\(node.path).\($0)" } ?? node.path
            throw JSONNode(value: node.value, path: path).problem(error.text)
        }
    }

    /// Reads an account.
    mutating func addAccount(_ node: JSONNode) throws(JSONProblem) {
        let object = try node.object(known: SeedKeys.account)
        let periodNode = try object.required("service_period")
        let period = try periodNode.object(known: SeedKeys.period)
        let id = try object.required("id").identifier()
        guard !accounts.contains(where: { $0.id == id }) else {
            throw node.problem("another account has the id \(id) already")
        }
        accounts.append(
            Account(
                id: id,
                name: try object.required("name").text(),
                isActive: try object.flag("active", default: true),
                servicePeriod: try servicePeriod(period),
                friendlyIdentifier: try object.required("friendly_identifier").text(),
                locale: try object.text("locale") ?? "en_US"
            )
        )
        guard object.optional("sign_in_methods") != nil else { return }
        var methods: [SignInMethod] = []
        for node in try object.list("sign_in_methods") {
            let object = try node.object(known: SeedKeys.signInMethod)
            let standard = SignInMethod.standard
            methods.append(
                SignInMethod(
                    name: try object.required("signInMethod").text(),
                    status: try object.text("status") ?? standard.status,
                    mfaStatus: try object.text("mfaStatus") ?? standard.mfaStatus,
                    isClientAuthCertLoginEnabled: try object.flag(
                        "clientAuthCertLoginEnabled",
                        default: standard.isClientAuthCertLoginEnabled
                    )
                )
            )
        }
        signInMethods[id] = methods
    }

    /// Reads a service period, whose end a renewed one has moved on to the year that runs.
    private func servicePeriod(_ period: JSONObject) throws(JSONProblem) -> ServicePeriod {
        let first = try period.required("from").day()
        let last = try period.required("to").day()
        let isRenewed = try period.flag("renewed", default: false)
        return ServicePeriod(
            from: first,
            to: isRenewed ? last.anniversary(notBefore: now.date) : last
        )
    }

    /// Reads an organization.
    mutating func addOrganization(_ node: JSONNode) throws(JSONProblem) {
        let object = try node.object(known: SeedKeys.organization)
        let id = try object.required("id").identifier()
        guard !organizations.contains(where: { $0.id == id }) else {
            throw node.problem("another organization has the id \(id) already")
        }
        let accountNode = try object.required("account_id")
        let accountID = try accountNode.identifier()
        guard accounts.contains(where: { $0.id == accountID }) else {
            throw accountNode.problem("no account has the id \(accountID)")
        }
        organizations.append(
            Organization(
                id: id,
                name: try object.required("name").text(),
                accountID: accountID,
                isActive: try object.flag("active", default: true),
                address: try object.text("address"),
                city: try object.text("city"),
                state: try object.text("state"),
                postalCode: try object.text("postal_code"),
                country: try object.text("country")
            )
        )
    }

    /// Reads one of the vendor's products.
    mutating func addProduct(_ node: JSONNode) throws(JSONProblem) {
        let object = try node.object(known: SeedKeys.product)
        let application = Application(
            id: try object.required("id").identifier(),
            code: try object.text("code"),
            name: try object.required("name").text()
        )
        for other in applications {
            guard other.id != application.id else {
                throw node.problem("another application has the id \(application.id) already")
            }
            guard other.code != application.code else {
                throw node.problem("another application has the code \(application.code) already")
            }
        }
        applications.append(application)
    }

    /// Reads a role of another product than the Account Manager.
    mutating func addRole(_ node: JSONNode) throws(JSONProblem) {
        let object = try node.object(known: SeedKeys.role)
        let nameNode = try object.required("name")
        let name = try nameNode.text()
        guard PermissionList(names: [name]) != nil else {
            throw nameNode.problem("a role is named with upper-case letters, digits and _")
        }
        guard !allRoles.contains(where: { $0.name == name }) else {
            throw nameNode.problem("there is a role named \(name) already")
        }
        let codeNode = try object.required("application")
        let code = try codeNode.text()
        guard let application = applications.first(where: { $0.code == code }) else {
            throw codeNode.problem("no application above has the code \"\(code)\"")
        }
        roles.append(
            RoleDefinition(
                name: name,
                displayName: try object.text("display_name") ?? name,
                description: try object.text("description") ?? "",
                application: application,
                permissions: try permissions(object)
            )
        )
    }

    /// The roles that a user may have: the Account Manager's and the seed's.
    var allRoles: [RoleDefinition] {
        let own = applications.first { $0.code == Application.accountManager.code }
        return Role.allCases.map { $0.definition(in: own ?? .accountManager) } + roles
    }

    /// The products in which roles count: those of the seed, and the Account Manager.
    var applicationsForRoles: [Application] {
        let isComplete = applications.contains { $0.code == Application.accountManager.code }
        return isComplete ? applications : applications + [.accountManager]
    }

    /// Reads the names of a user's roles.
    func readRoles(_ object: JSONObject) throws(JSONProblem) -> PermissionList {
        let known = allRoles.map(\.name)
        var names: [String] = []
        for node in try object.list("roles") {
            let name = try node.text()
            guard known.contains(name) else {
                throw node.problem("\"\(name)\" is none of \(known.joined(separator: ", "))")
            }
            names.append(name)
        }
        return PermissionList(names: names) ?? PermissionList(storedJSON: "[]")
    }

    /// Reads a product that a user may use, with what the user may do there.
    mutating func readApplication(_ node: JSONNode) throws(JSONProblem) -> ApplicationAccess {
        let object = try node.object(known: SeedKeys.application)
        let id = try object.required("id").identifier()
        let name = try object.required("name").text()
        if let known = applications.first(where: { $0.id == id }) {
            guard known.name == name else {
                throw node.problem("the application \(id) is named \"\(known.name)\" elsewhere")
            }
        } else {
            applications.append(Application(id: id, name: name))
        }
        return ApplicationAccess(id: id, name: name, permissions: try permissions(object))
    }

    private func permissions(_ object: JSONObject) throws(JSONProblem) -> PermissionList {
        var names: [String] = []
        for node in try object.list("permissions") { names.append(try node.text()) }
        guard let permissions = PermissionList(names: names) else {
            throw try object.required("permissions")
                .problem("a permission is made of upper-case letters, digits and _")
        }
        return permissions
    }
}
