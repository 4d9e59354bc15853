import ArgumentParser
import MockDigiCertOne
import World

/// Worlds of a running server.
struct WorldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "world",
        abstract: "Make, list, describe, reset and delete the worlds of a running server.",
        subcommands: [
            List.self, Create.self, Show.self, Reset.self, Delete.self, Env.self, Kit.self,
            Ports.self,
        ]
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the worlds.")

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(ControlRequest("GET", ["worlds"])) { answer in
                answer["worlds"].elements.map { world in
                    let used = world["last_used_at"]
                    return ShownLines.row(world["name"].text, world["state"].text)
                        + (used.exists ? ", last used \(used.text)" : "")
                }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Describe a world, and how it is reached."
        )

        @OptionGroup var named: NamedWorld
        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("GET", of: named.name), ShownLines.world)
        }
    }

    struct Reset: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring a world back to how it began."
        )

        @OptionGroup var named: NamedWorld
        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(
                options.request("POST", ["reset"], of: named.name),
                ShownLines.world
            )
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a world and all in it."
        )

        @Argument(help: "The name of the world.")
        var name: String

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("DELETE", of: name)) { _ in
                ["world \(name) is deleted"]
            }
        }
    }

    struct Ports: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open ports that lead to one world only."
        )

        @OptionGroup var named: NamedWorld
        @OptionGroup var options: ControlOptions

        func run() throws {
            let body = JSONTree.object(["ports": .flag(true)])
            try options.run(options.request("PATCH", of: named.name, body: body)) { world in
                ["api_url", "clientauth_url"].map { world["addresses"]["ports"][$0].text }
            }
        }
    }
}

/// A world that may be named without `--world`.
struct NamedWorld: ParsableArguments {
    @Argument(help: "The name of the world; else that of --world.")
    var name: String?
}

extension WorldCommand {
    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a world: from the seed, from a fork, from a snapshot."
        )

        @Argument(help: "The name of the world; one is made up without it.")
        var name: String?

        @Option(help: ArgumentHelp("Begin as another world is now.", valueName: "world"))
        var forkOf: String?

        @Option(help: ArgumentHelp("Begin from a snapshot.", valueName: "snapshot"))
        var snapshot: String?

        @Option(help: ArgumentHelp("Whose snapshot (default).", valueName: "world"))
        var snapshotOf: String?

        @Option(help: ArgumentHelp("Begin from a seed: a file, - or JSON.", valueName: "seed"))
        var seed: String?

        @Option(
            name: .customLong("set"),
            help: ArgumentHelp("A setting of the world; repeatable.", valueName: "name=value")
        )
        var settings: [String] = []

        @Option(help: ArgumentHelp("Start its clock there.", valueName: "time"))
        var clock: String?

        @Flag(help: "Let its clock stand still.")
        var clockFrozen = false

        @Flag(help: "Give a fork a CA of its own.")
        var ownCa = false

        @Option(
            help: ArgumentHelp("Delete it when nobody used it so long.", valueName: "duration")
        )
        var expiresAfterIdle: String?

        @Flag(help: "Open ports of its own.")
        var ports = false

        @Flag(help: "Delete a world of that name first.")
        var replace = false

        @OptionGroup var options: ControlOptions

        func run() throws {
            var request = ControlRequest("POST", ["worlds"])
            request.body = JSONTree.object(try members()).jsonBytes
            try options.run(request, ShownLines.world)
        }

        private func members() throws -> [String: JSONTree] {
            let texts = [
                "name": name ?? options.world, "fork_of": forkOf, "snapshot": snapshot,
                "snapshot_of": snapshotOf, "expires_after_idle": expiresAfterIdle,
            ]
            var members = texts.compactMapValues { $0.map(JSONTree.text) }
            members["settings"] = try GivenJSON.settings(settings)
            if let seed {
                let bytes = try GivenJSON.read(seed)
                do throws(JSONFault) {
                    members["seed"] = try JSONTree.parse(bytes)
                } catch {
                    throw Refusal.exit(saying: "--seed: is not JSON: \(error)")
                }
            }
            var start: [String: JSONTree] = [:]
            if let clock { start["now"] = .text(clock) }
            if clockFrozen { start["frozen"] = .flag(true) }
            if !start.isEmpty { members["clock"] = .object(start) }
            if ownCa { members["ca"] = .text("own") }
            if ports { members["ports"] = .flag(true) }
            if replace { members["replace"] = .flag(true) }
            return members
        }
    }

    struct Env: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what a client of a world needs, as variables."
        )

        @OptionGroup var named: NamedWorld

        @Option(help: ArgumentHelp("sh, dotenv, github, powershell or json.", valueName: "format"))
        var format = "sh"

        @OptionGroup var client: KitOptions
        @OptionGroup var options: ControlOptions

        func run() throws {
            let query = [("format", options.json ? "json" : format)] + client.query
            let answer = try options.send(
                options.request("GET", ["env"], of: named.name, query: query)
            )
            options.printRaw(answer)
        }
    }

    struct Kit: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write what a client of a world needs into one zip file."
        )

        @Argument(help: "The file to write.")
        var file: String

        @OptionGroup var client: KitOptions
        @OptionGroup var options: ControlOptions

        func run() throws {
            let answer = try options.send(
                options.request("GET", ["kit.zip"], query: client.query)
            )
            try WrittenFile.write(answer.body, to: file)
        }
    }
}

/// For whom, and where.
struct KitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Whose token and certificate.", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("Where the files will lie, an absolute path.", valueName: "dir"))
    var directory: String?

    @Option(help: ArgumentHelp("How to reach it: ports, name or common.", valueName: "way"))
    var via: String?

    var query: [(String, String?)] {
        [("user", user), ("directory", directory), ("via", via)]
    }
}

/// A file that a command writes: for its owner alone, since keys may be in it.
enum WrittenFile {
    /// Writes the file, and says so.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - path: Where to.
    /// - Throws: The error that ends the process with status 1, after the line is written.
    static func write(_ bytes: [UInt8], to path: String) throws {
        do throws(SystemError) {
            try FileBytes.replace(path: FilePath.absolute(path), with: bytes, mode: 0o600)
        } catch {
            throw Refusal.exit(saying: "\(path): cannot be written: \(error)")
        }
        print("\(path): \(bytes.count) bytes")
    }
}
