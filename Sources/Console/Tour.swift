internal import OpenSSLBridge
internal import World

/// The tutorial as buttons: what was done so far, and what a client would hold by now.
struct Tour: Sendable {
    let id: String
    let world: String

    /// What the client authenticates with before it has a certificate.
    let token: String

    /// Whether everybody knows the token.
    let isTokenPublic: Bool

    /// What was done, in its order.
    var done: [TourStep] = []

    /// What went wrong at the last attempt; nil when nothing.
    var failed: TourStep?

    /// The key, PEM.
    var key = ""
    /// The certification request, PEM.
    var csr = ""
    /// The certificate, PEM, and its issuer.
    var certificate = ""
    var issuer = ""
    var certificateID = ""
    /// The PKCS#12 file in both protections, and what opens them.
    var keyStores: [KeyStore.Encryption: [UInt8]] = [:]
    var password = ""

    /// Whether the password was shown: it is once.
    var isPasswordSeen = false

    /// How often a certificate was asked for: an answer that was lost may have made one.
    var orderCount = 0

    /// What comes next; nil at the end.
    var next: TourAction? { TourAction(rawValue: done.count) }

    /// What the certificate is called; each try has a name of its own.
    var name: String {
        "Guided tour \(id.prefix(6))" + (orderCount > 1 ? ", try \(orderCount)" : "")
    }
}

/// One button of the tour.
enum TourAction: Int, Sendable, CaseIterable {
    case makeKey
    case order
    case look
    case pack
    case call
    case disable
    case callDisabled
    case enable
    case callAgain

    /// The number of the tutorial's step.
    var number: Int { min(rawValue + 1, 6) }

    var button: String {
        switch self {
        case .makeKey: "Make key and request"
        case .order: "Send the request"
        case .look: "Look at the certificate"
        case .pack: "Make the PKCS#12 file"
        case .call: "Call with the certificate alone"
        case .disable: "Disable it"
        case .callDisabled: "Call again"
        case .enable: "Enable it"
        case .callAgain: "Call once more"
        }
    }

    var title: String {
        switch self {
        case .makeKey: "Step 1: a key and a certificate signing request"
        case .order: "Step 2: send the request"
        case .look: "Step 3: the certificate"
        case .pack: "Step 4: one file with a password"
        case .call: "Step 5: call the API with the certificate alone"
        case .disable: "Step 6: switch it off"
        case .callDisabled: "Step 6: the same call, refused"
        case .enable: "Step 6: switch it on again"
        case .callAgain: "Step 6: the same call, let in"
        }
    }

    var lesson: String {
        switch self {
        case .makeKey:
            "The key never leaves the client. The request carries its public half, a name, and a "
                + "signature that proves both belong together."
        case .order:
            "The API takes the request with the token, and answers with a certificate. No "
                + "certificate was asked for in this handshake."
        case .look:
            "The world’s authority has signed it, for client authentication and nothing else. "
                + "Nothing outside this world trusts it."
        case .pack:
            "Key and certificate in one file behind a password: what browsers, Java and Windows "
                + "import."
        case .call:
            "This host asks for a certificate in the handshake. The client presents it and proves "
                + "that it has the key; no token is sent."
        case .disable:
            "With the token and on the plain host: a disabled certificate could not enable itself."
        case .callDisabled:
            "The handshake succeeds as before: the certificate is genuine. The API refuses it, and "
                + "says why in x-mock-reason."
        case .enable: "The same call with true."
        case .callAgain: "The certificate is let in again: 200, 403, 200, without a new one."
        }
    }

    /// The status that shows that it went well; nil where nothing is sent.
    var expected: Int? {
        switch self {
        case .makeKey, .look, .pack: nil
        case .order: 201
        case .call, .disable, .enable, .callAgain: 200
        case .callDisabled: 403
        }
    }
}

/// What one button did.
struct TourStep: Sendable {
    let action: TourAction

    /// What was made, by name: subject, password and the like.
    var facts: [(name: String, value: String)] = []

    /// What was made, as text.
    var text = ""

    /// The request as it was sent.
    var request = ""

    /// The answer as it came.
    var answer: TourAnswer?

    /// Why there is no answer, or what was not as expected.
    var problem: String?
}
