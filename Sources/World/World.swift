internal import AccountModel
package import AccountStore
internal import OpenSSLBridge
package import PrivateCA

/// One independent universe: its users, tokens and certificates, its CA and its clock.
package final class World: Sendable {
    /// The world's name.
    package let name: String

    /// What stands for the name in tokens and serial numbers.
    package let tag: WorldTag

    /// Users, tokens, certificates, the audit log.
    package let store: AccountStore

    /// Who signs the certificates.
    package let ca: PrivateCA

    /// What time it is here.
    package let clock: WorldClock

    /// Whether this opening began the world; otherwise its seed is that of then.
    package let isNew: Bool

    /// What opening changed of a clock that was there before; nil when nothing.
    package let clockChange: ClockChange?

    /// What is answered where the vendor is silent.
    let settingsInForce: SettingsInForce

    /// The subjects, DER, that certificates of this world name as their issuer, the present one
    /// first: what a handshake tells clients, which pick a certificate by it.
    package let issuerNames: [[UInt8]]

    /// The issuing authority that a person brought; nil where the world has its own.
    let given: GivenAuthority?

    /// Of which contents of the store the clock is.
    let contents: UInt64

    /// What goes wrong here on purpose.
    package let faults: Faults

    /// What clients were fitted out with.
    let kitShelf = KitShelf()

    /// Keys that pages have just made for somebody.
    package let keyFiles = KeyFileShelf()

    /// How many requests each key and certificate has sent lately.
    package let rateLimiter = RateLimiter()

    /// Sign-ins that the audit log does not have yet.
    package let signIns = SignIns()

    /// Where this world's chance comes from.
    package let random: RandomStreams

    init(
        name: String,
        store: AccountStore,
        ca: PrivateCA,
        issuerNames: [[UInt8]],
        given: GivenAuthority?,
        clock: WorldClock,
        settings: SettingsInForce,
        isNew: Bool,
        clockChange: ClockChange? = nil,
        faults: Faults,
        random: RandomStreams
    ) {
        self.name = name
        tag = WorldTag(name: name)
        self.store = store
        contents = store.contents
        self.ca = ca
        self.issuerNames = issuerNames
        self.given = given
        self.clock = clock
        settingsInForce = settings
        self.isNew = isNew
        self.clockChange = clockChange
        self.faults = faults
        self.random = random
    }

    /// Stores the sign-ins that the audit log does not have yet, and with a seed how far chance has
    /// come; not to be called for each request.
    ///
    /// - Throws: ``StoreError`` when they cannot be stored now.
    package func storeSignIns() throws(StoreError) {
        try signIns.flush(into: store)
        try store.storeStreams()
    }

    /// Stores what the world keeps in memory and its file does not have yet: to be called before it
    /// is closed or copied.
    ///
    /// - Throws: ``StoreError`` when it cannot be stored now.
    package func settle() throws(StoreError) {
        try storeSignIns()
        try faults.settle()
    }

    /// Makes an identifier for a new thing.
    ///
    /// - Parameter kind: What it is for. Things that are made at no request of their own have a
    ///   kind of their own, so that with a seed the others' identifiers do not depend on them.
    /// - Returns: A lower-case UUID.
    package func makeID(_ kind: RandomKind = .identifier) -> String {
        Identifier.uuid(randomBytes: random.bytes(16, for: kind))
    }

    /// Makes the text of a new token in the vendor's form: 26 hex digits that begin with `01`, an
    /// underscore, 64 hex digits.
    ///
    /// The eight digits after `01` are the world's ``WorldTag``; the others, 320 bits, are
    /// random.
    ///
    /// - Returns: The text; nothing but its digest is ever stored.
    package func makeTokenText() -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text = Array("01".utf8)
        for (index, byte) in (tag.bytes + random.bytes(40, for: .token)).enumerated() {
            if index == 12 { text.append(UInt8(ascii: "_")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0x0f)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Turns a token into what the store knows it by.
    ///
    /// - Parameter token: The token's text, as a client presents it.
    /// - Returns: Its SHA-256, 32 bytes.
    package func digest(ofToken token: String) -> [UInt8] { Digest.sha256(Array(token.utf8)) }
}

/// Why a world cannot be opened.
package struct WorldError: Error, Hashable, CustomStringConvertible {
    /// One sentence that names the world, the cause and the remedy.
    package let description: String

    /// What of the clock that was asked for cannot be; nil where that is not the cause.
    var clockRefusal: ClockRefusal?
}
