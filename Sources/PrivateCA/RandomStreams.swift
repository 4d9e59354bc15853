package import OpenSSLBridge

/// What chance is needed for; each kind has a stream of its own in each world.
package enum RandomKind: String, Sendable, Hashable, CaseIterable {
    /// Identifiers of users, tokens and certificates.
    case identifier = "id"
    /// Identifiers of entries of the audit log, of which some are made when nobody asked.
    case auditEntry = "audit"
    /// Texts of tokens.
    case token
    /// Serial numbers of issued certificates, and signatures under them where their kind takes
    /// chance.
    case certificate
    /// Keys that are made for clients.
    case clientKey = "client-key"
    /// Salts and initialization vectors of key stores.
    case keyStore = "key-store"
    /// Passwords of key stores.
    case password
    /// The key of the world's authority.
    case authorityKey = "ca-key"
    /// The serial number of the authority's own certificate, and the signature under it.
    case authority = "ca"
    /// Identifiers of messages in the mailbox.
    case mail
    /// What tells browsers apart in which somebody signs in, and salts of passwords.
    case signIn = "sign-in"
    /// Identifiers of fault rules, and whether they act.
    case fault
    /// Identifiers, PINs and salts of the Digital ID Center.
    case digitalID = "digital-id"
    /// Signatures under lists of revoked certificates, where their kind takes chance.
    case revocationList = "crl"
    /// What tells one form of a page from another, and one address of a gate.
    case page
}

/// Where a world's chance comes from: from nowhere that anybody knows, or from a seed.
///
/// With a seed, what is drawn follows from the seed, the world's name, the kind, and how often that
/// kind was drawn before. So the same requests get the same answers, the order of two kinds does
/// not matter, and no two worlds draw the same, whatever one of them copied from the other.
package struct RandomStreams: Sendable {
    private struct Seeded: Sendable {
        let seed: UInt64
        let world: String
        let nextNumber: @Sendable (RandomKind) -> UInt64

        func stream(_ kind: RandomKind, _ number: UInt64) -> SeededRandom {
            // Each text stands behind its length: no two streams have one origin.
            var origin = Array("mock-digicert-one random stream 1\n".utf8)
            for text in [world, kind.rawValue] {
                origin += Self.bytes(of: UInt64(text.utf8.count)) + Array(text.utf8)
            }
            return SeededRandom(origin: origin + Self.bytes(of: seed) + Self.bytes(of: number))
        }

        private static func bytes(of number: UInt64) -> [UInt8] {
            (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
        }
    }

    private let seeded: Seeded?

    /// What nobody can foresee.
    package static let secure = RandomStreams(seeded: nil)

    private init(seeded: Seeded?) {
        self.seeded = seeded
    }

    /// What follows from a seed.
    ///
    /// - Parameters:
    ///   - seed: Any number.
    ///   - world: The name of the world.
    ///   - nextNumber: Gives out running numbers of a kind, none of them twice; called on any
    ///     thread.
    package init(
        seed: UInt64,
        world: String,
        nextNumber: @escaping @Sendable (RandomKind) -> UInt64
    ) {
        seeded = Seeded(seed: seed, world: world, nextNumber: nextNumber)
    }

    /// Whether what is drawn follows from a seed.
    package var isSeeded: Bool { seeded != nil }

    /// Draws bytes.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - kind: What for.
    /// - Returns: So many bytes.
    package func bytes(_ count: Int, for kind: RandomKind) -> [UInt8] {
        next(kind)?.bytes(count) ?? SecureRandom.bytes(count)
    }

    /// Draws for a function that takes a stream.
    ///
    /// - Parameter kind: What for.
    /// - Returns: A stream that was never drawn before; nil leaves the function to the process's
    ///   own generator.
    package func next(_ kind: RandomKind) -> SeededRandom? {
        seeded.map { $0.stream(kind, $0.nextNumber(kind)) }
    }

    /// The stream for what a world has once, such as the key of its authority, so that it does not
    /// matter how often making it was tried.
    ///
    /// - Parameter kind: What for; never to be drawn by number as well.
    /// - Returns: The same stream at each call; nil leaves it to the process's own generator.
    package func only(_ kind: RandomKind) -> SeededRandom? {
        seeded?.stream(kind, 0)
    }
}
