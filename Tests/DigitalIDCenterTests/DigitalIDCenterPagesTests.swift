import Pages
import Testing

@testable import DigitalIDCenter

@Suite("DigitalIDCenterPages")
struct DigitalIDCenterPagesTests {
    @Test("every page is asked for below the name of a world")
    func patterns() {
        #expect(DigitalIDCenterPages.routes.allSatisfy { $0.pattern.hasPrefix("/worlds/{world}/") })
    }
}
