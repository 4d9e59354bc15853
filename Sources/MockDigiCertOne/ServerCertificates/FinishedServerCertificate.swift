import OpenSSLBridge
import Synchronization

/// A server certificate that a person brought: presented whatever the name.
final class FinishedServerCertificate: Sendable {
    private let identity: ServerIdentity
    private let report: @Sendable (ServerCertificatesNotice) -> Void

    /// The names that were reported; bounded like those that are minted.
    private let reported = Mutex<Set<String>>([])

    /// Takes the certificate.
    ///
    /// - Parameters:
    ///   - own: The certificate with its key and chain.
    ///   - report: Told each name that it does not cover, once.
    /// - Throws: ``OpenSSLError`` only when memory is short.
    init(
        _ own: CertifiedKey,
        report: @escaping @Sendable (ServerCertificatesNotice) -> Void
    ) throws(OpenSSLError) {
        identity = ServerIdentity(
            certificate: own.certificate.shared(),
            privateKey: own.key.shared(),
            issuer: try own.chain(from: 1, withRoot: false)
        )
        self.report = report
    }

    /// What to present to a client that calls a name.
    ///
    /// - Parameter name: The name, or the address where there is none.
    /// - Returns: Always the same identity.
    func identity(for name: ServerName) -> ServerIdentity {
        // Without a name nobody knows what the client will hold the certificate against.
        guard case .named(let text) = name, !identity.covers(hostName: text) else {
            return identity
        }
        let isNew = reported.withLock { reported in
            reported.count < ServerCertificates.identitiesMax && reported.insert(text).inserted
        }
        if isNew { report(.nameNotCovered(text)) }
        return identity
    }
}
