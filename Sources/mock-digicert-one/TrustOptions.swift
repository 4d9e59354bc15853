import ArgumentParser
import MockDigiCertOne

struct AddressOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Further names and addresses clients call us by.", valueName: "a,b")
    )
    var names: String?

    @Option(
        help: ArgumentHelp("Where clients reach the API when ports are mapped.", valueName: "url")
    )
    var publicApiUrl: String?

    @Option(
        help: ArgumentHelp("Where they reach the listener that asks.", valueName: "url")
    )
    var publicClientauthUrl: String?

    @Option(help: ArgumentHelp("Where they reach the control plane.", valueName: "url"))
    var publicControlUrl: String?

    var given: [Setting: String] {
        [
            .names: names, .publicAPIURL: publicApiUrl,
            .publicClientauthURL: publicClientauthUrl, .publicControlURL: publicControlUrl,
        ].compactMapValues(\.self)
    }
}

struct TrustOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Your authority for server certificates: PEM, certificate and key.",
            valueName: "file"
        )
    )
    var tlsCa: String?

    @Option(
        help: ArgumentHelp("Its key, where that is a file of its own.", valueName: "file")
    )
    var tlsCaKey: String?

    @Option(
        help: ArgumentHelp(
            "Your server certificate, for every name: PEM, chain below it.",
            valueName: "file"
        )
    )
    var tlsCert: String?

    @Option(
        help: ArgumentHelp("Its key, where that is a file of its own.", valueName: "file")
    )
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "Your issuing CA of client certificates: PEM, certificate and key.",
            valueName: "file"
        )
    )
    var clientCa: String?

    @Option(
        help: ArgumentHelp("Its key, where that is a file of its own.", valueName: "file")
    )
    var clientCaKey: String?

    @Option(
        help: ArgumentHelp("Write a copy of ca.pem here, mode 0644.", valueName: "file")
    )
    var caCopy: String?

    var given: [Setting: String] {
        [
            .tlsCA: tlsCa, .tlsCAKey: tlsCaKey, .tlsCert: tlsCert, .tlsKey: tlsKey,
            .clientCA: clientCa, .clientCAKey: clientCaKey, .caCopy: caCopy,
        ].compactMapValues(\.self)
    }
}
