import FoundationEssentials
import Testing
import World

@testable import MockDigiCertOne

/// The text of a file that must be refused, and pieces of the line that says why.
struct BadFile: Sendable, CustomTestStringConvertible {
    let text: String
    let subject: String
    let problem: String

    init(_ text: String, _ subject: String, _ problem: String) {
        self.text = text
        self.subject = subject
        self.problem = problem
    }

    var testDescription: String { text }
}

private let badFiles: [BadFile] = [
    BadFile("", "", "is not JSON5"),
    BadFile("{ apiPort: 1", "", "is not JSON5 (line 1, column 13"),
    BadFile("{ apiPort: 1,\n apiPort: 2 }", "", "line 2, column 2: a second member"),
    BadFile("[]", "", "holds an array where an object belongs"),
    BadFile("{ apiProt: 1 }", "apiProt", "is not a setting"),
    BadFile("{ limits: { streamMax: 1 } }", "limits.streamMax", "is not a setting"),
    BadFile("{ limits: 5 }", "limits", "holds 5 where an object belongs"),
    BadFile("{ streamsMax: 5 }", "streamsMax", "is not a setting"),
    BadFile(#"{ apiPort: "8443" }"#, "apiPort", #""8443" is not a whole number"#),
    BadFile("{ apiPort: 1.5 }", "apiPort", "is not a whole number"),
    BadFile("{ apiPort: {} }", "apiPort", "an object is not a whole number"),
    BadFile("{ apiPort: 65536 }", "apiPort", "out of range"),
    BadFile(#"{ ephemeral: "true" }"#, "ephemeral", "is not possible"),
    BadFile("{ names: [1] }", "names", "1 is not a string"),
    BadFile("{ names: {} }", "names", "an object is not a list"),
    BadFile("{ logFormat: 1 }", "logFormat", "1 is not a string"),
    BadFile(#"{ seedFile: "" }"#, "seedFile", "the path is empty"),
    BadFile("{ world: { refusedKeyStatus: 404 } }", "world.refusedKeyStatus", "is not possible"),
]

@Suite("Settings file")
struct SettingsFileTests {
    @Test("refuses what it cannot mean and names the key path", arguments: badFiles)
    func refuses(_ row: BadFile) throws {
        try TemporaryFile.with(row.text) { path in
            let error = try #require(throws: ConfigurationError.self) {
                try resolve(file: path)
            }
            #expect(error.subject.hasPrefix(row.subject))
            #expect(error.subject.contains(path))
            #expect(error.problem.contains(row.problem))
            #expect(!error.remedy.isEmpty)
        }
    }

    @Test("suggests the key that was meant")
    func suggests() throws {
        let error = try #require(throws: ConfigurationError.self) {
            _ = try SettingsFile.parse(Array("{ controlprot: 1 }".utf8), path: "x.json")
        }
        #expect(error.remedy.contains("controlPort"))
    }

    @Test("takes comments, trailing commas, bare keys, null and a schema")
    func tolerates() throws {
        let text = """
            // A comment.
            { "$schema": "x", apiPort: 1, /* another */ seedFile: null, names: ['a.test',], }
            """
        let file = try SettingsFile.parse(Array(text.utf8), path: "x.json")
        #expect(Set(file.values.keys) == [.apiPort, .names])
    }

    @Test("that does not exist is refused by its name")
    func missing() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try resolve(file: "/nonexistent/settings.json")
        }
        #expect(error.subject == "/nonexistent/settings.json")
        #expect(error.problem.contains("No such file"))
    }
}

@Suite("Documented settings")
struct DocumentedSettingsTests {
    static let directory =
        #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 } + "/config"

    @Test("config/mock-digicert-one.json holds every setting at its default")
    func example() throws {
        let path = Self.directory + "/mock-digicert-one.json"
        let text = String(decoding: try FileBytes.read(path: path, bytesMax: 65_536), as: UTF8.self)
        for setting in Setting.allCases {
            #expect(text.contains("\"\(setting.name)\":"), "\(setting.rawValue) is missing")
        }
        let fromFile = try resolve(file: path).settings
        for (documented, effective) in zip(fromFile, try resolve().settings) {
            #expect(documented.value == effective.value, "\(effective.setting.rawValue)")
        }
    }

    @Test("the schema allows what the program takes", arguments: Setting.allCases)
    func schema(_ setting: Setting) throws {
        let path = Self.directory + "/mock-digicert-one.schema.json"
        let bytes = try FileBytes.read(path: path, bytesMax: 65_536)
        var node = try JSONDecoder().decode(JSONTree.self, from: Data(bytes))
        for key in setting.rawValue.split(separator: ".") {
            node = try #require(node["properties"]?[String(key)])
        }
        #expect(node["description"] != nil)
        switch (setting.kind, setting.fallback) {
        case (.integer(let range), let fallback):
            #expect(node["minimum"] == .integer(range.lowerBound))
            #expect(node["maximum"] == .integer(range.upperBound))
            #expect(fallback == node["default"].flatMap(SettingValue.init))
        case (.oneOf(let choices), let fallback):
            #expect(node["enum"] == .array(choices.map { .text($0) }))
            #expect(fallback == node["default"].flatMap(SettingValue.init))
        case (.oneOfIntegers(let choices), let fallback):
            #expect(node["enum"] == .array(choices.map { .integer($0) }))
            #expect(fallback == node["default"].flatMap(SettingValue.init))
        case (.flag, let fallback), (.path, let fallback), (.time, let fallback),
            (.addresses, let fallback), (.names, let fallback), (.url, let fallback),
            (.secret, let fallback), (.portRange, let fallback):
            #expect(fallback == node["default"].flatMap(SettingValue.init))
        }
    }
}

extension JSONTree {
    fileprivate subscript(_ key: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }
}

extension SettingValue {
    fileprivate init?(_ json: JSONTree) {
        switch json {
        case .null: self = .unset
        case .flag(let flag): self = .flag(flag)
        case .integer(let integer): self = .integer(integer)
        case .text(let text): self = .text(text)
        case .array(let items):
            self = .list(
                items.compactMap {
                    guard case .text(let item) = $0 else { return nil }
                    return item
                }
            )
        case .number, .object: return nil
        }
    }
}
