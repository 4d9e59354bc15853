import AccountModel
import AccountStore
import OpenSSLBridge
import PrivateCA
import TestCommand
import Testing

@testable import World

@Suite("What stands for the name of a world in its credentials")
struct WorldTagTests {
    @Test("is the first four bytes of the name's SHA-256")
    func digest() {
        #expect(WorldTag(name: "abc").bytes == [0xba, 0x78, 0x16, 0xbf])
        #expect(WorldTag(name: "abc") != WorldTag(name: "abd"))
    }

    @Test("stands in every token text that the world makes")
    func tokens() throws {
        let world = try WorldTests.open()
        let text = world.makeTokenText()
        #expect(text.wholeMatch(of: /01[0-9a-f]{24}_[0-9a-f]{64}/) != nil)
        #expect(WorldTag.ofToken(text) == WorldTag(name: "default"))
        #expect(WorldTag.ofToken(text) == world.tag)
        #expect(world.makeTokenText() != text)
    }

    @Test(
        "stands in the serial number of every certificate and of the CA",
        arguments: [false, true]
    )
    func serials(isGiven: Bool) throws {
        let given =
            isGiven ? try GivenAuthorityTests.given(TestAuthority(subject: "/CN=Ours")) : nil
        let world = try WorldTests.open(seed: WorldTests.certificates, given: given)
        let userID = "783a6a45-b74b-4635-bb4b-69855910ccd3"
        let found = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.certificates(userID: userID)
        }
        #expect(found.count == 4)
        for certificate in found {
            #expect(WorldTag.ofSerial(certificate.serialNumber) == world.tag)
        }
        #expect(Set(found.map(\.serialNumber)).count == 4)
        guard !isGiven else { return }
        let authority = try Certificate.parse(pem: world.ca.certificatePEM)
        #expect(WorldTag.ofSerial(authority.serialNumber) == world.tag)
    }

    static let random = "0123456789abcdef"

    @Test(
        "is not looked for in what no world makes",
        arguments: [
            "", "SERVICE_USER_TOKEN", "01ba7816bf\(random)_", "ba7816bf01\(random)_\(random)",
            "02ba7816bf\(random)_\(random)\(random)\(random)\(random)",
            "01ba7816bf\(random)0\(random)\(random)\(random)\(random)",
            "01ba7816bg\(random)_\(random)\(random)\(random)\(random)",
            "01+a7816bf\(random)_\(random)\(random)\(random)\(random)",
            "01ba7816bf\(random)_\(random)\(random)\(random)\(random)0",
            "01ba7816bf\(random)_\(random)\(random)\(random)12345678901234é",
        ]
    )
    func otherTokens(text: String) {
        #expect(WorldTag.ofToken(text) == nil)
    }

    @Test(
        "is not looked for in a number of another form",
        arguments: [
            "", "1", "8BBA7816BF0123456789ABCDEF012345", "3BBA7816BF0123456789ABCDEF012345",
            "4BBA7816BF0123456789ABCDEF01234", "4BBA7816BF0123456789ABCDEF0123456",
            "4BBA7816BG0123456789ABCDEF012345",
        ]
    )
    func otherSerials(hex: String) {
        #expect(WorldTag.ofSerial(hex) == nil)
    }

    @Test("is read in either case")
    func cases() {
        let tag = WorldTag(name: "abc")
        #expect(WorldTag.ofSerial("4BBA7816BF0123456789ABCDEF012345") == tag)
        #expect(WorldTag.ofSerial("7bba7816bf0123456789abcdef012345") == tag)
        let tail = "\(Self.random)_\(Self.random)\(Self.random)\(Self.random)\(Self.random)"
        #expect(WorldTag.ofToken("01ba7816bf" + tail) == tag)
    }
}
