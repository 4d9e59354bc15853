import Testing

@testable import HTTP

@Suite("RequestDecoder properties")
struct RequestDecoderPropertyTests {
    /// One input, shown with its control characters escaped.
    struct Input: CustomTestStringConvertible {
        let text: String

        var testDescription: String { text.debugDescription }
    }

    /// Inputs that between them pass through every state, good and bad.
    static let inputs = (refused.map(\.text) + wellFormed).map(Input.init)

    private static let refused =
        RequestRefusalTests.requestLines + RequestRefusalTests.headerFields
        + RequestRefusalTests.framings + RequestRefusalTests.chunks

    private static let wellFormed = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET",
        "\r\n\r\nPOST /?q HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\nGET / H\r\n"
            + "HEAD / HTTP/1.1\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3;x=y\r\n\r\n0\r\n2\r\n\r\n\r\n0\r\nA: b\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "PUT http://b/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab"
            + "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nrest",
        "GET /é HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: é\r\n\r\n",
    ]

    /// Small limits, so that short inputs reach them.
    static let limits = HTTPLimits(
        targetBytesMax: 24,
        headerBytesMax: 70,
        headerCountMax: 3,
        bodyBytesMax: 8,
        chunkExtensionBytesMax: 4
    )

    @Test("says the same at every split of the input into two", arguments: inputs)
    func splits(_ input: Input) {
        let bytes = Array(input.text.utf8)
        for limits in [HTTPLimits(), Self.limits] {
            let whole = RequestDecoder.outcomes(of: [bytes], limits: limits)
            for index in 0...bytes.count {
                let pieces = [Array(bytes[..<index]), Array(bytes[index...])]
                #expect(RequestDecoder.outcomes(of: pieces, limits: limits) == whole)
            }
            #expect(RequestDecoder.outcomes(of: bytes.map { [$0] }, limits: limits) == whole)
        }
    }

    @Test(
        "mutated input never traps, never gets a 5xx but 501 and 505, and never depends on splits"
    )
    func mutations() {
        var generator = SeededGenerator(seed: 20_251_020)
        let seeds = Self.inputs.map { Array($0.text.utf8) }
        var statuses: Set<Int> = []
        for round in 0..<20_000 {
            let bytes = mutate(seeds[round % seeds.count], using: &generator)
            let limits = round.isMultiple(of: 2) ? HTTPLimits() : Self.limits
            let whole = RequestDecoder.outcomes(of: [bytes], limits: limits)
            let pieces = split(bytes, using: &generator)
            let divided = RequestDecoder.outcomes(of: pieces, limits: limits)
            #expect(divided == whole, "\(pieces)")
            for case .refusal(let status, _) in whole { statuses.insert(status) }
        }
        #expect(statuses.isSubset(of: [400, 413, 414, 417, 431, 501, 505]))
        #expect(statuses.count > 4, "the mutations reach too little: \(statuses)")
    }

    /// Changes up to four places: flips, removes, repeats, or inserts bytes that mean something.
    private func mutate(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        let meaningful = Array("\r\n:;, \t\0%/*?#0fF\u{80}".utf8)
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(meaningful.randomElement(using: &generator) ?? 0, at: index)
            case 3: bytes.append(contentsOf: bytes[index...])
            default: bytes.removeSubrange(index...)
            }
        }
        return bytes
    }

    private func split(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...40, using: &generator))
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }
}
