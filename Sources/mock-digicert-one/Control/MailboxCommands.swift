import ArgumentParser
import MockDigiCertOne

/// What the vendor would have mailed.
struct MailboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailbox",
        abstract: "Read what the vendor would have mailed.",
        subcommands: [List.self, Wait.self, Show.self, Clear.self]
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List mails, the newest first."
        )

        @OptionGroup var filter: MailOptions

        @Option(help: ArgumentHelp("At most so many (100).", valueName: "n"))
        var limit: String?

        @Option(help: ArgumentHelp("Pass over so many.", valueName: "n"))
        var offset: String?

        @OptionGroup var options: ControlOptions

        func run() throws {
            let query = filter.query + [("limit", limit), ("offset", offset)]
            try options.run(options.request("GET", ["mailbox"], query: query)) { answer in
                answer["mails"].elements.map(ShownLines.mail)
            }
        }
    }

    struct Wait: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Wait for a mail, and print it."
        )

        @OptionGroup var filter: MailOptions

        @Option(help: ArgumentHelp("How long at most (30s).", valueName: "duration"))
        var timeout: String?

        @OptionGroup var options: ControlOptions

        func run() throws {
            let query = filter.query + [("timeout", timeout)]
            try options.run(
                options.request("GET", ["mailbox", "wait"], query: query),
                ShownLines.wholeMail
            )
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print one mail.")

        @Argument(help: "The id of the mail.")
        var id: String

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("GET", ["mailbox", id]), ShownLines.wholeMail)
        }
    }

    struct Clear: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete one mail, or every mail."
        )

        @Argument(help: "The id of the mail; every mail without it.")
        var id: String?

        @OptionGroup var options: ControlOptions

        func run() throws {
            let segments = ["mailbox"] + [id].compactMap(\.self)
            try options.run(options.request("DELETE", segments)) { answer in
                ["deleted: \(answer["deleted"].exists ? answer["deleted"].text : "1")"]
            }
        }
    }
}

/// Which mails are meant.
struct MailOptions: ParsableArguments {
    @Option(help: ArgumentHelp("To whom.", valueName: "address"))
    var to: String?

    @Option(help: ArgumentHelp("Why it was sent.", valueName: "kind"))
    var kind: String?

    @Option(help: ArgumentHelp("The id of the user it is about.", valueName: "id"))
    var user: String?

    @Option(
        help: ArgumentHelp("The id of the certificate, token or user in it.", valueName: "id")
    )
    var about: String?

    @Option(help: ArgumentHelp("From this time of the world on.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Only what came after this mail.", valueName: "id"))
    var after: String?

    @Option(help: ArgumentHelp("What stands in it.", valueName: "text"))
    var search: String?

    var query: [(String, String?)] {
        [
            ("to", to), ("kind", kind), ("user", user), ("about", about), ("since", since),
            ("after", after), ("search", search),
        ]
    }
}
