/// Turns the bytes of one HTTP/1.1 connection into requests (RFC 9112); pure, it does no I/O.
///
/// Feed bytes with ``receive(_:)-(Span<UInt8>)``, then call ``next()`` until it asks for more.
/// However the bytes were cut into packets, the same requests and the same refusal come out.
package struct RequestDecoder: Sendable {
    /// What the owner of the connection does next.
    package enum Action: Sendable {
        /// Nothing more can be said before further bytes arrive.
        case needsMoreBytes

        /// The client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
        case sendContinue

        /// A request is complete; after an answer without keep-alive the connection closes.
        case request(Request, keepsAlive: Bool)

        /// The bytes are no acceptable request: answer, then close the connection.
        case refuse(Refusal)
    }

    /// What the next byte belongs to.
    private enum State: Sendable, Hashable {
        case requestLine(emptyLines: Int)
        case headerSection
        case fixedBody(remaining: Int)
        case chunkSize
        case chunkData(remaining: Int)
        case chunkEnd
        case trailerSection
        case closed
    }

    /// Empty lines that are passed over before a request line (RFC 9112 §2.2).
    private static let emptyLinesMax = 2

    /// Bytes of a request line beside its target: a method of any use, spaces, version, line end.
    private static let requestLineOverheadMax = 64

    /// Bytes of one line with a chunk's size and extensions.
    private static let chunkLineBytesMax = 1024

    /// Memory that is kept for the next request, and reserved for a body merely announced.
    private static let keptBytesMax = 4 * 1024

    private let limits: HTTPLimits
    private var state = State.requestLine(emptyLines: 0)

    /// Bytes received; those before `start` are consumed.
    private var buffer: [UInt8] = []
    private var start = 0

    /// Where the search for the end of the line goes on: no byte before it can belong to it.
    private var searched = 0

    private var head = RequestHead()
    private var sectionBytes = 0
    private var sectionLines = 0
    private var chunkExtensionBytes = 0
    private var body: [UInt8] = []

    /// Makes a decoder for a new connection.
    ///
    /// - Parameter limits: What one request may cost.
    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
    }

    /// Whether no byte of a further request has arrived: the time for the idle deadline.
    package var isIdle: Bool {
        guard case .requestLine = state else { return false }
        return start == buffer.count
    }

    /// Whether a head is complete and its body is not: the time for the body deadline.
    package var isReadingBody: Bool {
        switch state {
        case .requestLine, .headerSection, .closed: false
        case .fixedBody, .chunkSize, .chunkData, .chunkEnd, .trailerSection: true
        }
    }

    /// Whether the last request or a refusal has been handed out: further bytes are ignored.
    package var isClosed: Bool { state == .closed }

    /// Takes bytes from the connection.
    ///
    /// - Parameter bytes: The bytes in the order they came.
    package mutating func receive(_ bytes: Span<UInt8>) {
        guard state != .closed else { return }
        compact()
        unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
    }

    /// Takes bytes from the connection.
    ///
    /// - Parameter bytes: The bytes in the order they came.
    package mutating func receive(_ bytes: [UInt8]) { receive(bytes.span) }

    /// Says what to do next; call again after each action but `needsMoreBytes`.
    ///
    /// - Returns: The next action.
    package mutating func next() -> Action {
        guard start < buffer.count || isReadingBody else { return .needsMoreBytes }
        // A second reference, so that the bytes can be read while the rest of `self` changes.
        let received = buffer
        do throws(Refusal) {
            let action = try step(received.span)
            // An idle connection holds no memory that only a large body needed.
            if start == buffer.count, buffer.capacity > Self.keptBytesMax { forgetBuffer() }
            return action
        } catch {
            close()
            return .refuse(error)
        }
    }

    private mutating func close() {
        state = .closed
        body = []
        forgetBuffer()
    }

    private mutating func forgetBuffer() {
        buffer = []
        start = 0
        searched = 0
    }

    /// Forgets consumed bytes, but moves the rest only when that is less than what is forgotten.
    private mutating func compact() {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
        } else if start > buffer.count - start {
            buffer.removeFirst(start)
        } else {
            return
        }
        searched = max(0, searched - start)
        start = 0
    }
}

extension RequestDecoder {
    /// Consumes bytes until there is something to say.
    private mutating func step(_ bytes: Span<UInt8>) throws(Refusal) -> Action {
        while true {
            switch state {
            case .requestLine(let emptyLines):
                guard try readRequestLine(bytes, emptyLines) else { return .needsMoreBytes }
            case .headerSection:
                guard let isEnd = try readField(bytes) else { return .needsMoreBytes }
                if isEnd, let action = try finishHead(bytes) { return action }
            case .fixedBody(let remaining):
                let rest = takeBody(bytes, remaining)
                guard rest == 0 else {
                    state = .fixedBody(remaining: rest)
                    return .needsMoreBytes
                }
                return finishRequest()
            case .chunkSize:
                guard try readChunkSize(bytes) else { return .needsMoreBytes }
            case .chunkData(let remaining):
                let rest = takeBody(bytes, remaining)
                state = rest == 0 ? .chunkEnd : .chunkData(remaining: rest)
                guard rest == 0 else { return .needsMoreBytes }
            case .chunkEnd:
                guard try readChunkEnd(bytes) else { return .needsMoreBytes }
            case .trailerSection:
                guard let isEnd = try readField(bytes) else { return .needsMoreBytes }
                if isEnd { return finishRequest() }
            case .closed:
                return .needsMoreBytes
            }
        }
    }

    /// Takes the next line, without its CR LF; nil when its end has not arrived.
    ///
    /// A line feed without a carriage return could be taken for a line end (RFC 9112 §2.2), and a
    /// carriage return inside a line is invalid; both divide requests differently in different
    /// servers, and so are refused.
    private mutating func takeLine(
        _ bytes: Span<UInt8>,
        atMost bytesMax: Int,
        orElse refusal: @autoclosure () -> Refusal
    ) throws(Refusal) -> Range<Int>? {
        let end = min(bytes.count, start + bytesMax)
        var index = max(searched, start)
        // Nothing but CR, LF and a few controls is this small: one comparison for most bytes.
        while index < end, bytes[index] > 0x0D || (bytes[index] != 0x0A && bytes[index] != 0x0D) {
            index += 1
        }
        searched = index
        guard index == end || bytes[index] == 0x0D else {
            throw .badRequest("A line ends with a bare LF (RFC 9112 §2.2).")
        }
        guard index + 1 < end else {
            guard end - start < bytesMax else { throw refusal() }
            return nil
        }
        guard bytes[index + 1] == 0x0A else {
            throw .badRequest("A line holds a bare CR (RFC 9112 §2.2).")
        }
        let line = start..<index
        start = index + 2
        return line
    }

    private mutating func readRequestLine(
        _ bytes: Span<UInt8>,
        _ emptyLines: Int
    ) throws(Refusal) -> Bool {
        guard start < bytes.count else { return false }
        // Not even the first byte of a request: no need to wait for a line that may never end.
        guard ByteClass.isToken(bytes[start]) || bytes[start] == 0x0D || bytes[start] == 0x0A else {
            // The type of a handshake record: https:// was asked of a listener without TLS.
            guard bytes[start] != 0x16 else {
                throw .badRequest("TLS reached a plain HTTP port: ask for http:// (RFC 9112 §3).")
            }
            throw .badRequest("The request line does not begin with a method (RFC 9112 §3).")
        }
        let limits = limits
        let line = try takeLine(
            bytes,
            atMost: limits.targetBytesMax + Self.requestLineOverheadMax,
            orElse: .targetTooLong(limits)
        )
        guard let line else { return false }
        guard !line.isEmpty else {
            guard emptyLines < Self.emptyLinesMax else {
                throw .badRequest("Empty lines stand in place of a request (RFC 9112 §2.2).")
            }
            state = .requestLine(emptyLines: emptyLines + 1)
            return true
        }
        head = RequestHead()
        try head.readRequestLine(bytes.extracting(line), limits: limits)
        beginSection(.headerSection)
        return true
    }

    private mutating func beginSection(_ section: State) {
        state = section
        sectionBytes = 0
        sectionLines = 0
    }

    /// Reads one line of the header or trailer section.
    ///
    /// - Returns: Whether it was the empty line at the end; nil when it has not arrived.
    private mutating func readField(_ bytes: Span<UInt8>) throws(Refusal) -> Bool? {
        let lineStart = start
        let limits = limits
        let line = try takeLine(
            bytes,
            atMost: limits.headerBytesMax - sectionBytes,
            orElse: .fieldsTooLong(limits)
        )
        guard let line else { return nil }
        guard !line.isEmpty else { return true }
        sectionBytes += start - lineStart
        sectionLines += 1
        guard sectionLines <= limits.headerCountMax else {
            throw .tooManyFields(limits)
        }
        if state == .headerSection {
            try head.readField(bytes.extracting(line))
        } else {
            try RequestHead.checkTrailer(bytes.extracting(line))
        }
        return false
    }

    /// Decides at the end of the header section how the body is read, if there is one.
    private mutating func finishHead(_ bytes: Span<UInt8>) throws(Refusal) -> Action? {
        body = []
        switch try head.finish(limits: limits) {
        case .none:
            return finishRequest()
        case .length(let length):
            // What is only announced is not reserved: it may never come.
            body.reserveCapacity(min(length, max(bytes.count - start, Self.keptBytesMax)))
            state = .fixedBody(remaining: length)
        case .chunked:
            chunkExtensionBytes = 0
            state = .chunkSize
        }
        // RFC 9110 §10.1.1: with part of the body here, the client is not waiting.
        return head.wantsContinue && start == bytes.count ? .sendContinue : nil
    }

    private mutating func finishRequest() -> Action {
        let keepsAlive = head.keepsAlive
        let request = head.request(body: body)
        body = []
        if keepsAlive {
            state = .requestLine(emptyLines: 0)
        } else {
            close()
        }
        return .request(request, keepsAlive: keepsAlive)
    }
}

extension RequestDecoder {
    /// Moves bytes of the body over.
    ///
    /// - Returns: How many are still missing.
    private mutating func takeBody(_ bytes: Span<UInt8>, _ remaining: Int) -> Int {
        let count = min(remaining, bytes.count - start)
        let part = bytes.extracting(start..<(start + count))
        unsafe part.withUnsafeBufferPointer { unsafe body.append(contentsOf: $0) }
        start += count
        return remaining - count
    }

    /// Reads `chunk-size [chunk-ext] CRLF` (RFC 9112 §7.1).
    private mutating func readChunkSize(_ bytes: Span<UInt8>) throws(Refusal) -> Bool {
        let line = try takeLine(
            bytes,
            atMost: Self.chunkLineBytesMax,
            orElse: .badRequest("A chunk's size line is endless (RFC 9112 §7.1).")
        )
        guard let line else { return false }
        let chunk = try ChunkLine.read(bytes.extracting(line))
        chunkExtensionBytes += chunk.extensionBytes
        guard chunkExtensionBytes <= limits.chunkExtensionBytesMax else {
            throw .badRequest(
                "The chunk extensions are longer than \(limits.chunkExtensionBytesMax) bytes "
                    + "(RFC 9112 §7.1.1)."
            )
        }
        guard chunk.size <= UInt64(limits.bodyBytesMax - body.count) else {
            throw .bodyTooLarge(limits)
        }
        if chunk.size == 0 {
            beginSection(.trailerSection)
        } else {
            state = .chunkData(remaining: Int(chunk.size))
        }
        return true
    }

    /// Reads the CR LF after a chunk's data (RFC 9112 §7.1).
    private mutating func readChunkEnd(_ bytes: Span<UInt8>) throws(Refusal) -> Bool {
        guard start < bytes.count else { return false }
        guard bytes[start] == 0x0D, start + 1 == bytes.count || bytes[start + 1] == 0x0A else {
            throw .badRequest("A chunk is longer than its size says (RFC 9112 §7.1).")
        }
        guard start + 1 < bytes.count else { return false }
        start += 2
        state = .chunkSize
        return true
    }
}
