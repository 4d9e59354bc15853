import ArgumentParser
import MockDigiCertOne

/// What goes wrong in a world on purpose.
struct FaultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault",
        abstract: "Let things go wrong in a world on purpose.",
        subcommands: [List.self, Add.self, Remove.self, Clear.self, Catalogue.self]
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the rules, and how often each was met."
        )

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("GET", ["faults"])) { answer in
                answer["faults"].elements.map(ShownLines.fault)
            }
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a rule, or a list of rules.",
            discussion: #"For example: fault add '{"action":{"status":503}}'"#
        )

        @Argument(help: "The rule: a file, - for the standard input, or JSON.")
        var rule: String

        @OptionGroup var options: ControlOptions

        func run() throws {
            var request = options.request("POST", ["faults"])
            request.body = try GivenJSON.read(rule)
            try options.run(request) { answer in
                let faults = answer["faults"].elements
                return (faults.isEmpty ? [answer] : faults).map(ShownLines.fault)
            }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove one rule.")

        @Argument(help: "The id of the rule.")
        var id: String

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("DELETE", ["faults", id])) { _ in
                ["rule \(id) is removed"]
            }
        }
    }

    struct Clear: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove every rule.")

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("DELETE", ["faults"])) { _ in
                ["world \(options.worldName) has no rules any more"]
            }
        }
    }

    struct Catalogue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List every action and magic word, with examples."
        )

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(ControlRequest("GET", ["faults"])) { answer in
                answer["actions"].elements.map { action in
                    "\(action["action"].text): \(action["does"].text): \(action["example"].text)"
                }
                    + answer["magic_words"].elements.map { word in
                        "\(word["word"].text): \(word["does"].text): \(word["example"].text)"
                    }
            }
        }
    }
}
