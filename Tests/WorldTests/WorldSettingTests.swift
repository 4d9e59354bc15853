import AccountStore
import OpenSSLBridge
import PrivateCA
import Testing

@testable import World

@Suite("WorldSetting")
struct WorldSettingTests {
    @Test(
        "the default of each is possible, and stays when it is set",
        arguments: WorldSetting.allCases
    )
    func standard(_ setting: WorldSetting) {
        var settings = WorldSettings()
        let value = settings[setting]
        #expect(setting.allows(value))
        settings[setting] = value
        #expect(settings == WorldSettings())
        #expect(!setting.choices.isEmpty)
    }

    @Test("every possible word and number is kept", arguments: WorldSetting.allCases)
    func kept(_ setting: WorldSetting) {
        let values: [WorldSetting.Value] =
            switch setting.kind {
            case .integer(let range): [.integer(range.lowerBound), .integer(range.upperBound)]
            case .oneOfIntegers(let numbers): numbers.map { .integer($0) }
            case .oneOf(let words): words.map { .word($0) }
            case .flag: [.flag(false), .flag(true)]
            }
        for value in values {
            var settings = WorldSettings()
            settings[setting] = value
            #expect(settings[setting] == value)
        }
    }

    @Test("what is not possible is not taken", arguments: WorldSetting.allCases)
    func refused(_ setting: WorldSetting) {
        var settings = WorldSettings()
        for value in [WorldSetting.Value.integer(-1), .integer(Int.max), .word(""), .word("x")] {
            settings[setting] = value
            #expect(!setting.allows(value))
        }
        #expect(settings == WorldSettings())
    }

    @Test("all settings as JSON are all choices again")
    func json() throws {
        var settings = WorldSettings(caKeyAlgorithm: .ed25519)
        settings.rateLimitRequests = 17
        settings.strictness = .documented
        let chosen = try ChosenSettings(JSONTree.parse(Array(settings.json.utf8)))
        #expect(chosen == ChosenSettings(all: settings))
        var other = WorldSettings()
        other.apply(chosen)
        #expect(other == settings)
    }

    static let broken: [(String, String?)] = [
        ("[]", nil), ("{\"nothing\":1}", "nothing"), ("{\"defaultLimit\":0}", "defaultLimit"),
        ("{\"defaultLimit\":1001}", "defaultLimit"), ("{\"defaultLimit\":\"7\"}", "defaultLimit"),
        ("{\"errorBody\":\"none\"}", "errorBody"), ("{\"strict\":true}", "strict"),
        ("{\"refusedKeyStatus\":404}", "refusedKeyStatus"),
    ]

    @Test("a wrong choice is refused by its name", arguments: broken)
    func refusesChoice(_ text: String, _ name: String?) throws {
        let problem = try #require(throws: SettingProblem.self) {
            try ChosenSettings(JSONTree.parse(Array(text.utf8)))
        }
        #expect(problem.name == name)
        #expect(!problem.text.isEmpty)
    }

    @Test("null chooses nothing")
    func null() throws {
        let chosen = try ChosenSettings(JSONTree.parse(Array("{\"strict\":null}".utf8)))
        #expect(chosen == ChosenSettings())
    }

    @Test("a change counts at once, and leaves the rest as it was")
    func change() throws {
        let world = try WorldTests.open()
        #expect(!world.restrictsRequests)
        var chosen = ChosenSettings()
        chosen.choose(.strict, .word("documented"))
        let settings = try world.change(settings: chosen)
        #expect(settings.strictness == .documented)
        #expect(world.settings == settings)
        #expect(world.settings.caKeyAlgorithm == .p256)
        #expect(world.restrictsRequests)
        chosen.choose(.strict, .word("off"))
        _ = try world.change(settings: chosen)
        #expect(!world.restrictsRequests)
    }

    @Test("a world remembers what it was told; explicit configuration wins, and seeds come last")
    func remembers() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        let seed = "{settings: {defaultLimit: 7, strict: \"documented\", rateLimitSeconds: 5}}"
        func open(_ chosen: [WorldSetting: WorldSetting.Value]) throws -> World {
            var settings = ChosenSettings()
            settings.choose(.caKeyAlgorithm, .word("p-256"))
            for (setting, value) in chosen { settings.choose(setting, value) }
            return try World.open(
                name: "default",
                at: location,
                readerCount: 1,
                settings: settings,
                seed: Seed.parse(Array(seed.utf8), source: "test"),
                systemTime: { WorldTests.begin }
            )
        }
        let first = try open([.strict: .word("off")])
        // A key that is still being made would be made anew by the next opening.
        _ = try first.ca.certificatePEM
        #expect(first.settings.defaultLimit == 7)
        #expect(first.settings.strictness == .off)
        var chosen = ChosenSettings()
        chosen.choose(.defaultLimit, .integer(8))
        try first.change(settings: chosen)
        let second = try open([.rateLimitSeconds: .integer(6), .caKeyAlgorithm: .word("ed25519")])
        #expect(second.settings.defaultLimit == 8)
        #expect(second.settings.strictness == .documented)
        #expect(second.settings.rateLimitSeconds == 6)
        #expect(second.settings.caKeyAlgorithm == .p256)
        #expect(second.restrictsRequests)
        #expect(try open([:]).settings.rateLimitSeconds == 5)
    }

    static let wrongSeeds = [
        "{settings: {nothing: 1}}": "settings.nothing: is no setting",
        "{settings: {defaultLimit: 0}}": "settings.defaultLimit: is 0; give a whole number",
        "{settings: 7}": "settings: must be an object",
    ]

    @Test("a seed's wrong setting is refused by its place", arguments: wrongSeeds)
    func refusesSeed(_ text: String, _ complaint: String) throws {
        let error = try #require(throws: SeedError.self) {
            try Seed.parse(Array(text.utf8), source: "test")
        }
        #expect(error.description.contains(complaint))
    }

    @Test("the kind of the CA's key cannot be changed, but repeated")
    func fixed() throws {
        let world = try WorldTests.open()
        var chosen = ChosenSettings()
        chosen.choose(.caKeyAlgorithm, .word("p-256"))
        _ = try world.change(settings: chosen)
        chosen.choose(.caKeyAlgorithm, .word("ed25519"))
        chosen.choose(.strict, .word("documented"))
        #expect(throws: SettingsChangeError.self) { try world.change(settings: chosen) }
        #expect(world.settings.strictness == .off)
    }
}
