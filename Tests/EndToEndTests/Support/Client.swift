import FoundationEssentials

/// One request, in words that every client understands.
struct Call: Sendable {
    var url: String
    var authority: String
    var method = "GET"
    var key: String?
    var identity: Identity?
    var body: String?
    var tls: String?
    var http: String?

    /// Where every name leads, as `HOST:PORT`; nil follows the machine's own names.
    var connect: String?
}

/// What came back.
struct Answer: Sendable, CustomStringConvertible {
    let status: Int
    let http: String
    let tls: String
    let body: String

    var description: String { "\(status) \(http) \(tls)\n\(body)" }
}

/// The clients that nobody here wrote.
enum Client: String, CaseIterable, Sendable {
    case curl
    case pythonRequests = "Python requests"
    case javaHTTPClient = "Java HttpClient"
    case javaConnection = "Java HttpsURLConnection"
    case nodeHTTPS = "Node https"
    case nodeHTTP2 = "Node http2"

    /// The versions of HTTP it speaks.
    var httpVersions: [String] {
        switch self {
        case .curl, .javaHTTPClient: ["1.1", "2"]
        case .pythonRequests, .javaConnection, .nodeHTTPS: ["1.1"]
        case .nodeHTTP2: ["2"]
        }
    }

    /// Sends one request in a new process.
    ///
    /// - Parameter call: The request.
    /// - Returns: The answer.
    /// - Throws: ``Program/Failure`` when there is none, with what the client said.
    func send(_ call: Call) async throws -> Answer {
        switch self {
        case .curl: return try await sendWithCurl(call)
        case .pythonRequests:
            return try Self.answer(
                from: await Toolbox.python("request.py", Self.pairs(of: call))
            )
        case .nodeHTTPS, .nodeHTTP2:
            let arguments = Self.pairs(of: call).map { "\($0.key)=\($0.value)" }
            return try Self.answer(
                from: await Program(
                    path: Toolbox.path(of: "node"),
                    arguments: [Toolbox.clients + "/request.mjs"] + arguments
                ).run()
            )
        case .javaHTTPClient: return try await sendWithJava("HttpClient", call)
        case .javaConnection: return try await sendWithJava("HttpsURLConnection", call)
        }
    }

    private func sendWithCurl(_ call: Call) async throws -> Answer {
        var arguments = [
            "--silent", "--show-error", "--verbose", "--globoff", "--max-time", "60",
            "--cacert", call.authority, "--request", call.method, "--write-out",
            "\n%{http_code} HTTP/%{http_version}", "--header", "Content-Type: application/json",
        ]
        if let key = call.key { arguments += ["--header", "x-api-key: " + key] }
        if let body = call.body { arguments += ["--data-binary", "@" + body] }
        if let identity = call.identity {
            arguments += ["--cert-type", "P12", "--cert", identity.p12 + ":" + Identity.password]
        }
        if let tls = call.tls { arguments += ["--tlsv" + tls, "--tls-max", tls] }
        if let http = call.http { arguments += [http == "2" ? "--http2" : "--http1.1"] }
        if let connect = call.connect { arguments += ["--connect-to", "::" + connect] }
        let output = try await Program(
            path: Toolbox.path(of: "curl"),
            arguments: arguments + [call.url]
        ).succeed()
        // curl tells the version of TLS only among its complaints.
        let mark = "SSL connection using "
        let line = output.complaints.split(separator: "\n").first { $0.contains(mark) } ?? ""
        let tls = line.split(separator: " ").first { $0.hasPrefix("TLSv") } ?? "none"
        let facts = (output.lines.last ?? "").split(separator: " ")
        guard facts.count == 2, let status = Int(facts[0]) else {
            throw Program.Failure(description: output.description)
        }
        return Answer(
            status: status,
            http: String(facts[1]),
            tls: String(tls),
            body: output.lines.dropLast().joined(separator: "\n")
        )
    }

    private func sendWithJava(_ client: String, _ call: Call) async throws -> Answer {
        var call = call
        var properties: [String] = []
        let scratch = try TemporaryFolder()
        if let connect = call.connect, var parts = URLComponents(string: call.url) {
            // Java can be told where a name leads, but not to which port.
            let names = "\(connect.split(separator: ":")[0]) \(parts.host ?? "")\n"
            try scratch.write(names, to: "hosts")
            properties.append("-Djdk.net.hosts.file=" + scratch.file("hosts"))
            parts.port = connect.split(separator: ":").last.flatMap { Int($0) }
            call.url = parts.string ?? call.url
        }
        let classes = try await Toolbox.java.value.path
        let arguments =
            ["-XX:TieredStopAtLevel=1", "-cp", classes] + properties
            + ["Request", "client=" + client]
        let pairs = Self.pairs(of: call).map { "\($0.key)=\($0.value)" }
        return try Self.answer(
            from: await Program(path: Toolbox.path(of: "java"), arguments: arguments + pairs).run()
        )
    }

    private static func pairs(of call: Call) -> [String: String] {
        var pairs = ["url": call.url, "ca": call.authority, "method": call.method]
        pairs["key"] = call.key
        pairs["body"] = call.body
        pairs["tls"] = call.tls
        pairs["http"] = call.http
        pairs["connect"] = call.connect
        if let identity = call.identity {
            pairs["p12"] = identity.p12
            pairs["password"] = Identity.password
        }
        return pairs
    }

    /// Reads the line "STATUS HTTP TLS" and the body after it.
    private static func answer(from output: Program.Output) throws -> Answer {
        let facts = (output.lines.first ?? "").split(separator: " ")
        guard output.status == 0, facts.count == 3, let status = Int(facts[0]) else {
            throw Program.Failure(description: output.description)
        }
        return Answer(
            status: status,
            http: String(facts[1]),
            tls: String(facts[2]),
            body: output.lines.dropFirst().joined(separator: "\n")
        )
    }
}
