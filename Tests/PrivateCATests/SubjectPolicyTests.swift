import OpenSSLBridge
import Testing

@testable import PrivateCA

@Suite("The subject of a certificate")
struct SubjectPolicyTests {
    typealias Attribute = DistinguishedName.Attribute

    /// One attribute at the length that X.520 allows.
    static let bounds: [(DistinguishedName.AttributeType, Int)] = [
        (.commonName, 64), (.organization, 64), (.organizationalUnit, 64), (.locality, 128),
        (.state, 128),
    ]

    @Test(
        "an attribute may be as long as X.520 says, in characters, and no longer",
        arguments: bounds
    )
    func length(_ type: DistinguishedName.AttributeType, _ lengthMax: Int) throws {
        let longest = Attribute(type, String(repeating: "ü", count: lengthMax))
        #expect(try subject([longest]).first(type) == longest.value)
        let refusal = try #require(throws: IssuanceRefusal.self) {
            _ = try subject([Attribute(type, longest.value + "x")])
        }
        #expect(refusal.kind == .subject)
        #expect(refusal.reason.contains("\(lengthMax + 1)"))
        #expect(refusal.reason.contains(type.shortName))
    }

    @Test("an e-mail address may have 255 characters and no more")
    func emailLength() throws {
        let labels = [63, 63, 59].map { String(repeating: "b", count: $0) }
        let longest = String(repeating: "a", count: 64) + "@\(labels.joined(separator: ".")).de"
        #expect(longest.utf8.count == 255)
        #expect(try subject([Attribute(.emailAddress, longest)]).first(.emailAddress) == longest)
        #expect(throws: IssuanceRefusal.self) {
            _ = try subject([Attribute(.emailAddress, longest + "x")])
        }
    }

    static let refused = [
        Attribute(.country, "USA"), Attribute(.country, "U"), Attribute(.country, "U1"),
        Attribute(.country, "ÄÖ"), Attribute(.emailAddress, "nobody"),
        Attribute(.emailAddress, "a@b@c"), Attribute(.emailAddress, "@b"),
        Attribute(.emailAddress, "ä@b.de"), Attribute(.emailAddress, "a b@c.de"),
        Attribute(.emailAddress, "root@localhost"),
        Attribute(.emailAddress, "a..b@c.de"), Attribute(.emailAddress, ".a@c.de"),
        Attribute(.emailAddress, "a@c.de."), Attribute(.emailAddress, "a@-c.de"),
        Attribute(.emailAddress, "a@10.0.0.1"), Attribute(.emailAddress, "(a)@c.de"),
        Attribute(.emailAddress, String(repeating: "a", count: 65) + "@c.de"),
        Attribute(.commonName, "a\nb"), Attribute(.organization, "a\u{7F}"),
        Attribute(.locality, "a\u{0}b"), Attribute(.state, "a\u{85}b"),
    ]

    @Test("refuses what an attribute cannot hold", arguments: refused)
    func refuses(_ attribute: Attribute) throws {
        let refusal = try #require(throws: IssuanceRefusal.self) { _ = try subject([attribute]) }
        #expect(refusal.kind == .subject)
        #expect(refusal.reason.contains(attribute.type.shortName))
    }

    @Test("refuses a second common name or country, and keeps several units in order")
    func repeated() throws {
        for type in [DistinguishedName.AttributeType.commonName, .country] {
            #expect(throws: IssuanceRefusal.self) {
                _ = try subject([Attribute(type, "AA"), Attribute(type, "BB")])
            }
        }
        let units = [Attribute(.organizationalUnit, "one"), Attribute(.organizationalUnit, "two")]
        #expect(try subject(units).attributes == units + [Attribute(.commonName, "fallback")])
    }

    @Test("takes 16 attributes and refuses 17")
    func count() throws {
        let unit = Attribute(.organizationalUnit, "unit")
        let sixteen = [Attribute](repeating: unit, count: 16)
        #expect(try subject(sixteen).attributes.count == 17)  // And the common name.
        #expect(throws: IssuanceRefusal.self) { _ = try subject(sixteen + [unit]) }
    }

    @Test("writes the country in capitals and leaves blank attributes out")
    func normalizes() throws {
        let made = try subject([
            Attribute(.country, "de"), Attribute(.organization, "  "), Attribute(.commonName, "x"),
        ])
        #expect(made.attributes == [Attribute(.country, "DE"), Attribute(.commonName, "x")])
    }

    @Test(
        "the friendly name stands in for a missing common name",
        arguments: [nil, " "] as [String?]
    )
    func fallback(_ commonName: String?) throws {
        let made = try subject(commonName.map { [Attribute(.commonName, $0)] } ?? [])
        #expect(made.first(.commonName) == "fallback")
    }

    @Test("a friendly name too long for a common name is refused by its own reason")
    func longFallback() throws {
        let longest = String(repeating: "n", count: 64)
        let made = try SubjectPolicy.subject(from: ParsedName(), name: longest)
        #expect(made.first(.commonName) == longest)
        let refusal = try #require(throws: IssuanceRefusal.self) {
            _ = try SubjectPolicy.subject(from: ParsedName(), name: longest + "n")
        }
        #expect(refusal.reason.contains("has no CN"))
    }

    @Test("strings of every type are read as text and written anew")
    func reencodes() throws {
        // -utf8 off: openssl takes the bytes for Latin-1 and writes a T61String or BMPString.
        let csr = try RequestFixture.openssl(
            ["genpkey", "-algorithm", "ED25519"],
            subject: "/C=de/ST=Köln/O=日本/CN=Ünïcode/emailAddress=a@b.de/serialNumber=7/DC=x"
        )
        let approved = try IssuancePolicy.approve(RequestFixture.request(csr: csr))
        #expect(
            approved.subject.attributes == [
                Attribute(.country, "DE"), Attribute(.state, "Köln"),
                Attribute(.organization, "日本"), Attribute(.commonName, "Ünïcode"),
                Attribute(.emailAddress, "a@b.de"),
            ]
        )
    }

    private func subject(_ attributes: [Attribute]) throws(IssuanceRefusal) -> DistinguishedName {
        try SubjectPolicy.subject(from: ParsedName(attributes: attributes), name: "fallback")
    }
}
