import HTTP
import Testing

@Suite("RemoteAddress")
struct RemoteAddressTests {
    @Test("an address has no port in the audit log")
    func hosts() {
        #expect(RemoteAddress.host(of: "127.0.0.1:4711") == "127.0.0.1")
        #expect(RemoteAddress.host(of: "[::1]:4711") == "::1")
        #expect(RemoteAddress.host(of: "somewhere") == "somewhere")
    }
}
