import Testing

@testable import Nghttp2Bridge

@Suite("HTTP/2 compression")
struct HTTP2CompressionTests {
    /// The bytes of the second of two equal answers.
    private static func secondAnswer(unrepeatedFields: [String]) throws -> [UInt8] {
        let client = ClientSession()
        let server = try HTTP2Session(unrepeatedFields: unrepeatedFields)
        var answer: [UInt8] = []
        for stream in [Int32(1), 3] {
            _ = client.request()
            for event in try server.receive(client.bytesToSend()) {
                guard case .request(stream, _, _) = event else { continue }
                _ = server.bytesToSend()
                try server.respond(
                    stream: stream,
                    status: 200,
                    fields: [("x-request-id", "0123456789abcdef0123456789abcdef")],
                    body: [],
                    isHead: false
                )
                answer = server.bytesToSend()
            }
        }
        return answer
    }

    @Test("a value that never comes again is not kept in the table (RFC 7541 §6.2.2)")
    func unrepeated() throws {
        let kept = try Self.secondAnswer(unrepeatedFields: [])
        let told = try Self.secondAnswer(unrepeatedFields: ["x-request-id"])
        #expect(!kept.isEmpty)
        #expect(told.count > kept.count + 20)
    }
}
