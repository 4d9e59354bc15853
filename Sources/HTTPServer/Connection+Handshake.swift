import CLinux
import HTTP
import Nghttp2Bridge
import OpenSSLBridge

/// The way from an accepted socket to the first request.
extension Connection {
    /// The first bytes are here, or the peer has gone.
    func begin() {
        guard listener.security == .tls else { return open(agreement: nil) }
        switch unsafe transport.readPlain(into: loop.buffer, isPeek: true) {
        case .done(let count):
            let first = unsafe UnsafeRawBufferPointer(rebasing: loop.buffer[..<count])
            guard unsafe !Self.looksLikePlainHTTP(first) else { return refusePlainHTTP() }
        case .wantsRead, .wantsWrite: return
        case .closed, .failed: return close()
        }
        do {
            try transport.startTLS(context: loop.core.tlsContext) { [unowned self] in select($0) }
        } catch {
            loop.report(handshakeFailure(alert: nil, detail: error.description))
            return close()
        }
        phase = .handshaking
        handshake()
    }

    /// Goes on with the TLS handshake.
    func handshake() {
        switch transport.handshake() {
        case .done: open(agreement: transport.agreement())
        case .wantsRead: watch(UInt32(EPOLLIN.rawValue))
        case .wantsWrite: watch(UInt32(EPOLLOUT.rawValue))
        case .closed:
            loop.report(handshakeFailure(alert: nil, detail: "the client closed the connection"))
            close()
        case .failed(let failure):
            loop.report(handshakeFailure(alert: failure.peerAlert, detail: failure.detail))
            close()
        }
    }

    private func select(_ serverName: String?) -> TLSSelection {
        let local = SocketAddress.local(of: transport.descriptor.number)
        let hello = ClientHello(
            listener: listener.name,
            listenerWorld: listener.world,
            serverName: serverName,
            localAddress: local?.text ?? ""
        )
        switch loop.director.direct(hello) {
        case .refuse(let alert): return .refuse(alert: alert)
        case .serve(let identity, let world, let asksFor):
            direction = (serverName, world, asksFor != nil)
            let mode = asksFor == nil ? "plain" : "clientauth"
            return .serve(
                identity: identity,
                sessionContext: Digest.sha256(Array("\(mode)\0\(world)".utf8)),
                asksFor: asksFor
            )
        }
    }

    private func open(agreement: TLSAgreement?) {
        let world =
            direction?.world ?? listener.world
            ?? loop.director.world(ofPlainListener: listener.name)
        facts = ConnectionFacts(
            // Keys of the table have 56 bits, and each loop has a table of its own.
            id: UInt64(loop.index) << 56 | key,
            loop: loop.index,
            listener: listener.name,
            remoteAddress: remoteAddress,
            serverName: direction?.serverName?.lowercased(),
            world: world,
            asksForClientCertificate: direction?.asksForClientCertificate ?? false,
            presentedCertificate: agreement?.certificate,
            tlsVersion: agreement?.version,
            cipher: agreement?.cipher,
            isResumed: agreement?.isResumed ?? false
        )
        do {
            let exchanges: any Exchanges =
                agreement?.applicationProtocol == .http2
                ? try HTTP2Exchanges(limits: loop.limits) : HTTP1Exchanges(limits: loop.limits.http)
            phase = .open(exchanges)
        } catch {
            loop.report(handshakeFailure(alert: nil, detail: error.description))
            return close()
        }
        // The request may have come with the last bytes of the handshake.
        becameReadable()
    }

    func handshakeFailure(alert: UInt8?, detail: String) -> ConnectionEvent {
        .handshakeFailed(
            listener: listener.name,
            remoteAddress: remoteAddress,
            serverName: direction?.serverName,
            alert: alert,
            detail: detail
        )
    }

    /// Reports an alert that came after our side of the handshake was complete.
    ///
    /// In TLS 1.3 a client that rejects our certificate may say so only now.
    func reportLateAlert(_ failure: TLSFailure) {
        guard let alert = failure.peerAlert, alert != 0 else { return }
        loop.report(handshakeFailure(alert: alert, detail: failure.detail))
    }

    /// Whether these bytes are the beginning of a request line and no TLS record.
    ///
    /// A TLS record begins with a type from 20 to 24; a method with a letter.
    private static func looksLikePlainHTTP(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = unsafe bytes.first else { return false }
        return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
    }

    private func refusePlainHTTP() {
        loop.report(.plainHTTPOnTLSPort(listener: listener.name, remoteAddress: remoteAddress))
        // Take what was sent, so that closing does not reset the connection before it is answered.
        _ = unsafe transport.readPlain(into: loop.buffer)
        let local = SocketAddress.local(of: transport.descriptor.number)
        let text = """
            Plain HTTP was sent to an HTTPS port. \
            Ask for https:// instead: https://localhost:\(local?.port ?? 0)/\n
            """
        let answer = """
            HTTP/1.1 400 Bad Request\r
            content-type: text/plain; charset=utf-8\r
            content-length: \(text.utf8.count)\r
            connection: close\r
            \r
            \(text)
            """
        let bytes = Array(answer.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe transport.writePlain($0) }
        linger()
    }
}
