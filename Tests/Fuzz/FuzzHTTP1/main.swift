import CFuzzer
import Glibc
import HTTP

// A fuzz program for the HTTP/1.1 decoder; `scripts/fuzz http1` builds and runs it.

/// Small limits, so that short inputs reach them.
private let limits = HTTPLimits(
    targetBytesMax: 24,
    headerBytesMax: 70,
    headerCountMax: 4,
    bodyBytesMax: 16,
    chunkExtensionBytesMax: 4
)

/// What a decoder says, in a form that can be compared.
private enum Outcome: Equatable {
    case request([String?], Fields, [UInt8], keepsAlive: Bool)
    case refusal(Refusal)
}

/// What a decoder says of bytes that come in pieces of a size.
private func outcomes(_ bytes: [UInt8], pieceBytes: Int) -> [Outcome] {
    var decoder = RequestDecoder(limits: limits)
    var outcomes: [Outcome] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        let piece = rest.prefix(pieceBytes)
        rest = rest.dropFirst(pieceBytes)
        decoder.receive(Array(piece))
        actions: while true {
            switch decoder.next() {
            case .needsMoreBytes:
                break actions
            case .sendContinue:
                continue
            case .request(let request, let keepsAlive):
                let (path, query, authority) = (request.path, request.query, request.authority)
                let texts = [request.method, request.target, path, query, authority]
                let (fields, body) = (request.fields, request.body)
                outcomes.append(.request(texts, fields, body, keepsAlive: keepsAlive))
            case .refuse(let refusal):
                let isKnown = [400, 413, 414, 417, 431, 501, 505].contains(refusal.status)
                precondition(isKnown, "a refusal has one of the documented statuses")
                outcomes.append(.refusal(refusal))
            }
        }
    }
    return outcomes
}

/// One input: its first byte cuts the others into pieces, which must make no difference.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let message = Array(bytes.dropFirst())
    let whole = outcomes(message, pieceBytes: max(1, message.count))
    let divided = outcomes(message, pieceBytes: Int(first & 31) + 1)
    precondition(whole == divided, "packets make no difference")
    return 0
}

var argumentCount = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
exit(unsafe LLVMFuzzerRunDriver(&argumentCount, &arguments, testOneInput))
