@testable import HTTP

/// What a decoder said of some bytes, in a form that can be compared.
enum Outcome: Hashable, CustomStringConvertible {
    case request(
        method: String,
        target: String,
        path: String,
        query: String?,
        authority: String?,
        fields: Fields,
        body: [UInt8],
        version: HTTPVersion,
        keepsAlive: Bool
    )
    case refusal(status: Int, message: String)

    var description: String {
        switch self {
        case .request(let method, let target, _, _, _, _, let body, _, let keepsAlive):
            "\(method) \(target) \(body.count) bytes, keeps alive: \(keepsAlive)"
        case .refusal(let status, let message):
            "\(status) \(message)"
        }
    }
}

extension RequestDecoder {
    /// Takes all actions that are possible now; `100 Continue` is told apart.
    mutating func drain() -> (outcomes: [Outcome], continues: Int) {
        var outcomes: [Outcome] = []
        var continues = 0
        while true {
            switch next() {
            case .needsMoreBytes:
                return (outcomes, continues)
            case .sendContinue:
                continues += 1
            case .request(let request, let keepsAlive):
                outcomes.append(
                    .request(
                        method: request.method,
                        target: request.target,
                        path: request.path,
                        query: request.query,
                        authority: request.authority,
                        fields: request.fields,
                        body: request.body,
                        version: request.version,
                        keepsAlive: keepsAlive
                    )
                )
            case .refuse(let refusal):
                outcomes.append(.refusal(status: refusal.status, message: refusal.message))
            }
        }
    }

    /// The outcomes of bytes that come in the given pieces.
    static func outcomes(
        of pieces: [[UInt8]],
        limits: HTTPLimits = HTTPLimits()
    ) -> [Outcome] {
        var decoder = RequestDecoder(limits: limits)
        var outcomes: [Outcome] = []
        for piece in pieces {
            decoder.receive(piece)
            outcomes += decoder.drain().outcomes
        }
        return outcomes
    }

    /// The only request in a text.
    static func request(
        in text: String,
        limits: HTTPLimits = HTTPLimits()
    ) -> (request: Request, keepsAlive: Bool)? {
        var decoder = RequestDecoder(limits: limits)
        decoder.receive(Array(text.utf8))
        guard case .request(let request, let keepsAlive) = decoder.next() else { return nil }
        return (request, keepsAlive)
    }

    /// The status of the refusal of a text; nil when it is not refused.
    static func refusal(of text: String, limits: HTTPLimits = HTTPLimits()) -> Refusal? {
        var decoder = RequestDecoder(limits: limits)
        decoder.receive(Array(text.utf8))
        while true {
            switch decoder.next() {
            case .refuse(let refusal): return refusal
            case .needsMoreBytes: return nil
            case .request, .sendContinue: continue
            }
        }
    }
}

/// A generator whose numbers are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
