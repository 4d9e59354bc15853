import AccountModel
import SQLiteBridge
import Testing

@testable import AccountStore

@Suite("Schema")
struct SchemaTests {
    private static let zeros = String(repeating: "00", count: 31)

    /// What the first release could have left behind, the oddities of its seeds included.
    static let firstRelease = """
        INSERT INTO account VALUES
            ('a', 'Account a', 1, '2021-05-06', '2030-05-06', '1234567', 'en_US'),
            ('b', 'Account b', 0, '2020-05-06', '2030-05-06', '7654321', 'de_DE');
        INSERT INTO application VALUES ('x', 'Software Trust'), ('y', 'IoT Trust');
        INSERT INTO user VALUES
            ('young', 'same@example.com', 'ACTIVE', 'account', 'b', 300, 'old', 'service', 'Robot',
                'a robot', 'en_US', NULL, NULL, '["AM_ACCOUNT_MANAGER"]', 900),
            ('old', 'same@example.com', 'DISABLED', 'system', 'elsewhere', 200, 'old', 'standard',
                NULL, '', 'de_DE', 'Ada', 'Admin', '["AM_ACCOUNT_ADMIN"]', NULL),
            ('twin', 'SAME@example.com', 'ACTIVE', 'account', 'elsewhere', 300, 'old', 'service',
                'Robot', '', 'en_US', NULL, NULL, '[]', NULL);
        INSERT INTO user_account VALUES ('young', 0, 'a'), ('old', 0, 'b'), ('old', 1, 'a');
        INSERT INTO user_application VALUES
            ('young', 0, 'y', '["VIEW_IOT"]'), ('young', 1, 'x', '["SIGN"]');
        INSERT INTO api_access_token VALUES
            (zeroblob(32), 't2', 'young', 'Later', 1, 900, 400, 'old'),
            (x'01\(zeros)', 't1', 'young', 'Sooner', 0, NULL, 300, 'old');
        INSERT INTO authority VALUES (1, x'3001', 'the CA''s text', x'3002', 100);
        INSERT INTO client_auth_certificate VALUES
            (7, 'c7', 'young', 'Mine', 'Robot', 300, 900, 0, '07', 'MIIB', zeroblob(32), 301,
                400, 'old', 'Ada Admin', 'PEM', 1);
        INSERT INTO deleted_certificate VALUES
            (x'02\(zeros)', 'c6', 'young', 'Gone', '06', 350, 'old', 'Ada Admin');
        INSERT INTO audit_entry VALUES
            (1, 'e1', 301, 'young', 'Robot', 'elsewhere', 'CREATE', 'client_auth_cert', 'c7',
                'SUCCESS', 'made', '::1'),
            (2, 'e2', 400, 'old', 'Ada Admin', 'b', 'DISABLE', 'client_auth_cert', 'c7',
                'SUCCESS', 'disabled', NULL);
        INSERT INTO world_state VALUES (1, 'default', 100, 'abc', -5, NULL);
        """

    /// A world of the first release, opened by this program.
    private func migrated(_ folder: borrowing TemporaryFolder) throws -> AccountStore {
        let path = folder.path("world.sqlite")
        do {
            let connection = try Connection.open(path: path)
            let first = String(decoding: PackageResources.v0001_accounts_sql, as: UTF8.self)
            let migrator = Migrator(applicationID: Schema.applicationID, migrations: [first])
            _ = try migrator.migrate(connection, path: path)
            try connection.execute(Self.firstRelease)
        }
        return try AccountStore.open(.file(path: path), readerCount: 1)
    }

    @Test("users of the first release are all there, the oldest first, with what they had")
    func users() throws {
        let folder = try TemporaryFolder()
        let store = try migrated(folder)
        #expect(store.migration.notice != nil)
        #expect(try store.userIDs() == ["old", "twin", "young"])
        let young = try #require(try store.profile("young"))
        #expect(young.user.isEnabled && !young.user.isLocked)
        #expect(young.user.endDate == Timestamp(secondsSince1970: 900))
        #expect(young.user.username == nil)
        #expect(young.user.roles == [.accountManager])
        #expect(young.accounts.map(\.id) == ["a"])
        #expect(young.applications.map(\.permissions.names) == [["VIEW_IOT"], ["SIGN"]])
        let old = try #require(try store.profile("old")?.user)
        #expect(!old.isEnabled)
        #expect(old.username == "same@example.com")
        #expect(old.accessScope == .system)
        #expect(try store.state()?.clock == .running(offsetSeconds: -5))
        #expect(try store.settings() == "{}")
        #expect(try store.authority()?.text == "the CA's text")
    }

    @Test("users of the first release see one another by their accounts")
    func visibility() throws {
        let folder = try TemporaryFolder()
        let store = try migrated(folder)
        #expect(try store.userIDs(visibleTo: .accounts(ofUser: "young")) == ["old", "young"])
        #expect(try store.userIDs(visibleTo: .accounts(ofUser: "twin")) == ["twin"])
        let accounts = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.accounts(visibleTo: .everything, page: PageRequest(limit: 9))
        }
        #expect(accounts.map(\.account.id) == ["b", "a"])
        #expect(accounts.map(\.signInMethods) == [[.standard], [.standard]])
        #expect(accounts.map { $0.administrators.map(\.id) } == [["old"], ["old"]])
    }

    @Test("credentials, deleted certificates and the audit log come along")
    func credentials() throws {
        let folder = try TemporaryFolder()
        let store = try migrated(folder)
        let digest = [UInt8](repeating: 0, count: 32)
        let (tokens, credential, certificate, deleted, applications) = try store.read(loop: 0) {
            (reader) throws(StoreError) in
            (
                try reader.tokens(userID: "young", page: PageRequest(limit: 9)),
                try reader.credential(tokenSHA256: digest),
                try reader.finding(certificateSHA256: digest),
                try reader.finding(certificateSHA256: [2] + digest.dropLast()),
                try reader.applications()
            )
        }
        #expect(tokens.map(\.id) == ["t1", "t2"])
        #expect(credential?.user.id == "young")
        guard case .existing(let existing) = certificate, case .deleted = deleted else {
            Issue.record("a certificate is forgotten")
            return
        }
        #expect(existing.certificate.disabled?.userName == "Ada Admin")
        #expect(applications.map(\.code) == ["iot_trust", "software_trust", "account_manager"])
        let audit = try store.audit(visibleTo: .accounts(ofUser: "young"))
        #expect(audit.records.map(\.entry.id) == ["e2", "e1"])
        #expect(audit.records.map(\.entry.accountID) == ["b", "a"])
    }

    @Test("a world of the first release goes on: new users, certificates and settings")
    func goesOn() throws {
        let folder = try TemporaryFolder()
        let store = try migrated(folder)
        var robot = Crowd.user("new", .service, accounts: [], primary: "a")
        robot.applications = Role.allCases.map { $0.definition(in: .accountManager) }
            .access(in: [.accountManager])
        try store.insert(robot, token: nil, audit: [Crowd.entry(3)])
        #expect(throws: StoreError.duplicateFriendlyName("Robot")) {
            try store.insert(
                Crowd.user("newer", .service, accounts: [], primary: "a") {
                    $0.friendlyName = "Robot"
                },
                token: nil,
                audit: []
            )
        }
        _ = try store.updateUser(id: "twin", audit: Crowd.entry(4)) { $0.user.isLocked = true }
        try store.insert(
            Fixture.certificate(1, userID: "new"),
            text: Fixture.text,
            audit: Crowd.entry(5)
        )
        try store.save(settings: #"{"strict":"documented"}"#)
        #expect(try store.userIDs() == ["old", "twin", "young", "new"])
        let attribution = UserChangesTests.attribution
        #expect(try store.deleteUser(id: "young", by: attribution, audit: Crowd.entry(6)))
    }
}
