import ArgumentParser
import MockDigiCertOne

/// Snapshots of a world.
struct SnapshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Keep a world as it is, and bring it back: keys and clock included.",
        subcommands: [
            Save.self, Restore.self, List.self, Delete.self, Export.self, Import.self,
        ]
    )

    /// What an exported world is.
    private static let mediaType = "application/vnd.sqlite3"

    /// The largest file that is imported.
    private static let bytesMax = 1 << 30

    struct Save: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Keep the world as it is now.")

        @Argument(help: "What the snapshot is called; one of that name is replaced.")
        var name: String

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("PUT", ["snapshots", name])) { snapshot in
                [ShownLines.snapshot(snapshot)]
            }
        }
    }

    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring the world back to a snapshot."
        )

        @Argument(help: "The snapshot.")
        var name: String

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("POST", ["snapshots", name, "restore"])) { _ in
                ["world \(options.worldName) is as it was in snapshot \(name)"]
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the snapshots.")

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("GET", ["snapshots"])) { answer in
                answer["snapshots"].elements.map(ShownLines.snapshot)
            }
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a snapshot.")

        @Argument(help: "The snapshot.")
        var name: String

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("DELETE", ["snapshots", name])) { _ in
                ["snapshot \(name) is deleted"]
            }
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a snapshot into one file; the CA's key is in it."
        )

        @Argument(help: "The snapshot.")
        var name: String

        @Argument(help: "The file to write.")
        var file: String

        @OptionGroup var options: ControlOptions

        func run() throws {
            let answer = try options.send(options.request("GET", ["snapshots", name, "file"]))
            try WrittenFile.write(answer.body, to: file)
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a file that export wrote as a snapshot."
        )

        @Argument(help: "What the snapshot is called; one of that name is replaced.")
        var name: String

        @Argument(help: "The file.")
        var file: String

        @OptionGroup var options: ControlOptions

        func run() throws {
            var request = options.request("PUT", ["snapshots", name, "file"])
            request.contentType = SnapshotCommand.mediaType
            do throws(SystemError) {
                request.body = try FileBytes.read(path: file, bytesMax: SnapshotCommand.bytesMax)
            } catch {
                throw Refusal.exit(saying: "\(file): cannot be read: \(error)")
            }
            try options.run(request) { [ShownLines.snapshot($0)] }
        }
    }
}
