import Testing

@testable import OpenSSLBridge

@Suite("Server name extension")
struct ServerNameExtensionTests {
    /// A host name as the extension carries it (RFC 6066 §3).
    private static func body(_ name: [UInt8], type: UInt8 = 0) -> [UInt8] {
        let entry = [type, UInt8(name.count >> 8), UInt8(name.count & 0xFF)] + name
        return [UInt8(entry.count >> 8), UInt8(entry.count & 0xFF)] + entry
    }

    @Test(
        "a host name is read as sent",
        arguments: ["localhost", "WWW.Example.test", "a", String(repeating: "x", count: 255)]
    )
    func reads(name: String) {
        #expect(ServerNameExtension.hostName(in: Self.body(Array(name.utf8))) == name)
    }

    /// A body that holds no usable name, and why.
    struct Unusable: CustomTestStringConvertible {
        let reason: String
        let body: [UInt8]

        var testDescription: String { reason }
    }

    static let unusable = [
        Unusable(reason: "empty", body: []),
        Unusable(reason: "half a length", body: [0]),
        Unusable(reason: "a list longer than the body", body: [0, 9, 0, 0, 1, 97]),
        Unusable(reason: "a list shorter than the body", body: [0, 3, 0, 0, 1, 97]),
        Unusable(reason: "a name longer than the list", body: [0, 4, 0, 0, 9, 97]),
        Unusable(reason: "an empty name", body: body([])),
        Unusable(reason: "another type of name", body: body([97], type: 1)),
        Unusable(reason: "a NUL inside", body: body([97, 0, 98])),
        Unusable(reason: "a space inside", body: body([97, 32, 98])),
        Unusable(reason: "bytes above ASCII", body: body([0xC3, 0xA4])),
        Unusable(reason: "256 bytes", body: body([UInt8](repeating: 97, count: 256))),
    ]

    @Test("anything else is no name", arguments: unusable)
    func refuses(_ unusable: Unusable) {
        #expect(ServerNameExtension.hostName(in: unusable.body) == nil)
    }
}

@Suite("Application protocol")
struct ApplicationProtocolTests {
    /// A client's list, and what is chosen from it.
    struct Offer: CustomTestStringConvertible {
        let list: [UInt8]
        let chosen: String?

        var testDescription: String { String(decoding: list, as: UTF8.self).debugDescription }
    }

    private static func list(_ names: String...) -> [UInt8] {
        names.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    }

    static let offers = [
        Offer(list: list("h2", "http/1.1"), chosen: "h2"),
        Offer(list: list("http/1.1", "h2"), chosen: "h2"),
        Offer(list: list("http/1.1"), chosen: "http/1.1"),
        Offer(list: list("h2c", "spdy/3"), chosen: nil),
        Offer(list: [], chosen: nil),
        Offer(list: [9, 104, 50], chosen: nil),
    ]

    @Test("h2 is preferred to http/1.1, and a broken list chooses nothing", arguments: offers)
    func chooses(_ offer: Offer) {
        let chosen = unsafe offer.list.withUnsafeBufferPointer { buffer in
            unsafe ApplicationProtocol.choose(from: buffer).map { range in
                unsafe String(decoding: buffer[range], as: UTF8.self)
            }
        }
        #expect(chosen == offer.chosen)
    }
}
