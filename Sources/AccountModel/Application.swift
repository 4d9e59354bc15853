/// One of the vendor's products ("manager").
package struct Application: Sendable, Hashable {
    /// The product that this program imitates, by the vendor's own id.
    package static let accountManager = Application(
        id: "78c0355a-e1ca-4978-b60c-e9d66b9e1f30",
        code: "account_manager",
        name: "Account Manager"
    )

    /// A lower-case UUID.
    package var id: String

    /// What queries call it, such as `account_manager`.
    package var code: String

    /// The product's name, such as `Software Trust`.
    package var name: String

    /// Makes one.
    ///
    /// - Parameters:
    ///   - id: A lower-case UUID.
    ///   - code: What queries call it; nil derives it from the name.
    ///   - name: The product's name.
    package init(id: String, code: String? = nil, name: String) {
        self.id = id
        self.code = code ?? String(name.lowercased().map { $0 == " " ? "_" : $0 })
        self.name = name
    }
}

/// A role that can be given to users: in which product, and what it permits there.
package struct RoleDefinition: Sendable, Hashable {
    /// Such as `SSM_SIGNER`: upper-case letters, digits and `_`.
    package var name: String

    /// What a person calls it.
    package var displayName: String

    /// A sentence.
    package var description: String

    /// The product in which it counts.
    package var application: Application

    /// What it permits there, in the order of printing.
    package var permissions: PermissionList

    /// Makes one.
    ///
    /// - Parameters:
    ///   - name: Upper-case letters, digits and `_`.
    ///   - displayName: What a person calls it.
    ///   - description: A sentence.
    ///   - application: The product in which it counts.
    ///   - permissions: What it permits there.
    package init(
        name: String,
        displayName: String,
        description: String,
        application: Application,
        permissions: PermissionList
    ) {
        self.name = name
        self.displayName = displayName
        self.description = description
        self.application = application
        self.permissions = permissions
    }
}

extension [RoleDefinition] {
    /// What the roles permit together, product by product.
    ///
    /// - Parameter order: All products, in the order of printing.
    /// - Returns: The products in which something is permitted; no permission stands there twice.
    package func access(in order: [Application]) -> [ApplicationAccess] {
        order.compactMap { application in
            let roles = filter { $0.application.id == application.id }
            guard !roles.isEmpty else { return nil }
            var names: [String] = []
            for name in roles.flatMap(\.permissions.names) where !names.contains(name) {
                names.append(name)
            }
            return ApplicationAccess(
                id: application.id,
                name: application.name,
                permissions: PermissionList(names: names) ?? PermissionList(storedJSON: "[]")
            )
        }
    }
}

extension Role {
    /// Describes the role as the list of roles shows it.
    ///
    /// - Parameter application: The Account Manager, as the world knows it.
    /// - Returns: The description.
    package func definition(in application: Application) -> RoleDefinition {
        let names = permissions.map(\.rawValue)
        return RoleDefinition(
            name: rawValue,
            displayName: displayName,
            description: summary,
            application: application,
            permissions: PermissionList(names: names) ?? PermissionList(storedJSON: "[]")
        )
    }
}
