import Glibc
import Testing

@testable import MockDigiCertOne

@Suite("Log output", .timeLimit(.minutes(10)))
struct LogOutputTests {
    /// Two ends of a stream; a write that blocks fails after a second instead of never.
    private func withStream(_ body: (_ reader: Int32, _ writer: Int32) throws -> Void) throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { _ = close(end) } }
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(ends[1], SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        try body(ends[0], ends[1])
    }

    private func lines(waitingAt reader: Int32) -> [Substring] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = unsafe recv(
            reader,
            &chunk,
            chunk.count,
            Int32(MSG_DONTWAIT)
        ),
            count > 0
        {
            bytes += chunk.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }

    @Test("a reader that does not read loses whole lines, holds nobody up and is told")
    func nobodyReads() throws {
        try withStream { reader, writer in
            let output = LogOutput(descriptor: writer, format: .json, now: { 0 })
            let line = Array((String(repeating: "x", count: 99) + "\n").utf8)
            let count = 10_000
            for _ in 0..<count { output.write(line) }
            let early = lines(waitingAt: reader)
            #expect(early.count < count)
            #expect(early.allSatisfy { $0.utf8.count == 99 })

            output.write(line)
            let late = lines(waitingAt: reader)
            #expect(late.count == 2)
            #expect(late.first?.hasSuffix(#""lost":\#(count - early.count)}"#) == true)
            #expect(late.last?.utf8.count == 99)
        }
    }

    @Test("many lines at once arrive whole and in order, long ones too")
    func manyAtOnce() throws {
        try withStream { reader, writer in
            let output = LogOutput(descriptor: writer)
            let texts = (0..<600).map { "\($0)" } + [String(repeating: "y", count: 9_000), "end"]
            output.write(Array(texts.map { $0 + "\n" }.joined().utf8))
            #expect(lines(waitingAt: reader).map(String.init) == texts)
        }
    }

    @Test("a descriptor that is none costs no time", arguments: [-1, 9_999])
    func closed(descriptor: Int32) {
        let output = LogOutput(descriptor: descriptor)
        for _ in 0..<10_000 { output.write([0x0A]) }
    }
}
