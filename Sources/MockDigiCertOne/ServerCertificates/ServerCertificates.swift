package import OpenSSLBridge
import Synchronization

/// The certificates that the process presents to TLS clients, minted per name as they are asked
/// for.
///
/// They follow the system's clock, which is what clients judge them by, and never a world's.
package final class ServerCertificates: Sendable {
    /// How long a certificate lasts, in days, the two before its making included.
    package static let lifetimeDays: Int64 = 90

    /// How far certificates are dated back, in days, for clients whose clock is behind.
    package static let backdatedDays: Int64 = 2

    /// How many days before its end a certificate is replaced by a new one.
    package static let renewedDaysBeforeEnd: Int64 = 30

    /// How many identities are kept; the oldest makes room for a new one.
    package static let identitiesMax = 256

    private struct Minted {
        let identity: ServerIdentity
        let notBefore: Int64
        let notAfter: Int64
    }

    private struct Memory {
        var minted: [ServerName: Minted] = [:]
        /// The keys of `minted`, oldest first.
        var order: [ServerName] = []
        /// What was reported already; bounded like `minted`.
        var reported: Set<String> = []
    }

    private let authority: ServerCertificatesAuthority
    private let key: PrivateKey
    private let publicKey: PublicKeyInfo
    private let ownNames: [String]
    private let now: @Sendable () -> Int64
    private let report: @Sendable (ServerCertificatesNotice) -> Void
    private let memory = Mutex(Memory())

    /// What is presented when minting fails, which it does only when memory is short.
    private let firstIdentity: ServerIdentity

    /// The file with the one certificate that clients must trust.
    package let caFilePath: String

    /// Takes up the TLS authority of a state directory, or makes one.
    ///
    /// - Parameters:
    ///   - setup: Where the authority lives and what it is for.
    ///   - now: The system's clock, in seconds since 1970.
    ///   - report: Told what a person should know, each thing once.
    /// - Returns: The certificates.
    /// - Throws: ``ServerCertificatesError`` when files cannot be read or written.
    package static func open(
        _ setup: ServerCertificatesSetup,
        now: @escaping @Sendable () -> Int64,
        report: @escaping @Sendable (ServerCertificatesNotice) -> Void
    ) throws(ServerCertificatesError) -> ServerCertificates {
        let authority = try ServerCertificatesAuthority.open(setup, now: now())
        for notice in authority.notices(for: setup, now: now()) { report(notice) }
        do throws(OpenSSLError) {
            return try ServerCertificates(authority, setup: setup, now: now, report: report)
        } catch {
            throw ServerCertificatesError(
                path: setup.authorityFilePath,
                problem: error.description,
                remedy: "this is a fault of the mock, please report it"
            )
        }
    }

    /// Makes a new root and a new intermediate; the old ones vouch for nothing from then on.
    ///
    /// A running process keeps its own until it is started again.
    ///
    /// - Parameters:
    ///   - setup: Where the authority lives and what it is for.
    ///   - now: The system's time, in seconds since 1970.
    /// - Throws: ``ServerCertificatesError`` when files cannot be written.
    package static func renew(
        _ setup: ServerCertificatesSetup,
        now: Int64
    ) throws(ServerCertificatesError) {
        _ = try ServerCertificatesAuthority.make(setup, now: now)
    }

    private init(
        _ authority: ServerCertificatesAuthority,
        setup: ServerCertificatesSetup,
        now: @escaping @Sendable () -> Int64,
        report: @escaping @Sendable (ServerCertificatesNotice) -> Void
    ) throws(OpenSSLError) {
        let key = try PrivateKey.generate(.p256)
        let publicKey = try key.publicKeyInfo()
        ownNames = setup.ownNames
        caFilePath = setup.caFilePath
        firstIdentity = try authority.identity(
            names: ServerName.unnamed(address: "127.0.0.1").subjectNames(own: setup.ownNames)
                .filter(authority.permits),
            key: key.shared(),
            publicKey: publicKey,
            now: now()
        )
        self.authority = authority
        self.key = key
        self.publicKey = publicKey
        self.now = now
        self.report = report
    }

    /// What to present in a handshake.
    ///
    /// - Parameters:
    ///   - serverName: The name in the ClientHello (RFC 6066 §3), as the client wrote it; what is
    ///     no host name counts as none.
    ///   - localAddress: The address the client connected to.
    /// - Returns: The identity; the same object for the same name until it is renewed.
    package func identity(serverName: String?, localAddress: String) -> ServerIdentity {
        let name = ServerName(serverName: serverName, localAddress: localAddress)
        let time = now()
        let (identity, refused) = memory.withLock { memory in
            if let minted = memory.minted[name], Self.isFresh(minted, at: time) {
                return (minted.identity, [CertificateExtension.GeneralName]())
            }
            return mint(name, at: time, in: &memory)
        }
        for name in refused { report(.nameNotAdmitted(name.text)) }
        return identity
    }

    private static func isFresh(_ minted: Minted, at time: Int64) -> Bool {
        let renewal = minted.notAfter - renewedDaysBeforeEnd * 86_400
        return minted.notBefore <= time && time < renewal
    }

    /// Mints an identity and keeps it; also tells the names not admitted and not yet reported.
    private func mint(
        _ name: ServerName,
        at time: Int64,
        in memory: inout Memory
    ) -> (ServerIdentity, [CertificateExtension.GeneralName]) {
        let wanted = name.subjectNames(own: ownNames)
        let admitted = wanted.filter(authority.permits)
        // A name that was asked for is presented even so: the client's own message is then about
        // the name constraints, and a client that does not verify is served.
        let names = admitted.isEmpty ? wanted : admitted
        let identity: ServerIdentity
        do throws(OpenSSLError) {
            identity = try authority.identity(
                names: names,
                key: key.shared(),
                publicKey: publicKey,
                now: time
            )
        } catch {
            return (firstIdentity, [])
        }
        if memory.minted[name] == nil {
            if memory.order.count >= Self.identitiesMax {
                memory.minted[memory.order.removeFirst()] = nil
            }
            memory.order.append(name)
        }
        memory.minted[name] = Minted(
            identity: identity,
            notBefore: ServerCertificatesAuthority.notBefore(at: time),
            notAfter: ServerCertificatesAuthority.notAfter(at: time)
        )
        let refused = wanted.filter { refused in
            !authority.permits(refused) && memory.reported.count < Self.identitiesMax
                && memory.reported.insert(refused.text).inserted
        }
        return (identity, refused)
    }
}
