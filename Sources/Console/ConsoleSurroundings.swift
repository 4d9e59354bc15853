/// What the console tells of the process around its worlds, and has done by it.
package struct ConsoleSurroundings: Sendable {
    /// How clients reach a world in one of its ways.
    package struct Addresses: Sendable, Hashable {
        /// The way: `ports`, `common` or `name`.
        package let kind: String

        /// Where the API is, without a trailing slash.
        package let api: String

        /// Where client certificates are asked for, without a trailing slash.
        package let clientauth: String

        /// Puts two addresses together.
        ///
        /// - Parameters:
        ///   - kind: The way: `ports`, `common` or `name`.
        ///   - api: Where the API is.
        ///   - clientauth: Where client certificates are asked for.
        package init(kind: String, api: String, clientauth: String) {
            self.kind = kind
            self.api = api
            self.clientauth = clientauth
        }
    }

    /// How somebody who asked for a page under a `Host` reaches a world, the most specific first.
    package var addresses: @Sendable (_ world: String, _ host: String?) -> [Addresses]

    /// Where the control listener is for somebody who reached it under a `Host`.
    package var control: @Sendable (_ host: String?) -> String

    /// Opens a world's own ports, on a worker thread; says what is wrong where none can be had.
    package var openPorts: @Sendable (_ world: String) -> String?

    /// The file that clients must trust, on the server's machine.
    package var trustFile: String

    /// Whether the control listener demands a token of whoever asks.
    package var demandsToken: Bool

    /// What makes the calls of the guided tour.
    package var tourClient: any TourClient

    /// Gathers what is around the worlds.
    ///
    /// - Parameters:
    ///   - addresses: How somebody reaches a world.
    ///   - control: Where the control listener is.
    ///   - openPorts: Opens a world's own ports.
    ///   - trustFile: The file that clients must trust.
    ///   - demandsToken: Whether the control listener demands a token.
    ///   - tourClient: What makes the calls of the guided tour.
    package init(
        addresses: @escaping @Sendable (String, String?) -> [Addresses],
        control: @escaping @Sendable (String?) -> String,
        openPorts: @escaping @Sendable (String) -> String?,
        trustFile: String,
        demandsToken: Bool,
        tourClient: any TourClient
    ) {
        self.addresses = addresses
        self.control = control
        self.openPorts = openPorts
        self.trustFile = trustFile
        self.demandsToken = demandsToken
        self.tourClient = tourClient
    }
}

/// A client of this server that makes real connections: what a button of a page cannot.
package protocol TourClient: Sendable {
    /// Opens a connection, sends one request, and waits for the whole answer.
    ///
    /// Blocks: to be called on a worker thread.
    ///
    /// - Parameter request: The request.
    /// - Returns: What came back.
    /// - Throws: ``TourFailure`` when nothing did.
    func send(_ request: TourRequest) throws(TourFailure) -> TourAnswer
}

/// One request of the guided tour.
package struct TourRequest: Sendable, Hashable {
    /// The world it is for.
    package var world: String

    /// Whether it goes where client certificates are asked for.
    package var isForGate: Bool

    /// The method.
    package var method: String

    /// The path.
    package var path: String

    /// Further header fields.
    package var fields: [TourField] = []

    /// The body; empty sends none.
    package var body: String = ""

    /// The certificate to present, PEM; empty presents none.
    package var certificate: String = ""

    /// The key of the certificate, PEM.
    package var key: String = ""

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path.
    ///   - world: The world it is for.
    ///   - isForGate: Whether it goes where client certificates are asked for.
    package init(_ method: String, _ path: String, world: String, isForGate: Bool = false) {
        self.method = method
        self.path = path
        self.world = world
        self.isForGate = isForGate
    }
}

/// A header field of a request or an answer of the guided tour.
package struct TourField: Sendable, Hashable {
    /// The name.
    package let name: String

    /// The value.
    package let value: String

    /// Makes a field.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What came back to the guided tour.
package struct TourAnswer: Sendable, Hashable {
    /// Where the request went: `https://localhost:8443`.
    package var address: String

    /// The status.
    package var status: Int

    /// The header fields, names in lower case.
    package var fields: [TourField]

    /// The body.
    package var body: [UInt8]

    /// The TLS version as the client saw it.
    package var tlsVersion: String

    /// The cipher suite.
    package var cipher: String

    /// The subject of the server's certificate, which the client verified.
    package var serverSubject: String

    /// Puts an answer together.
    ///
    /// - Parameters:
    ///   - address: Where the request went.
    ///   - status: The status.
    ///   - fields: The header fields.
    ///   - body: The body.
    ///   - tlsVersion: The TLS version.
    ///   - cipher: The cipher suite.
    ///   - serverSubject: The subject of the server's certificate.
    package init(
        address: String,
        status: Int,
        fields: [TourField] = [],
        body: [UInt8] = [],
        tlsVersion: String = "",
        cipher: String = "",
        serverSubject: String = ""
    ) {
        self.address = address
        self.status = status
        self.fields = fields
        self.body = body
        self.tlsVersion = tlsVersion
        self.cipher = cipher
        self.serverSubject = serverSubject
    }

    /// The first value of a header field.
    ///
    /// - Parameter name: The name in lower case.
    /// - Returns: The value; nil without such a field.
    package func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// Why a call of the guided tour got no answer: a sentence.
package struct TourFailure: Error, Hashable {
    /// The sentence.
    package let sentence: String

    /// Makes one.
    ///
    /// - Parameter sentence: The sentence.
    package init(_ sentence: String) { self.sentence = sentence }
}
