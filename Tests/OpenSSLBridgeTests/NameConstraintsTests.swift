import Testing

@testable import OpenSSLBridge

@Suite("NameConstraints")
struct NameConstraintsTests {
    static let constraints = NameConstraints(permitted: [
        .dns("localhost"), .dns("digicert.com"), .address([10, 0, 0, 0, 255, 0, 0, 0]),
    ])

    static let names: [(CertificateExtension.GeneralName, Bool)] = [
        (.dns("localhost"), true), (.dns("a.localhost"), true), (.dns("alocalhost"), false),
        (.dns("localhost.com"), false), (.dns("one.digicert.com"), true), (.dns("com"), false),
        (.address([10, 255, 0, 1]), true), (.address([11, 0, 0, 0]), false),
        (.address([UInt8](repeating: 0, count: 16)), false), (.email("a@b.de"), true),
    ]

    @Test("permit each name and all below it, and the addresses of a range", arguments: names)
    func permits(_ name: CertificateExtension.GeneralName, _ isPermitted: Bool) {
        #expect(Self.constraints.permits(name) == isPermitted)
    }

    @Test("a kind of name that does not occur is free")
    func free() {
        #expect(NameConstraints(permitted: [.dns("a")]).permits(.address([1, 2, 3, 4])))
        let addresses = NameConstraints(permitted: [.address([1, 2, 3, 4, 255, 255, 255, 255])])
        #expect(addresses.permits(.dns("b")))
    }

    @Test("come back from the certificate that carries them", arguments: [0, 20])
    func roundTrip(_ extraCount: Int) throws {
        let extra = (0..<extraCount).map { CertificateExtension.GeneralName.dns("name\($0).test") }
        let constraints = NameConstraints(permitted: Self.constraints.permitted + extra)
        let with = try Fixture.certificate(extensions: [.nameConstraints(constraints)])
        #expect(try with.nameConstraints() == constraints)
        let without = try Fixture.certificate()
        #expect(try without.nameConstraints() == nil)
    }

    @Test(
        "of another form are not understood",
        arguments: [
            [], [0x30], [0x30, 0x00], [0x31, 0x00], [0x30, 0x02, 0xA1, 0x00],
            [0x30, 0x82, 0x01], [0x30, 0x06, 0xA0, 0x04, 0x30, 0x02, 0x81, 0x00],
        ] as [[UInt8]]
    )
    func unknown(_ bytes: [UInt8]) {
        #expect(NameConstraints(der: bytes) == nil)
    }
}
