import AccountModel
import OpenSSLBridge
import Testing

@testable import PrivateCA

@Suite("The authority of a world")
struct PrivateCATests {
    @Test("a new authority is stored before it issues, and issues the same after a restart")
    func restart() throws {
        let saved = SavedAuthority()
        let authority = try PrivateCA(stored: nil, algorithm: .p256) { saved.keep($0) }
        let pem = try authority.certificatePEM
        #expect(saved.all.count == 1)

        let again = try PrivateCA(stored: saved.all.first) { saved.keep($0) }
        #expect(again.isReady)
        #expect(try again.certificatePEM == pem)
        #expect(saved.all.count == 1)
    }
}
