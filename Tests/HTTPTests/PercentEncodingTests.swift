import Testing

@testable import HTTP

@Suite("PercentEncoding")
struct PercentEncodingTests {
    @Test("decodes escapes of either case, and refuses broken ones (RFC 3986 §2.1)")
    func decodes() {
        #expect(PercentEncoding.decode("a+b") == "a+b")
        #expect(PercentEncoding.decode("%41%2f%2F%c3%A9") == "A//é")
        for broken in ["%", "%4", "%4g", "%g4", "%%41", "%ff", "%c3"] {
            #expect(PercentEncoding.decode(broken) == nil, "\(broken)")
        }
    }

    @Test("splits a query; empty pairs do not count")
    func query() throws {
        let items = try #require(PercentEncoding.queryItems("a=1&b&&c=x+y%2B=z&%61="))
        #expect(items.map { "\($0.name)→\($0.value)" } == ["a→1", "b→", "c→x y+=z", "a→"])
        #expect(PercentEncoding.queryItems(nil)?.isEmpty == true)
        #expect(PercentEncoding.queryItems("a=%") == nil)
        #expect(PercentEncoding.queryItems("%=a") == nil)
    }
}
