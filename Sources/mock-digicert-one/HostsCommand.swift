import ArgumentParser
import MockDigiCertOne

/// Prints what leads the vendor's names to this server.
struct HostsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts",
        abstract: "Print lines for /etc/hosts that lead the vendor's host names here.",
        discussion: """
            The names of all regions with their clientauth. forms, and those of --names. The \
            vendor's addresses have no port: serve with --https-port 443. To remove the lines \
            again: sed -i '/\(VendorHosts.mark)$/d' /etc/hosts
            """
    )

    @Option(
        help: ArgumentHelp(
            "Where the names lead (127.0.0.1,::1): addresses, separated by commas.",
            valueName: "addresses"
        )
    )
    var address: String?

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try options.resolve()
        let addresses = try Refusal.ofConfiguration { () throws(ConfigurationError) in
            try Configuration.addresses(address, subject: "--address")
        }
        print(
            VendorHosts.lines(addresses: addresses, names: configuration.names),
            terminator: ""
        )
    }
}
