import CLinux
import HTTP
import Nghttp2Bridge
import OpenSSLBridge

/// The way from an accepted socket to the first request.
extension Connection {
    /// The first bytes are here, or the peer has gone.
    func begin() {
        guard listener.security == .tls else { return open(after: nil) }
        switch unsafe transport.readPlain(into: loop.buffer, isPeek: true) {
        case .done(let count):
            let first = unsafe UnsafeRawBufferPointer(rebasing: loop.buffer[..<count])
            guard unsafe !Self.looksLikePlainHTTP(first) else { return refusePlainHTTP() }
        case .wantsRead, .wantsWrite: return
        case .closed, .failed: return close()
        }
        handshakeBegan = MonotonicClock.nanoseconds()
        do {
            try transport.startTLS(context: loop.core.tlsContext) { [unowned self] in select($0) }
        } catch {
            reportHandshakeFailure(error.description)
            return close()
        }
        phase = .handshaking
        handshake()
    }

    /// Goes on with the TLS handshake.
    func handshake() {
        switch transport.handshake() {
        case .done:
            open(after: handshakeFacts())
        case .wantsRead where direction?.flaw?.holdsHandshake == true: holdHandshake()
        case .wantsRead: watch(UInt32(EPOLLIN.rawValue))
        case .wantsWrite: watch(UInt32(EPOLLOUT.rawValue))
        case .closed:
            reportHandshakeFailure("the client closed the connection")
            close()
        case .failed(let failure):
            reportHandshakeFailure(failure.detail)
            // In TLS 1.3 the client sends its request behind its certificate: closing now would
            // answer that with a reset, which may overtake the alert.
            if direction?.flaw == nil { close() } else { linger() }
        }
    }

    /// Does what a flaw asks for that begins with standing still.
    private func holdHandshake() {
        switch direction?.flaw {
        case .stallHandshake:
            isHeld = true
            watch(UInt32(EPOLLRDHUP.rawValue))
            loop.setDeadline(of: self, in: loop.limits.waitingTimeout)
        case .resetDuringHandshake, .alertAtCertificate, .judgeCertificate, nil:
            reportHandshakeFailure("reset after the ClientHello, on purpose")
            transport.resetWhenClosed()
            close()
        }
    }

    private func select(_ serverName: String?) -> TLSSelection {
        let local = SocketAddress.local(of: transport.descriptor.number)
        let hello = ClientHello(
            listener: listener.name,
            listenerWorld: listener.world,
            serverName: serverName,
            localAddress: local?.text ?? "",
            remoteAddress: remoteAddress
        )
        var direction = Direction(
            serverName: serverName,
            localPort: local?.port ?? 0,
            world: listener.world
        )
        defer { self.direction = direction }
        switch loop.director.direct(hello) {
        case .refuse(let alert): return .refuse(alert: alert)
        case .serve(let identity, let world, let asksFor, let flaw):
            direction.world = world
            direction.asksForClientCertificate = asksFor != nil
            direction.flaw = flaw
            let mode = asksFor == nil ? "plain" : "clientauth"
            return .serve(
                identity: identity,
                sessionContext: Digest.sha256(Array("\(mode)\0\(world)".utf8)),
                asksFor: asksFor,
                flaw: flaw
            )
        }
    }

    /// The connection's number: keys of the table have 56 bits, and each loop has its own table.
    private var id: UInt64 { UInt64(loop.index) << 56 | key }

    private func open(after handshake: HandshakeFacts?) {
        let world =
            direction?.world ?? listener.world
            ?? loop.director.world(ofPlainListener: listener.name)
        let facts = ConnectionFacts(
            id: id,
            loop: loop.index,
            listener: listener.name,
            remoteAddress: remoteAddress,
            serverName: handshake?.serverName?.lowercased(),
            world: world,
            asksForClientCertificate: handshake?.asksForClientCertificate ?? false,
            presentedCertificate: handshake?.presentedChain.first,
            tlsVersion: handshake?.tlsVersion,
            cipher: handshake?.cipher,
            isResumed: handshake?.isResumed ?? false
        )
        self.facts = facts
        if let handshake { loop.report(.handshakeCompleted(handshake, facts.handshake)) }
        do {
            var limits = loop.limits
            if let bodyBytesMax = listener.bodyBytesMax { limits.http.bodyBytesMax = bodyBytesMax }
            let exchanges: any Exchanges =
                transport.applicationProtocol == .http2
                ? try HTTP2Exchanges(limits: limits) : HTTP1Exchanges(limits: limits.http)
            phase = .open(exchanges)
        } catch {
            reportHandshakeFailure(error.description)
            return close()
        }
        // The request may have come with the last bytes of the handshake.
        becameReadable()
    }

    /// What there is to say about the handshake now.
    private func handshakeFacts(_ detail: String? = nil) -> HandshakeFacts {
        let localPort =
            direction?.localPort ?? SocketAddress.local(of: transport.descriptor.number)?.port
        var facts = HandshakeFacts(
            connectionID: id,
            loop: loop.index,
            listener: listener.name,
            remoteAddress: remoteAddress,
            localPort: localPort ?? 0,
            serverName: direction?.serverName,
            world: direction?.world ?? listener.world,
            asksForClientCertificate: direction?.asksForClientCertificate ?? false,
            detail: detail,
            microseconds: Int((MonotonicClock.nanoseconds() - handshakeBegan) / 1_000)
        )
        transport.describe(&facts)
        return facts
    }

    func reportHandshakeFailure(_ detail: String) {
        loop.report(.handshakeFailed(handshakeFacts(detail), facts?.handshake))
    }

    /// Reports an alert that came after our side of the handshake was complete.
    ///
    /// In TLS 1.3 a client that rejects our certificate may say so only now.
    func reportLateAlert(_ failure: TLSFailure) {
        guard let alert = failure.peerAlert, alert != 0 else { return }
        reportHandshakeFailure(failure.detail)
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
        handshakeBegan = MonotonicClock.nanoseconds()
        loop.report(.plainHTTPOnTLSPort(handshakeFacts(HandshakeFacts.plainHTTP)))
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
