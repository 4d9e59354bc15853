import ArgumentParser
import MockDigiCertOne
import World

/// What happened in a world.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Read what happened in a world: handshakes and requests.",
        subcommands: [
            List.self, Follow.self, Wait.self, Clear.self, Archive.self, Report.self,
        ]
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List entries.")

        @OptionGroup var filter: JournalOptions

        @Option(help: ArgumentHelp("Only what came after this entry.", valueName: "sequence"))
        var after: String?

        @Option(help: ArgumentHelp("Only what came before this entry.", valueName: "sequence"))
        var before: String?

        @Option(help: ArgumentHelp("At most so many (100).", valueName: "n"))
        var limit: String?

        @Option(help: ArgumentHelp("Which come first: oldest or newest.", valueName: "order"))
        var order: String?

        @OptionGroup var options: ControlOptions

        func run() throws {
            let page = [
                ("after", after), ("before", before), ("limit", limit), ("order", order),
            ]
            let query = filter.query + page
            try options.run(options.request("GET", ["journal"], query: query)) { answer in
                answer["entries"].elements.map(ShownLines.entry)
                    + (answer["next"].exists ? ["and more"] : [])
            }
        }
    }

    struct Follow: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print entries as they come, until interrupted."
        )

        @OptionGroup var filter: JournalOptions

        @Option(help: ArgumentHelp("Begin after this entry.", valueName: "sequence"))
        var after: String?

        @Option(help: ArgumentHelp("End after so many.", valueName: "n"))
        var count: Int?

        @OptionGroup var options: ControlOptions

        func run() throws {
            let query = filter.query + [("after", after)]
            var left = count ?? .max
            guard left > 0 else { return }
            try options.follow(options.request("GET", ["journal", "stream"], query: query)) {
                guard $0.hasPrefix("data: ") else { return true }
                let text = String($0.dropFirst("data: ".count))
                let tree = try? JSONTree.parse(Array(text.utf8))
                let line = options.json ? text : ShownLines.entry(Shown(tree))
                StandardStreams.writeOutput(line + "\n")
                left -= 1
                return left > 0
            }
        }
    }

    struct Wait: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Wait until so many entries match, and print them."
        )

        @OptionGroup var filter: JournalOptions

        @Option(help: ArgumentHelp("How many (1).", valueName: "n"))
        var count: String?

        @Option(help: ArgumentHelp("How long at most (30s).", valueName: "duration"))
        var timeout: String?

        @Option(help: ArgumentHelp("Only what came after this entry.", valueName: "sequence"))
        var after: String?

        @OptionGroup var options: ControlOptions

        func run() throws {
            let query = filter.query + [("count", count), ("timeout", timeout), ("after", after)]
            try options.run(options.request("GET", ["journal", "wait"], query: query)) { answer in
                answer["entries"].elements.map(ShownLines.entry)
            }
        }
    }

    struct Clear: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forget what happened.")

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("DELETE", ["journal"])) { _ in
                ["the journal of world \(options.worldName) is empty"]
            }
        }
    }

    struct Archive: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "har",
            abstract: "Print the requests as HTTP Archive, or write them into a file."
        )

        @OptionGroup var filter: JournalOptions

        @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"))
        var output: String?

        @OptionGroup var options: ControlOptions

        func run() throws {
            let answer = try options.send(
                options.request("GET", ["journal.har"], query: filter.query)
            )
            guard let output else { return options.printRaw(answer) }
            try WrittenFile.write(answer.body, to: output)
        }
    }

    struct Report: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what the client did well and badly."
        )

        @Option(help: ArgumentHelp("markdown, junit or json.", valueName: "format"))
        var format = "markdown"

        @OptionGroup var options: ControlOptions

        func run() throws {
            let query: [(String, String?)] = [("format", options.json ? "json" : format)]
            options.printRaw(try options.send(options.request("GET", ["report"], query: query)))
        }
    }
}

/// Which entries are meant.
struct JournalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("handshake or request.", valueName: "kind"))
    var kind: String?

    @Option(help: ArgumentHelp("The method of the request.", valueName: "method"))
    var method: String?

    @Option(
        help: ArgumentHelp("Its path; * stands for one segment, ** for any.", valueName: "path")
    )
    var path: String?

    @Option(help: ArgumentHelp("How its path begins.", valueName: "path"))
    var pathPrefix: String?

    @Option(help: ArgumentHelp("The status answered, such as 403 or 4xx.", valueName: "status"))
    var status: String?

    @Option(help: ArgumentHelp("How it ended.", valueName: "outcome"))
    var outcome: String?

    @Option(help: ArgumentHelp("Whose request: an id or a displayed name.", valueName: "user"))
    var user: String?

    @Option(
        help: ArgumentHelp("The certificate presented: how its number begins.", valueName: "serial")
    )
    var certificate: String?

    @Option(help: ArgumentHelp("The id of the token presented.", valueName: "id"))
    var token: String?

    @Option(help: ArgumentHelp("A part of the reason.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("From this time of the world on.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Up to this time of the world.", valueName: "time"))
    var until: String?

    var query: [(String, String?)] {
        [
            ("kind", kind), ("method", method), ("path", path), ("path_prefix", pathPrefix),
            ("status", status), ("outcome", outcome), ("user", user),
            ("certificate", certificate), ("token", token), ("reason", reason),
            ("since", since), ("until", until),
        ]
    }
}
