import Console
import Glibc
import OpenSSLBridge

/// Makes the calls of the console's guided tour: over TLS, to this process's own listeners.
struct LocalTourClient: TourClient {
    /// How long a connection, a handshake or an answer may be silent, in seconds.
    private static let patience = 20

    /// The largest answer that is kept, in bytes.
    private static let answerBytesMax = 1 << 20

    /// Where a world's listener is, and by which name it is called.
    let place: @Sendable (_ world: String, _ isForGate: Bool) -> PortLender.Place?

    /// What a client must trust, PEM.
    let trusted: String

    func send(_ request: TourRequest) throws(TourFailure) -> TourAnswer {
        guard let place = place(request.world, request.isForGate) else {
            throw TourFailure("The server is about to end.")
        }
        let descriptor: Int32
        do throws(SystemError) {
            descriptor = try LocalClient.connected(
                toHost: place.address,
                port: place.port,
                timeoutSeconds: Self.patience
            )
        } catch {
            throw TourFailure("\(place.name):\(place.port) cannot be reached: \(error).")
        }
        defer { close(descriptor) }
        LocalClient.limitSilence(of: descriptor, seconds: Self.patience)
        do throws(OpenSSLError) {
            return try exchange(request, with: place, on: descriptor)
        } catch {
            throw TourFailure("\(place.name):\(place.port) did not answer: \(error).")
        }
    }

    private func exchange(
        _ request: TourRequest,
        with place: PortLender.Place,
        on descriptor: Int32
    ) throws(OpenSSLError) -> TourAnswer {
        let connection = try TLSClientConnection.connect(
            on: descriptor,
            with: TLSClientConnection.Equipment(
                serverName: place.name,
                trusted: trusted,
                certificate: request.certificate,
                key: request.key
            )
        )
        try connection.send(Self.bytes(of: request, host: "\(place.name):\(place.port)"))
        var received: [UInt8] = []
        while received.count < Self.answerBytesMax, let piece = try connection.receive() {
            received += piece
        }
        guard var answer = Self.answer(received) else {
            throw OpenSSLError(operation: "HTTP", reasons: ["what came is no answer"])
        }
        answer.address = "https://\(place.name):\(place.port)"
        answer.tlsVersion = connection.version
        answer.cipher = connection.cipher
        let subject = connection.serverCertificate()?.subject ?? "none"
        let verdict = connection.verificationProblem.map { "not trusted: \($0)" } ?? "trusted"
        answer.serverSubject = "\(subject) (\(verdict))"
        return answer
    }

    private static func bytes(of request: TourRequest, host: String) -> [UInt8] {
        var head = "\(request.method) \(request.path) HTTP/1.1\r\nhost: \(host)\r\n"
        for field in request.fields { head += "\(field.name): \(field.value)\r\n" }
        if !request.body.isEmpty { head += "content-length: \(request.body.utf8.count)\r\n" }
        return Array((head + "connection: close\r\n\r\n" + request.body).utf8)
    }

    /// Takes an answer apart that ended with its connection.
    ///
    /// - Parameter bytes: All that came.
    /// - Returns: Status, fields and body; nil where that is no answer.
    static func answer(_ bytes: [UInt8]) -> TourAnswer? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let lines = head.replacing("\r\n", with: "\n").split(separator: "\n")
        let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return nil
        }
        let fields = lines.dropFirst().compactMap { line -> TourField? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return TourField(line[..<colon].lowercased(), String(value))
        }
        let body = Array(bytes[end.upperBound...])
        return TourAnswer(address: "", status: status, fields: fields, body: body)
    }
}
