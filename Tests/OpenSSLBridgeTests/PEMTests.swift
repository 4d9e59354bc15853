import Testing

@testable import OpenSSLBridge

@Suite("PEM (RFC 7468)")
struct PEMTests {
    static let block = "-----BEGIN X-----\nAQID\n-----END X-----\n"

    @Test("bytes come back from their block", arguments: [1, 2, 3, 47, 48, 49, 96, 1000])
    func roundTrip(_ count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let text = PEM.encode(bytes, label: "X")
        #expect(try PEM.decode(text, labels: ["X"]) == bytes)
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 64 })
        #expect(text.hasSuffix("\n-----END X-----\n"))
    }

    static let refused: [(String, PEM.Refusal)] = [
        ("", .empty), (" \n\r\t ", .empty), ("AQID", .noBeginLine),
        ("-----BEGIN X----\nAQID\n-----END X-----", .noBeginLine),
        ("-----BEGIN X-----\\nAQID\\n-----END X-----", .escapedLineBreaks),
        ("a\n" + block, .leadingText), (block + "a", .trailingText),
        (block + block, .severalBlocks), (block + "-----END X-----", .trailingText),
        ("-----BEGIN X-----\nAQID", .noEndLine),
        ("-----BEGIN X-----\nAQID\n-----END Y-----", .noEndLine),
        ("-----BEGIN Y-----\nAQID\n-----END Y-----", .label(found: "Y", wanted: "X")),
        ("-----BEGIN X-----\n-----END X-----", .base64),
        ("-----BEGIN X-----\nAQI\n-----END X-----", .base64),
        ("-----BEGIN X-----\nAQ=D\n-----END X-----", .base64),
        ("-----BEGIN X-----\nAQID====\n-----END X-----", .base64),
        ("-----BEGIN X-----\nA QID\n-----END X-----", .base64),
        ("-----BEGIN X-----\nÄQID\n-----END X-----", .base64),
        ("-----BEGIN X-----\nProc-Type: 4\n\nAQID\n-----END X-----", .base64),
    ]

    @Test("refuses what is not exactly one block of the wanted kind", arguments: refused)
    func refuses(_ text: String, _ refusal: PEM.Refusal) {
        #expect(throws: refusal) { try PEM.decode(text, labels: ["X"]) }
        #expect(!refusal.description.isEmpty)
    }

    @Test(
        "base64 is padded and strict",
        arguments: [("", 0), ("AQ==", 1), ("AQI=", 2), ("AQID", 3)]
    )
    func base64(_ text: String, _ count: Int) {
        let bytes = Array([1, 2, 3].prefix(count)) as [UInt8]
        #expect(Base64.encode(bytes) == text)
        #expect(Base64.decode(Array(text.utf8)) == bytes)
        #expect(Base64.decode(Array((text + "=").utf8)) == nil)
        #expect(Base64.decode(Array((text + "A===").utf8)) == nil)
    }

    @Test("several blocks come apart in their order, and none shows its bytes")
    func blocks() throws {
        let certificate = PEM.encode([1, 2], label: "CERTIFICATE")
        let key = PEM.encode([3], label: "EC PRIVATE KEY")
        let encrypted = """
            -----BEGIN RSA PRIVATE KEY-----\r
            Proc-Type: 4,ENCRYPTED\r
            DEK-Info: AES-128-CBC,00\r
            \r
            BAUG\r
            -----END RSA PRIVATE KEY-----\r
            """
        let blocks = try PEM.blocks(of: "Bag Attributes\n" + certificate + key + encrypted)
        #expect(blocks.map(\.label) == ["CERTIFICATE", "EC PRIVATE KEY", "RSA PRIVATE KEY"])
        #expect(blocks.map(\.der) == [[1, 2], [3], [4, 5, 6]])
        #expect(blocks.map(\.isPrivateKey) == [false, true, true])
        #expect(blocks.map(\.isEncrypted) == [false, false, true])
        #expect("\(blocks[1])" == "PEMBlock(EC PRIVATE KEY, <redacted>)")
        #expect(Mirror(reflecting: blocks[1]).children.isEmpty)
        #expect(try PEM.blocks(of: "nothing").isEmpty)
    }

    @Test("a block that does not end, or is not base64, is refused among others")
    func brokenBlocks() {
        let good = PEM.encode([1], label: "CERTIFICATE")
        let open = "-----BEGIN CERTIFICATE-----\nAQ==\n"
        #expect(throws: PEM.Refusal.noEndLine) { try PEM.blocks(of: good + open) }
        #expect(throws: PEM.Refusal.noEndLine) { try PEM.blocks(of: open + "-----END X-----") }
        #expect(throws: PEM.Refusal.base64) {
            try PEM.blocks(of: "-----BEGIN X-----\n%\n-----END X-----\n" + good)
        }
    }
}
