import AccountModel
import OpenSSLBridge
import PrivateCA
import World

extension World {
    /// An id that stands in the address of pages: 32 hex digits, 128 bits.
    func makePageID() -> String { hexadecimal(random.bytes(16, for: .digitalID)) }

    /// What tells one form from another.
    func makeFormID() -> String { hexadecimal(random.bytes(12, for: .page)) }

    /// A label of a host name that no browser has seen.
    func makeGateLabel() -> String { "a" + hexadecimal(random.bytes(5, for: .page)) }

    /// Keeps a secret as a digest.
    func guarded(_ text: String) -> GuardedSecret {
        let salt = random.bytes(16, for: .digitalID)
        return GuardedSecret(salt: salt, sha256: Digest.sha256(salt + Array(text.utf8)))
    }

    /// Makes a PIN.
    ///
    /// - Returns: Its text, and what is kept of it.
    func makePIN(at now: Timestamp) -> (text: String, pin: DigitalIDPIN) {
        let letters = random.bytes(10, for: .digitalID).map { PINText.alphabet[Int($0 & 31)] }
        let text = String(decoding: letters, as: UTF8.self)
        let pin = DigitalIDPIN(
            secret: guarded(text),
            expiresAt: now.adding(days: DigitalIDPIN.days)
        )
        return (PINText.spaced(text), pin)
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// How PINs are written.
enum PINText {
    /// Capital letters and digits without those that look alike: no I and 1, no O and 0.
    static let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)

    /// Five and five, as a person reads it.
    static func spaced(_ text: String) -> String { "\(text.prefix(5))-\(text.dropFirst(5))" }

    /// What was meant, however it was typed.
    static func meant(_ typed: String) -> String {
        typed.uppercased().filter { !$0.isWhitespace && $0 != "-" }
    }
}

extension SecretGuess {
    /// What somebody typed.
    init(_ text: String) {
        self.init { salt in Digest.sha256(salt + Array(text.utf8)) }
    }
}
