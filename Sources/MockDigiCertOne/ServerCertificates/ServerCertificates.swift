import Glibc
package import OpenSSLBridge

/// The certificates that the process presents to TLS clients: minted per name as they are asked
/// for, or one that a person brought.
///
/// They follow the system's clock, which is what clients judge them by, and never a world's.
package final class ServerCertificates: Sendable {
    /// How long a minted certificate lasts, in days, the two before its making included.
    package static let lifetimeDays: Int64 = 90

    /// How far certificates are dated back, in days, for clients whose clock is behind.
    package static let backdatedDays: Int64 = 2

    /// How many days before its end a certificate is replaced by a new one.
    package static let renewedDaysBeforeEnd: Int64 = 30

    /// How many identities are kept; the oldest makes room for a new one.
    package static let identitiesMax = 256

    private enum Presented {
        case minted(ServerCertificatesMint)
        case finished(FinishedServerCertificate)
    }

    private let presented: Presented

    /// The file with what clients must trust.
    package let caFilePath: String

    private init(_ presented: Presented, caFilePath: String) {
        self.presented = presented
        self.caFilePath = caFilePath
    }

    /// Takes up what a person brought, or the TLS authority of a state directory, or makes one.
    ///
    /// - Parameters:
    ///   - setup: Where the authority lives and what it is for.
    ///   - source: Whose certificates are presented.
    ///   - now: The system's clock, in seconds since 1970.
    ///   - report: Told what a person should know, each thing once.
    /// - Returns: The certificates.
    /// - Throws: ``ServerCertificatesError`` when files cannot be read or written.
    package static func open(
        _ setup: ServerCertificatesSetup,
        from source: ServerCertificatesSource = .made,
        now: @escaping @Sendable () -> Int64,
        report: @escaping @Sendable (ServerCertificatesNotice) -> Void
    ) throws(ServerCertificatesError) -> ServerCertificates {
        let presented: Presented
        switch source {
        case .made:
            let authority = try ServerCertificatesAuthority.open(setup, now: now())
            presented = .minted(
                try faultless(setup) { () throws(OpenSSLError) in
                    try ServerCertificatesMint(authority, setup: setup, now: now, report: report)
                }
            )
        case .authority(let own):
            if !own.endsInRoot { report(.rootMissing(own.files.subject)) }
            presented = .minted(
                try faultless(setup) { () throws(OpenSSLError) in
                    try ServerCertificatesMint(
                        ServerCertificatesAuthority(own),
                        setup: setup,
                        now: now,
                        report: report
                    )
                }
            )
        case .certificate(let own, let roots):
            if !own.endsInRoot, roots == nil { report(.rootMissing(own.files.subject)) }
            presented = .finished(
                try faultless(setup) { () throws(OpenSSLError) in
                    try FinishedServerCertificate(own, report: report)
                }
            )
        }
        if let trusted = source.trusted {
            try ServerCertificatesFiles.publish(trusted, setup)
        }
        return ServerCertificates(presented, caFilePath: setup.caFilePath)
    }

    /// Looks whether the authority of a state directory can be taken up, and changes nothing.
    ///
    /// What only the server's user may read is left to the server.
    ///
    /// - Parameter setup: Where the authority lives.
    /// - Throws: ``ServerCertificatesError`` when its file holds something else.
    package static func check(
        _ setup: ServerCertificatesSetup
    ) throws(ServerCertificatesError) {
        guard unsafe access(setup.authorityFilePath, R_OK) == 0 else { return }
        _ = try ServerCertificatesAuthority.stored(setup)
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

    /// What to present in a handshake.
    ///
    /// - Parameters:
    ///   - serverName: The name in the ClientHello (RFC 6066 §3), as the client wrote it; what is
    ///     no host name counts as none.
    ///   - localAddress: The address the client connected to.
    /// - Returns: The identity; the same object for the same name until it is renewed.
    package func identity(serverName: String?, localAddress: String) -> ServerIdentity {
        let name = ServerName(serverName: serverName, localAddress: localAddress)
        return switch presented {
        case .minted(let mint): mint.identity(for: name)
        case .finished(let certificate): certificate.identity(for: name)
        }
    }

    /// Does what fails only by a fault of the program.
    private static func faultless<Result>(
        _ setup: ServerCertificatesSetup,
        _ body: () throws(OpenSSLError) -> Result
    ) throws(ServerCertificatesError) -> Result {
        do throws(OpenSSLError) {
            return try body()
        } catch {
            throw ServerCertificatesError(
                path: setup.authorityFilePath,
                problem: error.description,
                remedy: "this is a fault of the mock, please report it"
            )
        }
    }
}

/// Whose server certificates are presented.
package enum ServerCertificatesSource: Sendable {
    /// Those of an authority that is made here and kept in the state directory.
    case made
    /// Those that an authority of a person's own signs.
    case authority(CertifiedKey)
    /// One that a person brought, for every name; `roots` is what clients must trust, PEM, where
    /// its own file does not say.
    case certificate(CertifiedKey, roots: String?)

    /// What clients must trust, PEM; nil for what is made here, which knows itself.
    var trusted: String? {
        switch self {
        case .made: nil
        case .authority(let own): own.top
        case .certificate(let own, let roots): roots ?? own.top
        }
    }
}
