internal import AccountModel
internal import SQLiteBridge

// How the model's values stand in columns. The schema's checks admit no other texts than those
// read here, so the fallbacks are for a damaged file, and they are the harmless side.
extension Statement {
    /// Reads a moment.
    func timestamp(_ column: Int32) -> Timestamp {
        Timestamp(secondsSince1970: integer(column))
    }

    /// Reads a moment that may be NULL.
    func optionalTimestamp(_ column: Int32) -> Timestamp? {
        optionalInteger(column).map(Timestamp.init(secondsSince1970:))
    }

    /// Reads a day.
    func date(_ column: Int32) -> CalendarDate {
        CalendarDate.parse(text(column)) ?? Timestamp.earliest.date
    }

    /// Reads the eighteen columns of a user.
    func user(from column: Int32) -> User {
        User(
            id: text(column),
            email: text(column + 1),
            isEnabled: flag(column + 2),
            isLocked: flag(column + 3),
            accessScope: AccessScope(rawValue: text(column + 4)) ?? .account,
            primaryAccountID: text(column + 5),
            createdAt: timestamp(column + 6),
            createdBy: text(column + 7),
            userType: UserType(rawValue: text(column + 8)) ?? .service,
            friendlyName: optionalText(column + 9),
            description: text(column + 10),
            locale: text(column + 11),
            firstName: optionalText(column + 12),
            lastName: optionalText(column + 13),
            username: optionalText(column + 14),
            phone: optionalText(column + 15),
            storedRoles: PermissionList(storedJSON: text(column + 16)),
            endDate: optionalTimestamp(column + 17)
        )
    }

    /// Reads the fourteen columns of a certificate.
    func certificate(from column: Int32) -> ClientAuthCertificate {
        ClientAuthCertificate(
            id: text(column),
            userID: text(column + 1),
            name: text(column + 2),
            commonName: text(column + 3),
            startDate: timestamp(column + 4),
            endDate: timestamp(column + 5),
            isEnabled: flag(column + 6),
            serialNumber: text(column + 7),
            publicKey: text(column + 8),
            sha256: blob(column + 9),
            createdAt: timestamp(column + 10),
            disabled: optionalTimestamp(column + 11).map { moment in
                Attribution(
                    at: moment,
                    userID: text(column + 12),
                    userName: text(column + 13)
                )
            }
        )
    }

    /// Reads the seven columns of a token.
    func token(from column: Int32) -> APIAccessToken {
        APIAccessToken(
            id: text(column),
            userID: text(column + 1),
            name: text(column + 2),
            isEnabled: flag(column + 3),
            endDate: optionalTimestamp(column + 4),
            createdAt: timestamp(column + 5),
            createdBy: text(column + 6)
        )
    }

    /// Reads the seven columns of an account.
    func account(from column: Int32) -> Account {
        Account(
            id: text(column),
            name: text(column + 1),
            isActive: flag(column + 2),
            servicePeriod: ServicePeriod(from: date(column + 3), to: date(column + 4)),
            friendlyIdentifier: text(column + 5),
            locale: text(column + 6)
        )
    }

    /// Reads the nine columns of an organization.
    func organization(from column: Int32) -> Organization {
        Organization(
            id: text(column),
            name: text(column + 1),
            accountID: text(column + 2),
            isActive: flag(column + 3),
            address: optionalText(column + 4),
            city: optionalText(column + 5),
            state: optionalText(column + 6),
            postalCode: optionalText(column + 7),
            country: optionalText(column + 8)
        )
    }

    /// Reads the three columns of an application.
    func application(from column: Int32) -> Application {
        Application(id: text(column), code: text(column + 1), name: text(column + 2))
    }

    /// Reads the eleven columns of an audit entry.
    func auditEntry(from column: Int32) -> AuditEntry {
        AuditEntry(
            id: text(column),
            createdAt: timestamp(column + 1),
            userID: text(column + 2),
            userName: text(column + 3),
            accountID: text(column + 4),
            action: AuditAction(rawValue: text(column + 5)) ?? .update,
            resourceType: AuditResourceType(rawValue: text(column + 6)) ?? .user,
            resourceID: optionalText(column + 7),
            status: AuditStatus(rawValue: text(column + 8)) ?? .failure,
            description: text(column + 9),
            ipAddress: optionalText(column + 10)
        )
    }
}
