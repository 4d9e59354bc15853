import Testing

@testable import MockDigiCertOne

/// A written value that must be refused, and a piece of the line that says why.
struct BadValue: Sendable, CustomTestStringConvertible {
    let setting: Setting
    let written: String
    let problem: String

    init(_ setting: Setting, _ written: String, _ problem: String) {
        self.setting = setting
        self.written = written
        self.problem = problem
    }

    var testDescription: String { "\(setting.rawValue) = \(written)" }
}

private let badValues: [BadValue] = [
    BadValue(.listen, "nowhere.example", "is not an IP address"),
    BadValue(.listen, ",", "there is no address"),
    BadValue(.controlListen, "127.0.0.1:80", "is not an IP address"),
    BadValue(.apiPort, "65536", "out of range"),
    BadValue(.apiPort, "-1", "is not a whole number"),
    BadValue(.apiPort, "https", "is not a whole number"),
    BadValue(.apiPort, "99999999999999999999", "is not a whole number"),
    BadValue(.clientauthPort, "65536", "out of range"),
    BadValue(.httpsPort, "65536", "out of range"),
    BadValue(.controlPort, "8440.5", "is not a whole number"),
    BadValue(.ephemeral, "yes", "is not possible"),
    BadValue(.clock, "yesterday", "is not a time"),
    BadValue(.clock, "2025-02-30T00:00:00Z", "is not a time"),
    BadValue(.clockFrozen, "2", "is not possible"),
    BadValue(.names, "a b", "is neither a host name nor an IP address"),
    BadValue(.names, "*.example.test", "is neither a host name nor an IP address"),
    BadValue(.names, "-a.example.test", "is neither a host name nor an IP address"),
    BadValue(.publicAPIURL, "http://host:8443", "is not the address of a server"),
    BadValue(.publicAPIURL, "https://host/path", "is not the address of a server"),
    BadValue(.publicAPIURL, "https://host?query", "is not the address of a server"),
    BadValue(.publicAPIURL, "https://user@host", "is not the address of a server"),
    BadValue(.publicAPIURL, "https://", "is not the address of a server"),
    BadValue(.publicClientauthURL, "host:8443", "is not the address of a server"),
    BadValue(.publicControlURL, "ftp://host", "is not the address of a server"),
    BadValue(.publicControlURL, "http://host:65536", "is not the address of a server"),
    BadValue(.publicControlURL, "http://host:0", "is not the address of a server"),
    BadValue(.publicControlURL, "http://ho st", "is not the address of a server"),
    BadValue(.logFormat, "xml", "is not possible"),
    BadValue(.logLevel, "loud", "is not possible"),
    BadValue(.mockHeaders, "on", "is not possible"),
    BadValue(.refusedKeyStatus, "402", "is not possible"),
    BadValue(.duplicateErrorStatus, "401", "is not possible"),
    BadValue(.overlongValidity, "clip", "is not possible"),
    BadValue(.caKeyAlgorithm, "rsa-1024", "is not possible"),
    BadValue(.targetBytesMax, "1023", "out of range"),
    BadValue(.headerBytesMax, "1023", "out of range"),
    BadValue(.headerBytesMax, "1048577", "out of range"),
    BadValue(.headerCountMax, "7", "out of range"),
    BadValue(.bodyBytesMax, "1023", "out of range"),
    BadValue(.connectionsMax, "0", "out of range"),
    BadValue(.streamsMax, "0", "out of range"),
    BadValue(.handshakeTimeoutSeconds, "0", "out of range"),
    BadValue(.headerTimeoutSeconds, "3601", "out of range"),
    BadValue(.bodyTimeoutSeconds, "0", "out of range"),
    BadValue(.idleTimeoutSeconds, "86401", "out of range"),
    BadValue(.drainTimeoutSeconds, "3601", "out of range"),
    BadValue(.journalBytesMax, "1048575", "out of range"),
]

/// A written value that must be taken, and what it means.
struct GoodValue: Sendable, CustomTestStringConvertible {
    let setting: Setting
    let written: String
    let value: SettingValue

    init(_ setting: Setting, _ written: String, _ value: SettingValue) {
        self.setting = setting
        self.written = written
        self.value = value
    }

    var testDescription: String { "\(setting.rawValue) = \(written)" }
}

private let goodValues: [GoodValue] = [
    GoodValue(.listen, "loopback", .list(["127.0.0.1", "::1"])),
    GoodValue(.listen, "0.0.0.0, ::", .list(["0.0.0.0", "::"])),
    GoodValue(.listen, "::1,0:0:0:0:0:0:0:1,loopback", .list(["::1", "127.0.0.1"])),
    GoodValue(.listen, "0.0.0.0,127.0.0.1,::1", .list(["0.0.0.0", "::1"])),
    GoodValue(.controlListen, "::1,127.0.0.1,0:0::0", .list(["127.0.0.1", "::"])),
    GoodValue(.apiPort, "0", .integer(0)),
    GoodValue(.apiPort, "65535", .integer(65_535)),
    GoodValue(.httpsPort, "443", .integer(443)),
    GoodValue(.ephemeral, "1", .flag(true)),
    GoodValue(.mockHeaders, "false", .flag(false)),
    GoodValue(.clock, "2025-10-20T00:00:00Z", .text("2025-10-20T00:00:00Z")),
    GoodValue(.names, "Mock.Example.TEST,10.0.0.1", .list(["mock.example.test", "10.0.0.1"])),
    GoodValue(.publicAPIURL, "https://Mock.Example/", .text("https://mock.example")),
    GoodValue(.publicClientauthURL, "https://[::1]:1", .text("https://[::1]:1")),
    GoodValue(.publicControlURL, "http://10.0.0.1:65535", .text("http://10.0.0.1:65535")),
    GoodValue(.publicControlURL, "https://control.test", .text("https://control.test")),
    GoodValue(.refusedKeyStatus, "403", .integer(403)),
    GoodValue(.headerBytesMax, "1024", .integer(1_024)),
    GoodValue(.drainTimeoutSeconds, "0", .integer(0)),
    GoodValue(.journalBytesMax, "1048576", .integer(1_048_576)),
]

@Suite("Setting")
struct SettingTests {
    @Test("refuses a value that it cannot mean and says what to give", arguments: badValues)
    func refuses(_ row: BadValue) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try resolve(flags: [row.setting: row.written])
        }
        #expect(error.subject == row.setting.flag)
        #expect(error.problem.contains(row.problem))
        #expect(error.remedy.hasPrefix("give "))
        #expect(!error.description.contains("\n"))
    }

    @Test("takes a value at the edge of what it can mean", arguments: goodValues)
    func takes(_ row: GoodValue) throws {
        let configuration = try resolve(flags: [row.setting: row.written])
        let effective = configuration.settings.first { $0.setting == row.setting }
        #expect(effective?.value == row.value)
    }

    @Test("has a flag and an environment variable of its own", arguments: Setting.allCases)
    func hasNames(_ setting: Setting) {
        let others = Setting.allCases.filter { $0 != setting }
        #expect(!others.contains { $0.flag == setting.flag })
        #expect(!others.contains { $0.environmentVariable == setting.environmentVariable })
        #expect(setting.flag.wholeMatch(of: /--[a-z]+(-[a-z]+)*/) != nil)
        #expect(setting.environmentVariable.wholeMatch(of: /MOCK_DIGICERT_ONE(_[A-Z]+)+/) != nil)
    }

    @Test("spells names as the command line does")
    func spells() {
        #expect(Setting.apiPort.flag == "--api-port")
        #expect(Setting.apiPort.environmentVariable == "MOCK_DIGICERT_ONE_API_PORT")
        #expect(Setting.headerBytesMax.flag == "--header-bytes-max")
        #expect(Setting.mockHeaders.negatedFlag == "--no-mock-headers")
    }
}

/// Resolves with no environment but a home directory.
func resolve(
    flags: [Setting: String] = [:],
    file: String? = nil,
    environment: [String: String] = [:]
) throws(ConfigurationError) -> Configuration {
    var variables = environment
    variables["HOME"] = variables["HOME"] ?? "/home/somebody"
    return try Configuration.resolve(
        flags: flags,
        configurationFile: file,
        environment: ProcessEnvironment(variables)
    )
}
