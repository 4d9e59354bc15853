import Pages
import Testing

@testable import TwoFactor

@Suite("TwoFactorPages")
struct TwoFactorPagesTests {
    @Test("every page is asked for below the name of a world")
    func patterns() {
        #expect(TwoFactorPages.routes.allSatisfy { $0.pattern.hasPrefix("/worlds/{world}/") })
    }
}
