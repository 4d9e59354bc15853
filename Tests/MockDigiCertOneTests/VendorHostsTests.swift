import Testing

@testable import MockDigiCertOne

@Suite("Vendor hosts")
struct VendorHostsTests {
    @Test("lead both names of every region to every address")
    func all() {
        let lines = VendorHosts.lines(addresses: ["127.0.0.1", "::1"], names: [])
            .split(separator: "\n").map(String.init)
        #expect(lines.count == 2 * 8)
        for host in ["demo.one.digicert.com", "one.ch.digicert.com", "one.digicert.co.jp"] {
            for address in ["127.0.0.1", "::1"] {
                #expect(
                    lines.contains("\(address) \(host) clientauth.\(host) # mock-digicert-one")
                )
            }
        }
        #expect(Set(VendorHosts.all).count == 8)
    }

    @Test("lead further names too, addresses among them not, and none twice")
    func further() {
        let names = ["mock.test", "10.0.0.1", "clientauth.other.test", "one.digicert.com"]
        let lines = VendorHosts.lines(addresses: ["10.0.0.9"], names: names)
            .split(separator: "\n").map(String.init)
        #expect(
            lines.suffix(2) == [
                "10.0.0.9 mock.test clientauth.mock.test # mock-digicert-one",
                "10.0.0.9 clientauth.other.test # mock-digicert-one",
            ]
        )
        #expect(lines.count == 8 + 2)
    }

    @Test(
        "are not led to what is no address",
        arguments: ["localhost.example", "", "0.0.0.0", "::", "10.0.0.1:80"]
    )
    func refused(address: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration.addresses(address, subject: "--address")
        }
        #expect(error.subject == "--address")
        #expect(error.remedy.hasPrefix("give "))
    }

    @Test("lead to loopback unless something else is asked for")
    func addresses() throws {
        #expect(
            try Configuration.addresses(nil, subject: "--address") == ["127.0.0.1", "::1"]
        )
        #expect(
            try Configuration.addresses("10.0.0.1, fd00::1", subject: "--address")
                == ["10.0.0.1", "fd00::1"]
        )
    }
}
