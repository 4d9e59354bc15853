import ArgumentParser
import MockDigiCertOne

/// Any request to the control listener, for what has no command of its own.
struct RawControlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "control",
        abstract: "Send any request to the control listener.",
        discussion: """
            For example: control GET /worlds/default/client-ca.crl --output client-ca.crl
            The paths are in docs/control.md, and in openapi --control. Address and token are \
            found as by every other command.
            """
    )

    @Argument(help: "The method, such as GET.")
    var method: String

    @Argument(help: "The path with its query, percent-encoded.")
    var path: String

    @Option(help: ArgumentHelp("What is sent: a file, - or JSON.", valueName: "json"))
    var body: String?

    @Option(
        help: ArgumentHelp("Write the answer to a file instead (mode 0600).", valueName: "file")
    )
    var output: String?

    @OptionGroup var options: ControlOptions

    func validate() throws {
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ValidationError("\(path) is no path: it begins with /, and is percent-encoded.")
        }
        guard !method.isEmpty, method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw ValidationError("\(method) is no method: write GET, POST, PUT, PATCH or DELETE.")
        }
    }

    func run() throws {
        var request = ControlRequest(method, target: path)
        if let body { request.body = try GivenJSON.read(body) }
        let answer = try options.send(request)
        guard let output else { return StandardStreams.writeOutput(answer.body) }
        try WrittenFile.write(answer.body, to: output)
    }
}
