import CLinux
import Glibc
import HTTP
import OpenSSLBridge

/// The bytes of one connection: a socket, in the clear or under TLS.
struct Transport: ~Copyable {
    /// The accepted socket.
    let descriptor: FileDescriptor

    // Declared after the descriptor it works on.
    private var tls: TLSConnection?

    /// A socket in the clear.
    init(plain descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
        tls = nil
    }

    /// Puts TLS on the socket; the handshake is yet to come.
    ///
    /// - Throws: ``OpenSSLError`` when OpenSSL is out of memory.
    mutating func startTLS(
        context: borrowing TLSContext,
        select: @escaping (String?) -> TLSSelection
    ) throws(OpenSSLError) {
        tls = try TLSConnection.accept(
            on: descriptor.number,
            context: context,
            select: select
        )
    }

    /// Goes on with the handshake; done at once in the clear.
    func handshake() -> TLSProgress {
        switch tls {
        case .some(let tls): tls.handshake()
        case .none: .done(0)
        }
    }

    /// Reads what has arrived.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> TLSProgress {
        switch tls {
        case .some(let tls): return unsafe tls.read(into: buffer)
        case .none: return unsafe readPlain(into: buffer)
        }
    }

    /// Whether a read would return bytes although the socket has none.
    var hasPendingBytes: Bool {
        switch tls {
        case .some(let tls): tls.hasPendingBytes
        case .none: false
        }
    }

    /// Writes what the socket takes.
    func write(_ bytes: UnsafeRawBufferPointer) -> TLSProgress {
        switch tls {
        case .some(let tls): return unsafe tls.write(bytes)
        case .none: return unsafe writePlain(bytes)
        }
    }

    /// Tells the peer that nothing more will come, by `close_notify` and FIN.
    func finishWriting() {
        switch tls {
        case .some(let tls): tls.sendCloseNotify()
        case .none: break
        }
        _ = shutdown(descriptor.number, Int32(SHUT_WR))
    }

    /// Has the socket reset its connection when it closes (SO_LINGER with no time, socket(7)).
    func resetWhenClosed() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(descriptor.number, SOL_SOCKET, SO_LINGER, &linger, size)
    }

    /// Whether there is TLS, and its application protocol; HTTP/1.1 in the clear.
    var applicationProtocol: ApplicationProtocol {
        switch tls {
        case .some(let tls): tls.applicationProtocol
        case .none: .http11
        }
    }

    /// Adds what TLS knows to the facts of a handshake.
    func describe(_ facts: inout HandshakeFacts) {
        switch tls {
        case .some(let tls): facts.add(tls)
        case .none: break
        }
    }

    /// Reads from the socket itself, below TLS.
    func readPlain(into buffer: UnsafeMutableRawBufferPointer, isPeek: Bool = false) -> TLSProgress
    {
        let flags = isPeek ? Int32(MSG_PEEK) : 0
        let count = unsafe recv(descriptor.number, buffer.baseAddress, buffer.count, flags)
        if count > 0 { return .done(count) }
        if count == 0 { return .closed }
        return Self.progressOfError(waiting: .wantsRead)
    }

    /// Writes to the socket itself, below TLS.
    func writePlain(_ bytes: UnsafeRawBufferPointer) -> TLSProgress {
        let flags = Int32(MSG_NOSIGNAL)
        let count = unsafe send(descriptor.number, bytes.baseAddress, bytes.count, flags)
        return count >= 0 ? .done(count) : Self.progressOfError(waiting: .wantsWrite)
    }

    private static func progressOfError(waiting: TLSProgress) -> TLSProgress {
        switch errno {
        case EAGAIN, EINTR: waiting
        case ECONNRESET, EPIPE: .closed
        case let number:
            .failed(
                TLSFailure(
                    peerAlert: nil,
                    detail: SystemError(operation: "recv", number: number).detail
                )
            )
        }
    }
}

extension HandshakeFacts {
    /// Adds what a connection knows, however far its handshake came.
    mutating func add(_ tls: borrowing TLSConnection) {
        offeredProtocols = tls.offeredProtocols
        let cipher = tls.cipher
        if !cipher.isEmpty {
            self.cipher = cipher
            tlsVersion = tls.version
            isResumed = tls.isResumed
        }
        if !offeredProtocols.isEmpty, detail == nil {
            applicationProtocol = tls.applicationProtocol == .http2 ? "h2" : "http/1.1"
        }
        alertReceived = tls.alertReceived
        alertSent = tls.alertSent
        var link = tls.presentedChain()
        while let present = link {
            presentedChain.append(PresentedCertificate(present.certificate))
            link = present.above
        }
    }
}

extension PresentedCertificate {
    /// Describes a certificate of OpenSSL's.
    init(_ certificate: borrowing Certificate) {
        self.init(
            sha256: certificate.sha256,
            subject: certificate.subject,
            issuer: certificate.issuer,
            serialNumber: certificate.serialNumber,
            notBefore: certificate.notBefore,
            notAfter: certificate.notAfter
        )
    }
}
