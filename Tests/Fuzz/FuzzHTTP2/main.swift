import CFuzzer
import Glibc
import Nghttp2Bridge

// A fuzz program for the HTTP/2 session; `scripts/fuzz http2` builds and runs it.

/// Small limits, so that short inputs reach them.
private let limits = HTTP2Limits(
    concurrentStreamsMax: 4,
    headerListBytesMax: 300,
    headerCountMax: 8,
    bodyBytesMax: 60,
    bufferedBodyBytesMax: 100,
    streamResetBurst: 3,
    faultyStreamsMax: 3
)

/// Does with a session what a server does: answers most requests, leaves some open.
private func answer(_ event: HTTP2Session.Event, on session: HTTP2Session) throws(Nghttp2Error) {
    let fields = [("content-type", "text/plain"), ("x-mock-reason", "é\r\n")]
    switch event {
    case .request(let stream, let list, let body):
        guard stream % 8 != 7 else { return }
        let isHead = list.contains { $0.name == ":method" && $0.value == "HEAD" }
        try session.respond(
            stream: stream,
            status: 200,
            fields: fields,
            body: body,
            isHead: isHead
        )
    case .expectsContinue(let stream):
        session.sendContinue(stream: stream)
    case .headersTooLarge(let stream), .bodyTooLarge(let stream):
        try session.respond(stream: stream, status: 413, fields: fields, body: [1], isHead: false)
    case .streamClosed:
        break
    }
}

/// Lets a session take bytes in pieces of a size and come to its end.
private func run(_ bytes: [UInt8], pieceBytes: Int) throws(Nghttp2Error) {
    let session = try HTTP2Session(limits: limits)
    var rest = bytes[...]
    while !rest.isEmpty {
        let piece = rest.prefix(pieceBytes)
        rest = rest.dropFirst(pieceBytes)
        do throws(Nghttp2Error) {
            for event in try session.receive(Array(piece)) { try answer(event, on: session) }
        } catch {
            if session.isFinished { return }
        }
        if pieceBytes.isMultiple(of: 2) { while !session.bytesToSend(atMost: 100).isEmpty {} }
        if pieceBytes == 9 { session.goAway() }
    }
    session.terminate(code: .noError)
    while !session.bytesToSend().isEmpty {}
    precondition(session.isFinished, "a terminated session that has sent all is finished")
}

/// Reads an input as a list of frames whose lengths are right, so that more than the first one is
/// understood: type, flags, stream, length and as many bytes of payload, again and again.
private func frames(_ input: ArraySlice<UInt8>) -> [UInt8] {
    var frames: [UInt8] = []
    var rest = input
    while rest.count >= 4 {
        let header = Array(rest.prefix(4))
        let payload = rest.dropFirst(4).prefix(Int(header[3]))
        rest = rest.dropFirst(4 + payload.count)
        let stream = [0, 0, 0, header[2] % 16]
        frames += [0, 0, UInt8(payload.count), header[0] % 12, header[1]] + stream + payload
    }
    return frames
}

/// One input: its first byte cuts the others into pieces, and its highest bit says whether they are
/// bytes or frames; the preface is given.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
    do throws(Nghttp2Error) {
        let message = first < 128 ? Array(bytes.dropFirst()) : frames(bytes.dropFirst())
        try run(preface + message, pieceBytes: Int(first & 63) + 1)
    } catch {
        preconditionFailure("a session can always be made: \(error)")
    }
    return 0
}

var argumentCount = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
exit(unsafe LLVMFuzzerRunDriver(&argumentCount, &arguments, testOneInput))
