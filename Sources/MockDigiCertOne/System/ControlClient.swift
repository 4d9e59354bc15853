package import ControlAPI
import Glibc
import HTTP
import World

/// What is asked of a control listener.
package struct ControlRequest: Sendable {
    /// The method.
    package let method: String

    /// The path with its query, percent-encoded.
    package let target: String

    /// What is sent with it.
    package var body: [UInt8] = []

    /// What the body is.
    package var contentType = "application/json"

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - segments: The segments of the path, as they are.
    ///   - query: Names and values; those without a value are left out.
    package init(_ method: String, _ segments: [String], query: [(String, String?)] = []) {
        self.method = method
        let items = query.compactMap { name, value in
            value.map { "\(name)=\(Self.encoded($0))" }
        }
        target =
            "/" + segments.map(Self.encoded).joined(separator: "/")
            + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
    }

    /// Makes a request for a path as it is.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: The path with its query, percent-encoded.
    package init(_ method: String, target: String) {
        self.method = method
        self.target = target
    }

    /// A text as it may stand in one segment or value (RFC 3986 section 2.3).
    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "-._~".unicodeScalars.contains(scalar)
            guard !isPlain else {
                encoded.unicodeScalars.append(scalar)
                continue
            }
            encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
        }
        return encoded
    }
}

/// What a control listener answered.
package struct ControlAnswer: Sendable {
    /// The status.
    package let status: Int

    /// The whole body.
    package let body: [UInt8]

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }
}

/// Why a control listener did not do what was asked: one line for a person.
package struct ControlFailure: Error, Hashable, CustomStringConvertible {
    /// The line, without its line feed.
    package let description: String

    /// Makes one; text that came from outside is kept on one line.
    ///
    /// - Parameter description: What was wrong and what to do.
    package init(_ description: String) {
        self.description = LogText.escaped(description)
    }
}

/// A client of one control listener: plain HTTP/1.1, one connection for each request, blocking.
package struct ControlClient: Sendable {
    /// How long a connection may take, and how long a stream may be silent, in seconds.
    private static let patience = 60

    /// The longest wait that the listener offers, and some more, in seconds.
    private static let waitMax = 660

    /// The largest answer that is kept in memory.
    private static let answerBytesMax = 1 << 30

    private let host: String
    private let port: Int
    private let token: BearerToken?

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - url: Where the listener is, such as `http://127.0.0.1:8440`.
    ///   - token: What it demands; nil sends none.
    /// - Throws: ``ControlFailure`` when that is no URL of a control listener.
    package init(url: String, token: BearerToken? = nil) throws(ControlFailure) {
        let lowered = url.lowercased()
        guard !lowered.hasPrefix("https://") else {
            throw ControlFailure(
                "--control-url \(url): the control listener speaks plain HTTP; give "
                    + "http://HOST:PORT"
            )
        }
        var rest = lowered.hasPrefix("http://") ? url.dropFirst(7) : url[...]
        if rest.last == "/" { rest = rest.dropLast() }
        guard !rest.contains("/"), let authority = Authority.parse(String(rest)) else {
            throw ControlFailure("--control-url \(url): is no address; give http://HOST:PORT")
        }
        host = authority.host
        port = authority.port ?? 80
        self.token = token
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// - Parameter request: The request.
    /// - Returns: The answer, when its status is below 400.
    /// - Throws: ``ControlFailure`` with the server's own sentence, or why there is none.
    package func send(_ request: ControlRequest) throws(ControlFailure) -> ControlAnswer {
        var body: [UInt8] = []
        let status = try exchange(request, silence: Self.waitMax) { piece in
            body += piece
            return body.count <= Self.answerBytesMax
        }
        return ControlAnswer(status: status, body: body)
    }

    /// Sends a request and hands on the lines of the answer as they come, until it ends.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - line: Gets each line without its end; says whether to go on.
    /// - Throws: ``ControlFailure`` with the server's own sentence, or why there is none.
    package func follow(
        _ request: ControlRequest,
        line: (String) -> Bool
    ) throws(ControlFailure) {
        var rest: [UInt8] = []
        _ = try exchange(request, silence: Self.patience) { piece in
            rest += piece
            while let end = rest.firstIndex(of: 0x0A) {
                guard line(String(decoding: rest[..<end], as: UTF8.self)) else { return false }
                rest.removeSubrange(...end)
            }
            return true
        }
    }

    /// Sends a request, and hands on the body of an answer that is no refusal.
    private func exchange(
        _ request: ControlRequest,
        silence: Int,
        piece: ([UInt8]) -> Bool
    ) throws(ControlFailure) -> Int {
        let (status, refusal): (Int, [UInt8])
        do throws(SystemError) {
            (status, refusal) = try transfer(request, silence, piece)
        } catch {
            let place = "http://\(ListenerURL.bracketed(host)):\(port)"
            throw ControlFailure(
                "no answer from \(place) (\(error)): start the server with mock-digicert-one "
                    + "serve, or say where it is with --control-url"
            )
        }
        guard status >= 400 else { return status }
        throw Self.failure(status, refusal)
    }

    private func transfer(
        _ request: ControlRequest,
        _ silence: Int,
        _ piece: ([UInt8]) -> Bool
    ) throws(SystemError) -> (status: Int, refusal: [UInt8]) {
        let descriptor = try LocalClient.connected(
            toHost: host,
            port: port,
            timeoutSeconds: Self.patience
        )
        defer { close(descriptor) }
        LocalClient.limitSilence(of: descriptor, seconds: silence)
        guard FileBytes.writeAll(head(of: request) + request.body, to: descriptor) else {
            throw SystemError(after: "write")
        }
        var reader = try HTTPAnswerReader(descriptor, method: request.method)
        var refusal: [UInt8] = []
        while let next = try reader.next() {
            if reader.status >= 400 {
                refusal += next
            } else if !piece(next) {
                break
            }
        }
        return (reader.status, refusal)
    }

    private func head(of request: ControlRequest) -> [UInt8] {
        var head = "\(request.method) \(request.target) HTTP/1.1\r\n"
        head += "Host: \(ListenerURL.bracketed(host)):\(port)\r\n"
        if let token { head += "Authorization: \(token.authorization)\r\n" }
        if request.method != "GET" {
            head += "Content-Type: \(request.contentType)\r\n"
            head += "Content-Length: \(request.body.count)\r\n"
        }
        return Array((head + "Connection: close\r\n\r\n").utf8)
    }

    /// The server's sentence: `{"error":{"message":…}}`.
    private static func failure(_ status: Int, _ body: [UInt8]) -> ControlFailure {
        if case .object(let members) = try? JSONTree.parse(body),
            case .object(let error) = members["error"], case .text(let text) = error["message"]
        {
            return ControlFailure(text)
        }
        let text = String(decoding: body.prefix(200), as: UTF8.self)
        return ControlFailure("the server answered \(status): \(text)")
    }
}
