import Pages
import Testing

@testable import Console

@Suite("ConsolePages")
struct ConsolePagesTests {
    @Test("every page is asked for below the name of a world")
    func patterns() {
        #expect(ConsolePages.routes.allSatisfy { $0.pattern.hasPrefix("/worlds/{world}/") })
    }
}
