import AccountModel
import AccountStore
import FoundationEssentials
import OpenSSLBridge
import PrivateCA
import TestCommand
import Testing

@testable import World

@Suite("WorldKit")
struct WorldKitTests {
    private static let addresses = WorldKit.Addresses(
        api: "https://localhost:8443",
        clientauth: "https://[::1]:8444",
        control: "http://127.0.0.1:8440"
    )

    private static func kit(
        _ world: World,
        user: String? = nil,
        isReachedByDefault: Bool = true,
        roots: String? = nil
    ) throws -> WorldKit {
        try WorldKit.make(
            for: world,
            user: user,
            isReachedByDefault: isReachedByDefault,
            at: addresses,
            in: WorldKit.Surroundings(
                trusted: try world.ca.certificatePEM,
                systemRoots: roots,
                vendorHosts: ["one.digicert.com"],
                names: ["mock.test"]
            )
        )
    }

    private static func values(_ variables: [EnvironmentVariable]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: variables.map { ($0.name, $0.value) })
    }

    private static func audit(_ world: World) throws -> [AuditEntry] {
        try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.auditEntries(limit: 100)
        }
    }

    // MARK: - KitCredentials

    @Test("the tutorial's user gets its own token and a certificate that the world knows")
    func usual() throws {
        let world = try WorldTests.open()
        let kit = try Self.kit(world)
        #expect(kit.token == "SERVICE_USER_TOKEN")
        #expect(kit.credentials.userName == "Example service user")
        let sha256 = try Certificate.parse(pem: kit.credentials.certificate).sha256
        let id = kit.credentials.certificateID
        let stored = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.certificate(id: id)
        }
        #expect(stored?.sha256 == sha256)
        #expect(stored?.name == "mock kit")
        let entry = try #require(try Self.audit(world).first)
        #expect(entry.resourceID == id && entry.ipAddress == nil)
        #expect(entry.description.hasSuffix(#"("mock kit"), by the mock"#))
    }

    @Test("asking again gives the same and changes nothing")
    func again() throws {
        let world = try WorldTests.open()
        let first = try Self.kit(world)
        let entries = try Self.audit(world).count
        let second = try Self.kit(world, user: "JANE@example.com")
        #expect(first.credentials.certificate == second.credentials.certificate)
        #expect(first.credentials.keyStore == second.credentials.keyStore)
        #expect(try Self.audit(world).count == entries)
    }

    @Test("what is expired or deleted is made anew, under a free name; what is disabled stays")
    func renews() throws {
        let system = WorldTests.SystemClock(WorldTests.begin)
        let world = try WorldTests.open(system: system)
        let first = try Self.kit(world).credentials
        let owner = Attribution(
            at: WorldTests.begin,
            userID: first.userID,
            userName: first.userName
        )
        let entry = try #require(try Self.audit(world).first)
        _ = try world.store.setCertificate(
            id: first.certificateID,
            isEnabled: false,
            by: owner,
            audit: with(entry, id: "1")
        )
        #expect(try Self.kit(world).credentials.certificateID == first.certificateID)
        system.now = WorldTests.begin.adding(days: 500)
        let second = try Self.kit(world).credentials
        #expect(second.certificateID != first.certificateID)
        #expect(try Self.audit(world).first?.description.contains(#""mock kit 2""#) == true)
        _ = try world.store.deleteCertificate(
            id: second.certificateID,
            by: owner,
            audit: with(entry, id: "2")
        )
        #expect(try Self.kit(world).credentials.certificateID != second.certificateID)
    }

    private func with(_ entry: AuditEntry, id: String) -> AuditEntry {
        var entry = entry
        entry.id = id
        return entry
    }

    @Test(
        "a user is found by id, name and address, in any case",
        arguments: ["Ada Admin", "ada admin", "ADMIN_API_TOKEN"]
    )
    func users(_ name: String) throws {
        let world = try WorldTests.open()
        guard name != "ADMIN_API_TOKEN" else {
            // A token is a secret and no name.
            let error = #expect(throws: KitError.self) { try Self.kit(world, user: name) }
            #expect(error?.description.contains("\"Ada Admin\"") == true)
            return
        }
        let kit = try Self.kit(world, user: name)
        #expect(kit.token == "ADMIN_API_TOKEN")
        #expect(try Self.kit(world, user: kit.credentials.userID).token == "ADMIN_API_TOKEN")
    }

    @Test("who has no public token gets one of its own, which works")
    func token() throws {
        let world = try WorldTests.open(seed: WorldTests.certificates)
        let kit = try Self.kit(world)
        #expect(!kit.credentials.isTokenPublic)
        let digest = world.digest(ofToken: kit.token)
        let found = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.credential(tokenSHA256: digest)
        }
        #expect(found?.user.friendlyName == "Robot")
        #expect(found?.token.name == World.kitName)
        #expect(Self.values(kit.variables(folder: nil))["MOCK_WORLD_ADMIN_TOKEN"] == nil)
    }

    @Test("a world without users says so")
    func nobody() throws {
        let world = try WorldTests.open(seed: "{ users: [] }")
        let error = #expect(throws: KitError.self) { try Self.kit(world) }
        #expect(error == .unknownUser(nil, known: []))
    }

    // MARK: - Variables

    @Test("variables lead to files, or hold them where there is no folder")
    func variables() throws {
        let kit = try Self.kit(try WorldTests.open())
        let files = Self.values(kit.variables(folder: "/k"))
        #expect(files["MOCK_WORLD_CA_FILE"] == "/k/ca.pem")
        #expect(files["MOCK_WORLD_CLIENT_P12_FILE"] == "/k/client.p12")
        #expect(files["SM_CLIENT_CERT_FILE"] == "/k/client.p12")
        #expect(files["SM_HOST"] == "https://[::1]:8444")
        #expect(files["SM_API_KEY"] == "SERVICE_USER_TOKEN")
        #expect(files["MOCK_WORLD_ADMIN_TOKEN"] == "ADMIN_API_TOKEN")
        let whole = Self.values(kit.variables(folder: nil))
        #expect(whole["MOCK_WORLD_CA_FILE"] == nil && whole["SM_CLIENT_CERT_FILE"] == nil)
        #expect(whole["MOCK_WORLD_CLIENT_KEY_PEM"] == kit.credentials.key)
        #expect(
            whole["MOCK_WORLD_CLIENT_P12_BASE64"] == Base64.encode(kit.credentials.keyStore)
        )
        // One variable holds 128 KiB at most (MAX_ARG_STRLEN of Linux).
        #expect(whole.values.allSatisfy { $0.utf8.count < 100_000 })
    }

    @Test("public tokens bear the name of a world that they would not lead to")
    func suffix() throws {
        let kit = try Self.kit(try WorldTests.open(), isReachedByDefault: false)
        let values = Self.values(kit.variables(folder: nil))
        #expect(values["MOCK_WORLD_TOKEN"] == "SERVICE_USER_TOKEN.default")
        #expect(values["MOCK_WORLD_VIEW_ONLY_TOKEN"] == "VIEW_ONLY_API_TOKEN.default")
    }

    @Test("a tool's own store is replaced only where the system's roots are known")
    func replacing() throws {
        let world = try WorldTests.open()
        let without = Self.values(try Self.kit(world).allVariables(folder: "/k"))
        #expect(without["SSL_CERT_FILE"] == nil && without["JAVA_TOOL_OPTIONS"] == nil)
        #expect(without["NODE_EXTRA_CA_CERTS"] == "/k/ca.pem")
        let roots = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"
        let kit = try Self.kit(world, roots: roots)
        let with = Self.values(kit.allVariables(folder: "/k"))
        for name in TrustVariables.replacing { #expect(with[name] == "/k/ca-bundle.pem") }
        #expect(with["NO_PROXY"] == "localhost,127.0.0.1,::1,one.digicert.com,mock.test")
        #expect(kit.bundle(over: roots) == roots + "\n" + kit.surroundings.trusted)
    }

    @Test("Java's options stand in quotation marks where a path has a space")
    func java() {
        let variable = TrustVariables.java(trustStore: "/a b/c.jks")
        #expect(variable.value.hasPrefix("\"-Djavax.net.ssl.trustStore=/a b/c.jks\" -D"))
        #expect(variable.joint == " ")
    }

    // MARK: - CurlConfiguration

    @Test("curl is led to both addresses, around the lines of the user's own file")
    func curl() {
        let curl = CurlConfiguration(Self.addresses, vendorHosts: ["one.digicert.com"])
        #expect(
            curl.text(trusting: #"/a "b"\c.pem"#, around: "silent") == #"""
                # Made by mock-digicert-one: leads the vendor's hosts to the mock.
                connect-to = "one.digicert.com:443:localhost:8443"
                connect-to = "clientauth.one.digicert.com:443:[::1]:8444"
                # What your own file says.
                silent
                cacert = "/a \"b\"\\c.pem"

                """#
        )
        let public443 = WorldKit.Addresses(api: "https://mock", clientauth: "", control: "")
        let text = CurlConfiguration(public443, vendorHosts: ["x"]).text(trusting: nil)
        #expect(text.contains(#"connect-to = "x:443:mock:443""#))
        #expect(!text.contains("cacert"))
    }

    // MARK: - KitFile

    @Test("the zip file holds every file, and env.sh leads to them wherever they lie")
    func zip() throws {
        let kit = try Self.kit(try WorldTests.open(), roots: "# none\n")
        let folder = try TemporaryDirectory()
        let path = folder.path + "/kit.zip"
        try Data(kit.zip(folder: nil)).write(to: URL(filePath: path))
        let unpacked = folder.path + "/it's a \"kit\""
        let unzip = try TestCommand.run(["unzip", "-q", path, "-d", unpacked])
        #expect(unzip.status == 0, "\(unzip.errors)")
        for file in KitFile.allCases {
            #expect(FileManager.default.fileExists(atPath: unpacked + "/" + file.rawValue))
        }
        let show = #". "$0" && printf '%s\n' "$MOCK_WORLD_CA_FILE" "$CURL_HOME" && env -0"#
        let run = try TestCommand.run(["bash", "-euc", show, unpacked + "/env.sh"])
        #expect(run.text.hasPrefix("\(unpacked)/ca.pem\n\(unpacked)\n"), "\(run.errors)")
        let inside = try TestCommand.run(["sh", "-euc", "cd \"$0\" && . ./env.sh && env", unpacked])
        #expect(inside.text.contains("MOCK_WORLD_CLIENT_KEY_FILE=\(unpacked)/client.key"))
        #expect(inside.text.contains("-Djavax.net.ssl.trustStore=\(unpacked)/truststore.jks"))
        let json = try Data(contentsOf: URL(filePath: unpacked + "/env.json"))
        let names = try JSONDecoder().decode([String: String].self, from: json)
        #expect(names["MOCK_WORLD_CA_FILE"] == "ca.pem")
        let list = try TestCommand.run([
            "openssl", "pkcs12", "-in", unpacked + "/client.p12", "-nokeys", "-passin",
            "pass:" + kit.credentials.password,
        ])
        #expect(list.status == 0, "\(list.errors)")
        #expect(KitFile.key.isSecret && !KitFile.authority.isSecret)
    }

    @Test("a named folder makes every path whole")
    func folder() throws {
        let kit = try Self.kit(try WorldTests.open())
        let bytes = kit.zip(folder: "/opt/kit")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("export MOCK_WORLD_CA_FILE='/opt/kit/ca.pem'"))
        #expect(text.contains(#"cacert = "/opt/kit/ca-bundle.pem""#))
        #expect(bytes == kit.zip(folder: "/opt/kit"))
    }
}
