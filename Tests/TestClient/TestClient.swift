import COpenSSL
import Glibc

/// A blocking client for tests: bytes out, answers in, in the clear or under TLS.
///
/// It is deliberately not a good HTTP client: it sends exactly what it is given.
@safe
package final class TestClient {
    /// What went wrong, in words.
    package struct Failure: Error, CustomStringConvertible {
        /// The description.
        package let description: String

        /// The alert received (RFC 8446 §6), where one was.
        package let alert: Int?

        /// Whether the server reset the connection (TCP RST).
        package var wasReset = false
    }

    /// How a TLS handshake is to be made.
    package struct TLSOptions: Sendable {
        /// The name sent in the ClientHello; `nil` sends none.
        package var serverName: String?

        /// The application protocols offered, the best first.
        package var protocols: [String]

        /// The only version offered: `TLS1_2_VERSION` or `TLS1_3_VERSION`; 0 for both.
        package var version: Int32

        /// Certificate and key to present, in PEM.
        package var certificate: (certificatePEM: String, keyPEM: String)?

        /// Certificates to present above it, in PEM.
        package var chainPEM: [String]

        /// Whether any certificate of the server's will do; else none does.
        package var trustsServer: Bool

        /// A session to resume.
        package var session: TestSession?

        /// Makes options.
        package init(
            serverName: String? = "localhost",
            protocols: [String] = [],
            version: Int32 = 0,
            certificate: (certificatePEM: String, keyPEM: String)? = nil,
            chainPEM: [String] = [],
            trustsServer: Bool = true,
            session: TestSession? = nil
        ) {
            self.serverName = serverName
            self.protocols = protocols
            self.version = version
            self.certificate = certificate
            self.chainPEM = chainPEM
            self.trustsServer = trustsServer
            self.session = session
        }
    }

    let descriptor: Int32
    var tls: OpaquePointer?
    private var received: [UInt8] = []

    /// Whether the server ended the connection by a reset (TCP RST).
    package private(set) var wasReset = false

    /// How long a test waits for bytes before it fails, in seconds.
    private static let patience = 20

    /// Connects in the clear.
    ///
    /// - Throws: ``Failure``.
    package init(address: String = "127.0.0.1", port: Int) throws {
        descriptor = try Self.connect(address: address, port: port)
        unsafe tls = nil
    }

    /// Connects and makes a TLS handshake; no certificate of the server's is refused.
    ///
    /// - Throws: ``Failure`` with the alert where the server sent one.
    package convenience init(
        address: String = "127.0.0.1",
        port: Int,
        tls options: TLSOptions
    ) throws {
        try self.init(address: address, port: port)
        try startTLS(options)
    }

    /// Makes a TLS handshake on a socket that is already connected, and takes the socket over.
    ///
    /// - Throws: ``Failure`` with the alert where the server sent one.
    package init(adopting descriptor: Int32, tls options: TLSOptions) throws {
        // OpenSSL writes without MSG_NOSIGNAL: a server that has gone would end the test's process.
        _ = signal(SIGPIPE, SIG_IGN)
        self.descriptor = descriptor
        unsafe tls = nil
        try startTLS(options)
    }

    deinit {
        unsafe SSL_free(tls)
        _ = close(descriptor)
    }

    private static func connect(address: String, port: Int) throws -> Int32 {
        let isV6 = address.contains(":")
        let number = socket(isV6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { throw Failure(description: "socket", alert: nil) }
        var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        _ = unsafe setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        let code = isV6 ? connectV6(number, address, port) : connectV4(number, address, port)
        guard code == 0 else {
            let reason = errno
            _ = close(number)
            throw Failure(description: "connect to \(address):\(port): errno \(reason)", alert: nil)
        }
        return number
    }

    private static func connectV4(_ number: Int32, _ address: String, _ port: Int) -> Int32 {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = UInt16(port).bigEndian
        _ = unsafe inet_pton(AF_INET, address, &target.sin_addr)
        return unsafe withUnsafePointer(to: &target) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func connectV6(_ number: Int32, _ address: String, _ port: Int) -> Int32 {
        var target = sockaddr_in6()
        target.sin6_family = sa_family_t(AF_INET6)
        target.sin6_port = UInt16(port).bigEndian
        _ = unsafe inet_pton(AF_INET6, address, &target.sin6_addr)
        return unsafe withUnsafePointer(to: &target) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }
}

// MARK: - Bytes

extension TestClient {
    /// Sends exactly these bytes.
    ///
    /// - Throws: ``Failure`` when the connection is gone.
    package func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer -> Int in
                if let tls = unsafe tls {
                    return unsafe Int(SSL_write(tls, buffer.baseAddress, Int32(buffer.count)))
                }
                let flags = Int32(MSG_NOSIGNAL)
                return unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, flags)
            }
            guard count > 0 else { throw failure("send") }
            rest = rest.dropFirst(count)
        }
    }

    /// Sends text, its line ends written as `\r\n`.
    ///
    /// - Throws: ``Failure`` when the connection is gone.
    package func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    /// Ends our side of the socket; the server's answers still arrive.
    package func finishSending() {
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Reads until the server ends the connection.
    ///
    /// - Returns: Every byte not yet taken.
    /// - Throws: ``Failure`` when it does not end in time.
    package func readToEnd() throws -> [UInt8] {
        while try receive() {}
        defer { received = [] }
        return received
    }

    /// Reads bytes as they come.
    ///
    /// - Returns: At least one byte; empty at the end.
    /// - Throws: ``Failure`` when nothing comes in time.
    package func readSome() throws -> [UInt8] {
        if received.isEmpty { _ = try receive() }
        defer { received = [] }
        return received
    }

    /// Reads until some text has come.
    ///
    /// - Parameter end: The text.
    /// - Returns: What came, up to and with the text.
    /// - Throws: ``Failure`` when the connection ends before.
    package func read(until end: String) throws -> String {
        while true {
            if let range = received.firstRange(of: Array(end.utf8)) {
                defer { received.removeSubrange(..<range.upperBound) }
                return String(decoding: received[..<range.upperBound], as: UTF8.self)
            }
            guard try receive() else {
                let text = String(decoding: received.suffix(200), as: UTF8.self)
                throw Failure(description: "the connection ended after «\(text)»", alert: nil)
            }
        }
    }

    /// Reads an exact number of bytes.
    ///
    /// - Throws: ``Failure`` when the connection ends before.
    package func read(count: Int) throws -> [UInt8] {
        while received.count < count {
            guard try receive() else {
                throw Failure(description: "ended after \(received.count) bytes", alert: nil)
            }
        }
        defer { received.removeFirst(count) }
        return Array(received.prefix(count))
    }

    /// Reads one answer of HTTP/1.1 that has a `content-length`, or none for `HEAD`.
    ///
    /// - Throws: ``Failure`` when the connection ends before the answer does.
    package func readAnswer(isHead: Bool = false) throws -> TestAnswer {
        while true {
            if let (answer, count) = TestAnswer.parse(received, isHead: isHead) {
                received.removeFirst(count)
                return answer
            }
            guard try receive() else {
                let text = String(decoding: received.prefix(200), as: UTF8.self)
                throw Failure(description: "the connection ended after «\(text)»", alert: nil)
            }
        }
    }

    /// Sends a request and reads its answer.
    ///
    /// - Throws: ``Failure``.
    package func exchange(_ request: String) throws -> TestAnswer {
        try send(request)
        return try readAnswer(isHead: request.hasPrefix("HEAD "))
    }

    /// Whether the server has ended the connection and sent nothing more.
    ///
    /// - Throws: ``Failure`` when nothing happens in time.
    package func isAtEnd() throws -> Bool {
        try received.isEmpty && !receive()
    }

    private func receive() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe buffer.withUnsafeMutableBytes { buffer -> Int in
            if let tls = unsafe tls {
                ERR_clear_error()
                return unsafe Int(SSL_read(tls, buffer.baseAddress, Int32(buffer.count)))
            }
            return unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
        }
        if count > 0 {
            received += buffer[..<count]
            return true
        }
        let reason = errno
        if count < 0, reason == ECONNRESET { wasReset = true }
        if let tls = unsafe tls {
            let error = unsafe SSL_get_error(tls, Int32(count))
            if error == SSL_ERROR_ZERO_RETURN { return false }
            if error == SSL_ERROR_SYSCALL, reason == 0 || reason == ECONNRESET { return false }
            throw failure("SSL_read")
        }
        if count == 0 || reason == ECONNRESET { return false }
        throw failure("recv")
    }

    func failure(_ operation: String) -> Failure {
        let reason = errno
        var alert: Int?
        var texts: [String] = []
        while case let code = ERR_get_error(), code != 0 {
            let number = Int(copenssl_ERR_GET_REASON(code)) - 1_000
            if (0...255).contains(number) { alert = number }
            let text = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
            texts.append(text ?? "code \(code)")
        }
        let text = texts.isEmpty ? "errno \(reason)" : texts.joined(separator: "; ")
        return Failure(
            description: "\(operation): \(text)",
            alert: alert,
            wasReset: reason == ECONNRESET
        )
    }
}
