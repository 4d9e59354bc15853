import Glibc

/// Reads one HTTP/1.1 answer from a socket, piece by piece.
struct HTTPAnswerReader {
    /// How much is left of the body, and how one knows.
    private enum Rest {
        case bytes(Int)
        case chunks
        case untilClose
    }

    /// The longest head, and the longest line between chunks.
    private static let lineBytesMax = 16_384

    /// The status.
    private(set) var status = 0

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var rest = Rest.untilClose

    /// Reads the head.
    ///
    /// - Parameters:
    ///   - descriptor: The socket.
    ///   - method: That of the request: an answer to HEAD has no body.
    /// - Throws: ``SystemError``; `EPROTO` when the answer is not HTTP.
    init(_ descriptor: Int32, method: String) throws(SystemError) {
        self.descriptor = descriptor
        let words = try line().split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw Self.malformed()
        }
        self.status = status
        while case let field = try line(), !field.isEmpty {
            guard let colon = field.firstIndex(of: ":") else { throw Self.malformed() }
            let value = field[field.index(after: colon)...].filter { $0 != " " && $0 != "\t" }
            switch field[..<colon].lowercased() {
            case "content-length":
                guard let count = Int(value), count >= 0 else { throw Self.malformed() }
                if case .untilClose = rest { rest = .bytes(count) }
            case "transfer-encoding" where value.lowercased() == "chunked":
                rest = .chunks
            default: break
            }
        }
        if method == "HEAD" || status == 204 || status == 304 { rest = .bytes(0) }
    }

    /// The next bytes of the body.
    ///
    /// - Returns: At least one byte; nil after the last.
    /// - Throws: ``SystemError``; `ECONNRESET` when the body ends too soon.
    mutating func next() throws(SystemError) -> [UInt8]? {
        switch rest {
        case .untilClose:
            if buffer.isEmpty { _ = try fill() }
            return buffer.isEmpty ? nil : take(buffer.count)
        case .bytes(let count):
            guard count > 0 else { return nil }
            try need()
            let piece = take(min(count, buffer.count))
            rest = .bytes(count - piece.count)
            return piece
        case .chunks:
            let size = try line().split(separator: ";").first ?? ""
            guard let count = Int(size, radix: 16), count >= 0 else { throw Self.malformed() }
            guard count > 0 else {
                rest = .bytes(0)
                return nil
            }
            while buffer.count < count + 2 { try need(count + 2) }
            let piece = take(count)
            _ = take(2)
            return piece
        }
    }

    /// A line without its end.
    private mutating func line() throws(SystemError) -> String {
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                var bytes = take(end + 1).dropLast()
                if bytes.last == 0x0D { bytes = bytes.dropLast() }
                return String(decoding: bytes, as: UTF8.self)
            }
            searched = buffer.count
            guard searched < Self.lineBytesMax else { throw Self.malformed() }
            try need(searched + 1)
        }
    }

    private mutating func take(_ count: Int) -> [UInt8] {
        let piece = Array(buffer[..<count])
        buffer.removeSubrange(..<count)
        return piece
    }

    /// Reads on until there is so much.
    private mutating func need(_ count: Int = 1) throws(SystemError) {
        while buffer.count < count {
            guard try fill() else {
                errno = ECONNRESET
                throw SystemError(after: "recv")
            }
        }
    }

    /// Reads once; says whether something came.
    private mutating func fill() throws(SystemError) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(after: "recv") }
            buffer += chunk.prefix(count)
            return count > 0
        }
    }

    private static func malformed() -> SystemError {
        errno = EPROTO
        return SystemError(after: "recv")
    }
}
