import OpenSSLBridge
import Synchronization

/// Mints a certificate per name as it is asked for, and keeps it.
final class ServerCertificatesMint: Sendable {
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

    init(
        _ authority: ServerCertificatesAuthority,
        setup: ServerCertificatesSetup,
        now: @escaping @Sendable () -> Int64,
        report: @escaping @Sendable (ServerCertificatesNotice) -> Void
    ) throws(OpenSSLError) {
        for notice in authority.notices(for: setup, now: now()) { report(notice) }
        let key = try PrivateKey.generate(.p256)
        let publicKey = try key.publicKeyInfo()
        ownNames = setup.ownNames
        let names = ServerName.unnamed(address: "127.0.0.1").subjectNames(own: setup.ownNames)
        let admitted = names.filter(authority.permits)
        firstIdentity = try authority.identity(
            names: admitted.isEmpty ? names : admitted,
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

    /// What to present to a client that calls a name.
    ///
    /// - Parameter name: The name, or the address where there is none.
    /// - Returns: The identity; the same object for the same name until it is renewed.
    func identity(for name: ServerName) -> ServerIdentity {
        let time = now()
        let (identity, refused) = memory.withLock { memory in
            if let minted = memory.minted[name], Self.isFresh(minted, at: time) {
                return (minted.identity, [CertificateExtension.GeneralName]())
            }
            return mint(name, at: time, in: &memory)
        }
        for name in refused { report(authority.notice(ofRefused: name)) }
        return identity
    }

    private static func isFresh(_ minted: Minted, at time: Int64) -> Bool {
        let renewal = minted.notAfter - ServerCertificates.renewedDaysBeforeEnd * 86_400
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
            if memory.order.count >= ServerCertificates.identitiesMax {
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
            !authority.permits(refused) && memory.reported.count < ServerCertificates.identitiesMax
                && memory.reported.insert(refused.text).inserted
        }
        return (identity, refused)
    }
}
