import ArgumentParser
import MockDigiCertOne
import World

/// What every command that speaks to a running server takes.
struct ControlOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the control listener is; else as the server's settings say.",
            valueName: "url"
        )
    )
    var controlUrl: String?

    @Option(help: ArgumentHelp("The token that it demands.", valueName: "token"))
    var controlToken: String?

    @Option(help: ArgumentHelp("The server's configuration file (JSON5).", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Which world (default).", valueName: "name"))
    var world: String?

    @Flag(help: "Print the answer as the server sent it.")
    var json = false

    /// The world that is meant.
    var worldName: String { world ?? WorldName.main }

    /// A request about the world.
    func request(
        _ method: String,
        _ segments: [String] = [],
        of name: String? = nil,
        query: [(String, String?)] = [],
        body: JSONTree? = nil
    ) -> ControlRequest {
        var request = ControlRequest(
            method,
            ["worlds", name ?? worldName] + segments,
            query: query
        )
        if let body { request.body = body.jsonBytes }
        return request
    }

    /// Sends a request and waits for its answer.
    @discardableResult
    func send(_ request: ControlRequest) throws -> ControlAnswer {
        let client = try client()
        return try Refusal.ofControl { () throws(ControlFailure) in try client.send(request) }
    }

    /// Sends a request, and prints what came back: as it is, or in lines for a person.
    func run(_ request: ControlRequest, _ lines: (Shown) -> [String]) throws {
        let answer = try send(request)
        guard !json else { return printRaw(answer) }
        for line in lines(Shown(answer)) { print(line) }
    }

    /// Prints an answer as it is.
    func printRaw(_ answer: ControlAnswer) {
        guard !answer.body.isEmpty else { return }
        StandardStreams.writeOutput(answer.text + (answer.body.last == 0x0A ? "" : "\n"))
    }

    /// Sends a request, and hands on the lines of the answer as they come.
    func follow(_ request: ControlRequest, line: (String) -> Bool) throws {
        let client = try client()
        try Refusal.ofControl { () throws(ControlFailure) in
            try client.follow(request, line: line)
        }
    }

    private func client() throws -> ControlClient {
        let place = try Refusal.ofConfiguration { () throws(ConfigurationError) in
            try ControlPlace.find(
                url: controlUrl,
                token: controlToken,
                configurationFile: config,
                environment: .current()
            )
        }
        return try Refusal.ofControl { () throws(ControlFailure) in
            try ControlClient(url: place.url, token: place.token)
        }
    }
}

extension Refusal {
    /// Does something that a server can refuse.
    ///
    /// - Parameter body: What to do.
    /// - Returns: What `body` returns.
    /// - Throws: The error that ends the process with status 1, after the line is written.
    static func ofControl<Result>(_ body: () throws(ControlFailure) -> Result) throws -> Result {
        do throws(ControlFailure) {
            return try body()
        } catch {
            throw exit(saying: error.description)
        }
    }
}

/// What a person gives as JSON: a file, the standard input, or the text itself.
enum GivenJSON {
    /// The largest text that is read.
    private static let bytesMax = 16_777_216

    /// Reads it.
    ///
    /// - Parameter text: A path, `-`, or JSON that begins with a brace or a bracket.
    /// - Returns: The bytes, as they are.
    /// - Throws: The error that ends the process with status 1, after the line is written.
    static func read(_ text: String) throws -> [UInt8] {
        if let first = text.first(where: { !$0.isWhitespace }), first == "{" || first == "[" {
            return Array(text.utf8)
        }
        do throws(SystemError) {
            let path = text == "-" ? "/dev/stdin" : text
            return try FileBytes.read(path: path, bytesMax: bytesMax)
        } catch {
            throw Refusal.exit(saying: "\(text): cannot be read: \(error)")
        }
    }

    /// Reads `name=value` pairs: numbers, true and false are what they look like, the rest is text.
    ///
    /// - Parameter pairs: The pairs.
    /// - Returns: An object; nil when there are no pairs.
    /// - Throws: `ValidationError` for what is no pair.
    static func settings(_ pairs: [String]) throws -> JSONTree? {
        var members: [String: JSONTree] = [:]
        for pair in pairs {
            guard let sign = pair.firstIndex(of: "="), sign != pair.startIndex else {
                throw ValidationError("\"\(pair)\" is no setting; give NAME=VALUE.")
            }
            let value = String(pair[pair.index(after: sign)...])
            switch try? JSONTree.parse(Array(value.utf8)) {
            case .integer(let number): members[String(pair[..<sign])] = .integer(number)
            case .flag(let flag): members[String(pair[..<sign])] = .flag(flag)
            default: members[String(pair[..<sign])] = .text(value)
            }
        }
        return members.isEmpty ? nil : .object(members)
    }
}
