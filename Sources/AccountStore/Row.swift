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

    /// Reads the fifteen columns of a user.
    func user(from column: Int32) -> User {
        User(
            id: text(column),
            email: text(column + 1),
            status: UserStatus(rawValue: text(column + 2)) ?? .disabled,
            accessScope: AccessScope(rawValue: text(column + 3)) ?? .account,
            primaryAccountID: text(column + 4),
            createdAt: timestamp(column + 5),
            createdBy: text(column + 6),
            userType: UserType(rawValue: text(column + 7)) ?? .service,
            friendlyName: optionalText(column + 8),
            description: text(column + 9),
            locale: text(column + 10),
            firstName: optionalText(column + 11),
            lastName: optionalText(column + 12),
            storedRoles: PermissionList(storedJSON: text(column + 13)),
            endDate: optionalTimestamp(column + 14)
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
}
