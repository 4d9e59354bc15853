import TestCommand
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
    func permits(_ name: CertificateExtension.GeneralName, _ isPermitted: Bool) throws {
        let authority = try Fixture.certificate(extensions: [.nameConstraints(Self.constraints)])
        let isAllowed = authority.permits(name)
        #expect(isAllowed == isPermitted)
        let isConstrained = authority.hasNameConstraints
        #expect(isConstrained)
    }

    @Test("a kind of name that does not occur is free, and without constraints every name")
    func free() throws {
        let names = NameConstraints(permitted: [.dns("a")])
        let range = NameConstraints(permitted: [.address([1, 2, 3, 4, 255, 255, 255, 255])])
        let byName = try Fixture.certificate(extensions: [.nameConstraints(names)])
        let byRange = try Fixture.certificate(extensions: [.nameConstraints(range)])
        let without = try Fixture.certificate()
        let permissions = [
            byName.permits(.address([1, 2, 3, 4])), byRange.permits(.dns("b")),
            without.permits(.dns("b")),
        ]
        #expect(permissions == [true, true, true])
        let isConstrained = without.hasNameConstraints
        #expect(!isConstrained)
    }

    @Test(
        "of others' making are obeyed too",
        arguments: [
            ("excluded;DNS:localhost", false), ("permitted;DNS:.localhost", false),
            ("permitted;DNS:localhost", true), ("excluded;DNS:example.com", true),
            ("permitted;email:.example.com", true),
        ]
    )
    func others(_ constraints: String, _ isPermitted: Bool) throws {
        let pem = try TestCommand.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", "/dev/null", "-subj", "/CN=Constrained", "-addext",
            "nameConstraints=critical,\(constraints)",
        ]).text
        let authority = try Certificate.parse(pem: pem)
        let isAllowed = authority.permits(.dns("localhost"))
        #expect(isAllowed == isPermitted)
    }

    @Test(
        "that cannot be read permit nothing",
        arguments: [[0x31], [0x30, 0x7F], [0x30, 0x0E, 0xA5]] as [[UInt8]]
    )
    func unreadable(_ bytes: [UInt8]) throws {
        let der = try Fixture.certificate(
            extensions: [.nameConstraints(NameConstraints(permitted: [.dns("abcdefgh")]))]
        ).der()
        // The extension's content begins with the sequences around the name; break its first bytes.
        let name = Array("abcdefgh".utf8)
        let place = try #require(der.indices.first { der[$0...].starts(with: name) })
        var broken = der
        broken.replaceSubrange((place - 8)..<(place - 8 + bytes.count), with: bytes)
        let authority = try Certificate.parse(der: broken.span)
        let isAllowed = authority.permits(.dns("abcdefgh"))
        #expect(!isAllowed)
    }
}
