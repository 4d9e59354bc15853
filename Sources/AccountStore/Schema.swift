internal import SQLiteBridge

/// The schema as it ships inside the binary; the files are in `migrations/`.
enum Schema {
    /// The `application_id` of a world's file: the letters "mDC1".
    static let applicationID: Int64 = 0x6d44_4331

    /// Every migration, in the order of application; the first one leads to version 1.
    private static let migrations = [
        PackageResources.v0001_accounts_sql,
        PackageResources.v0002_account_manager_sql,
        PackageResources.v0003_clock_sql,
        PackageResources.v0004_worlds_sql,
        PackageResources.v0005_digital_id_center_sql,
        PackageResources.v0006_two_factor_sql,
    ]

    /// Applies what a file has not seen.
    static let migrator = Migrator(
        applicationID: applicationID,
        migrations: migrations.map { String(decoding: $0, as: UTF8.self) }
    )
}
