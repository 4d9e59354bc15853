import ArgumentParser
import MockDigiCertOne

struct WorldsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ports for worlds that ask for their own, such as 9000-9099; free ones without it.",
            valueName: "range"
        )
    )
    var worldPorts: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Make an unknown world when NAME.localhost or TOKEN.NAME asks for it."
    )
    var onFirstUse: Bool?

    var given: [Setting: String] {
        [
            .worldPorts: worldPorts, .worldsOnFirstUse: onFirstUse.map { String($0) },
        ].compactMapValues(\.self)
    }
}
