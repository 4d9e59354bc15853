internal import OpenSSLBridge
internal import Synchronization
internal import World

/// What the console remembers between two pages, in memory only and never more than so much.
final class ConsoleMemory: Sendable {
    /// The most things of each kind; the oldest goes first.
    static let countMax = 200

    private struct Kept<Value> {
        var values: [String: Value] = [:]
        var order: [String] = []

        mutating func keep(_ value: Value, as id: String) {
            if values.updateValue(value, forKey: id) == nil { order.append(id) }
            while order.count > ConsoleMemory.countMax {
                values[order.removeFirst()] = nil
            }
        }
    }

    private let pickups = Mutex(Kept<Pickup>())
    private let progress = Mutex(Kept<ClockProgress>())
    private let tours = Mutex(Kept<Tour>())

    /// Held while a tour waits for answers.
    let tourTurn = Mutex<Void>(())

    /// An id that nobody guesses.
    static func makeID() -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in SecureRandom.bytes(16) {
            text += [digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A label of a host name that no browser has seen before: it begins with a letter.
    static func makeLabel() -> String { "a" + makeID().prefix(10) }
}

// MARK: - What is handed out once

extension ConsoleMemory {
    /// Keeps what was made until somebody has looked at it.
    func keep(_ pickup: Pickup) -> String {
        let id = Self.makeID()
        pickups.withLock { $0.keep(pickup, as: id) }
        return id
    }

    /// What was made, for its files.
    func pickup(_ id: String, in world: String) -> Pickup? {
        pickups.withLock { $0.values[id] }.flatMap { $0.world == world ? $0 : nil }
    }

    /// What was made, for its page: the first look alone sees the secret.
    func look(at id: String, in world: String) -> (pickup: Pickup, isFirst: Bool)? {
        pickups.withLock { kept in
            guard let pickup = kept.values[id], pickup.world == world else { return nil }
            kept.values[id]?.isSeen = true
            return (pickup, !pickup.isSeen)
        }
    }
}

/// A key with its certificate, or the text of a token: made here, and handed out once.
struct Pickup: Sendable {
    enum Kind: Sendable {
        /// The PKCS#12 file, and key and certificate in PEM.
        case certificate(id: String, keyStore: [UInt8], pem: String)
        /// A token; its text is the secret.
        case token
    }

    let world: String
    let userID: String
    let userName: String
    /// What it is called.
    let name: String
    let kind: Kind
    /// The password of the file, or the token.
    let secret: String
    /// Whether the secret was shown.
    var isSeen = false
}

// MARK: - What moving a clock did

extension ConsoleMemory {
    func keep(_ moved: ClockProgress, of world: String) {
        progress.withLock { $0.keep(moved, as: world) }
    }

    func progress(of world: String) -> ClockProgress? { progress.withLock { $0.values[world] } }
}

// MARK: - Tours

extension ConsoleMemory {
    func begin(_ tour: Tour) { tours.withLock { $0.keep(tour, as: tour.id) } }

    func tour(_ id: String, in world: String) -> Tour? {
        tours.withLock { $0.values[id] }.flatMap { $0.world == world ? $0 : nil }
    }

    /// A tour as its page shows it: the first look alone sees the password.
    func look(atTour id: String, in world: String) -> Tour? {
        tours.withLock { kept in
            guard let tour = kept.values[id], tour.world == world else { return nil }
            kept.values[id]?.isPasswordSeen = !tour.keyStores.isEmpty
            return tour
        }
    }

    /// Replaces a tour by a later state of it; one that was forgotten meanwhile stays forgotten.
    func update(_ tour: Tour) {
        tours.withLock { kept in
            if kept.values[tour.id] != nil { kept.values[tour.id] = tour }
        }
    }
}
