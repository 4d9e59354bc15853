import OpenSSLBridge
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

    @Test("the kind of the CA's key cannot be changed, but repeated")
    func fixed() throws {
        let world = try WorldTests.open()
        var chosen = ChosenSettings()
        chosen.choose(.caKeyAlgorithm, .word("p-256"))
        _ = try world.change(settings: chosen)
        chosen.choose(.caKeyAlgorithm, .word("ed25519"))
        chosen.choose(.strict, .word("documented"))
        #expect(throws: SettingProblem.self) { try world.change(settings: chosen) }
        #expect(world.settings.strictness == .off)
    }
}
