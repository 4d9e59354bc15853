import ArgumentParser
import MockDigiCertOne

/// Why a request was answered as it was.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a request was answered as it was.",
        discussion: "Without --world the request is looked for in every world."
    )

    @Argument(help: "The id: x-request-id of the answer, or the id of a connection.")
    var id: String

    @OptionGroup var options: ControlOptions

    func run() throws {
        let query: [(String, String?)] = [("format", options.json ? "json" : "text")]
        let segments = options.world.map { ["worlds", $0] } ?? []
        let request = ControlRequest("GET", segments + ["explain", id], query: query)
        options.printRaw(try options.send(request))
    }
}

/// Compares what happened with what a test expects.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare the journal with expectations; exit 0 if all are met, else 1."
    )

    @Argument(help: "The expectations: a file, - for the standard input, or JSON.")
    var file: String

    @OptionGroup var options: ControlOptions

    func run() throws {
        var request = options.request("POST", ["verify"])
        request.body = try GivenJSON.read(file)
        let answer = try options.send(request)
        let verdict = Shown(answer)
        if options.json {
            options.printRaw(answer)
        } else {
            for note in verdict["notes"].elements { print("note: \(note.text)") }
            for failure in verdict["failures"].elements {
                let name = failure["name"].exists ? " (\(failure["name"].text))" : ""
                let number = failure["expectation"].text
                print("expectation \(number)\(name): \(failure["sentence"].text)")
                for entry in failure["entries"].elements { print("    " + ShownLines.entry(entry)) }
            }
        }
        let count = verdict["expectations"].text
        guard verdict["passed"].isTrue else {
            let failed = verdict["failures"].elements.count
            throw Refusal.exit(saying: "\(failed) of \(count) expectations are not met")
        }
        if !options.json { print("all expectations are met: \(count)") }
    }
}
