import ArgumentParser
import MockDigiCertOne

/// Prints the one certificate that clients must trust.
struct CACommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca",
        abstract: "Print the path and fingerprint of the file that clients must trust."
    )

    @Flag(help: "Print the certificate itself.")
    var pem = false

    @Flag(help: "Make a new root, which clients then have to trust instead of the old one.")
    var renew = false

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try options.resolve()
        let trustFile = try Refusal.ofConfiguration { () throws(ConfigurationError) in
            try TrustFile.open(configuration, isRenewed: renew)
        }
        guard !pem else { return print(trustFile.pem, terminator: "") }
        print(trustFile.path)
        print("SHA-256 \(trustFile.fingerprint)")
    }
}
