import Testing

@testable import OpenSSLBridge

@Suite("TLSAlert")
struct TLSAlertTests {
    @Test("has the numbers of RFC 8446 §6", arguments: [("certificate_expired", 45)])
    func numbers(name: String, number: UInt8) throws {
        let alert = try #require(TLSAlert.named(name))
        #expect(alert.number == number)
        #expect(alert.description == "\(name) (\(number))")
    }

    @Test("each name leads to its number and back")
    func names() {
        #expect(Set(TLSAlert.all.map(\.number)).count == TLSAlert.all.count)
        for alert in TLSAlert.all { #expect(TLSAlert.named(alert.name) == alert) }
        #expect(TLSAlert.named("certificate_lost") == nil)
        #expect(TLSAlert(200).name == "alert 200")
    }

    @Test("can be sent at one moment, at both or at none")
    func moments() {
        let unsendable = TLSAlert.all.filter { !$0.isSendableAtClientHello }.map(\.number)
        #expect(unsendable == [0, 41, 109, 116])
        let atCertificate = TLSAlert.all.filter(\.isSendableAtCertificate).map(\.number)
        #expect(atCertificate == [40, 42, 43, 44, 45, 46, 48, 51, 80, 116])
        #expect(!TLSAlert(200).isSendableAtClientHello)
        #expect(!TLSAlert(200).isSendableAtCertificate)
    }

    @Test("three of them say that our certificate is not trusted")
    func distrust() {
        #expect(TLSAlert.all.filter(\.meansDistrust).map(\.number) == [42, 46, 48])
    }
}
