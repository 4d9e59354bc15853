import ArgumentParser
import MockDigiCertOne
import World

/// The clock of a world.
struct ClockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Read and steer the clock of a world.",
        subcommands: [
            Show.self, Set.self, Freeze.self, Run.self, Advance.self, Events.self,
        ]
    )

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what time it is there, and what happens next."
        )

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("GET", ["clock"])) { clock in
                let next = clock["next_event"]
                return [ShownLines.clock(clock)]
                    + (next.exists ? ["next: \(ShownLines.event(next))"] : [])
            }
        }
    }

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move the clock on to a time, and print what happens on the way."
        )

        @Argument(help: "The time, such as 2027-01-01T00:00:00Z.")
        var time: String

        @OptionGroup var options: ControlOptions

        func run() throws { try options.changeClock(["now": .text(time)]) }
    }

    struct Freeze: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the clock stand still.")

        @Option(help: ArgumentHelp("Move it there first.", valueName: "time"))
        var at: String?

        @OptionGroup var options: ControlOptions

        func run() throws {
            var members: [String: JSONTree] = ["frozen": .flag(true)]
            if let at { members["now"] = .text(at) }
            try options.changeClock(members)
        }
    }

    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the clock run.")

        @Option(help: ArgumentHelp("Seconds there for each second here.", valueName: "number"))
        var rate: Double?

        @OptionGroup var options: ControlOptions

        func run() throws {
            var members: [String: JSONTree] = ["frozen": .flag(false)]
            if let rate { members["rate"] = .number(rate) }
            try options.changeClock(members)
        }
    }

    struct Advance: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move the clock on, and print what happens on the way.",
            usage: "mock-digicert-one clock advance <duration> | --to <time> | --next-event"
        )

        @Argument(help: "How far: 90s, 15m, 36h, 30d, 2w, 6mo, 1y, or several together.")
        var duration: String?

        @Option(help: ArgumentHelp("To a time.", valueName: "time"))
        var to: String?

        @Flag(help: "To when something happens next.")
        var nextEvent = false

        @Option(
            help: ArgumentHelp(
                "With --next-event, what: certificate_expired and its like; repeatable.",
                valueName: "kind"
            )
        )
        var kind: [String] = []

        @OptionGroup var options: ControlOptions

        func validate() throws {
            let count = (duration == nil ? 0 : 1) + (to == nil ? 0 : 1) + (nextEvent ? 1 : 0)
            guard count == 1 else {
                throw ValidationError("Give one of a duration, --to and --next-event.")
            }
            guard kind.isEmpty || nextEvent else {
                throw ValidationError("--kind goes with --next-event only.")
            }
        }

        func run() throws {
            var members: [String: JSONTree] = [:]
            if let duration { members["by"] = .text(duration) }
            if let to { members["to"] = .text(to) }
            if nextEvent { members["to"] = .text("next-event") }
            if !kind.isEmpty { members["kind"] = .array(kind.map(JSONTree.text)) }
            try options.run(
                options.request("POST", ["clock", "advance"], body: .object(members)),
                ShownLines.progress
            )
        }
    }

    struct Events: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what is to come.")

        @Option(help: ArgumentHelp("Up to a time, or how long from now.", valueName: "time"))
        var until: String?

        @Option(help: ArgumentHelp("Of one kind only.", valueName: "kind"))
        var kind: String?

        @Option(help: ArgumentHelp("At most so many.", valueName: "n"))
        var limit: String?

        @OptionGroup var options: ControlOptions

        func run() throws {
            let query = [("until", until), ("kind", kind), ("limit", limit)]
            try options.run(options.request("GET", ["clock", "events"], query: query)) { answer in
                answer["events"].elements.map(ShownLines.event)
                    + (answer["has_more"].isTrue ? ["and more"] : [])
            }
        }
    }
}

extension ControlOptions {
    fileprivate func changeClock(_ members: [String: JSONTree]) throws {
        try run(request("PUT", ["clock"], body: .object(members)), ShownLines.progress)
    }
}
