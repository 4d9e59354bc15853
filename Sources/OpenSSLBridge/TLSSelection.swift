/// How one connection goes on after its ClientHello.
package enum TLSSelection: Sendable {
    /// Present this identity.
    ///
    /// `sessionContext` has at most 32 bytes: only sessions made under the same one are resumed.
    /// `asksFor` names the issuers when a client certificate is to be asked for; any certificate,
    /// and none, is then accepted. `flaw` is what goes wrong on purpose.
    case serve(
        identity: ServerIdentity,
        sessionContext: [UInt8],
        asksFor: ClientCANames?,
        flaw: TLSFlaw? = nil
    )

    /// Send this fatal alert and fail the handshake.
    case refuse(alert: UInt8)
}

/// Why a TLS connection failed.
package struct TLSFailure: Error, Hashable {
    /// The alert that the peer sent (RFC 8446 §6), where it sent one.
    package let peerAlert: UInt8?

    /// What OpenSSL, or the system, says.
    package let detail: String

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - peerAlert: The alert that the peer sent.
    ///   - detail: What OpenSSL, or the system, says.
    package init(peerAlert: UInt8?, detail: String) {
        self.peerAlert = peerAlert
        self.detail = detail
    }
}

/// How far a TLS operation came: retrying is progress, not an error.
package enum TLSProgress: Sendable, Hashable {
    /// Done; for reads and writes, so many bytes.
    case done(Int)

    /// Nothing more until the socket is readable.
    case wantsRead

    /// Nothing more until the socket is writable.
    case wantsWrite

    /// The peer closed, with or without `close_notify`.
    case closed

    /// The connection is unusable.
    case failed(TLSFailure)
}
