import ArgumentParser
import MockDigiCertOne

struct LimitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Bytes of a request's target.", valueName: "n"))
    var targetBytesMax: String?

    @Option(help: ArgumentHelp("Bytes of a request's header fields.", valueName: "n"))
    var headerBytesMax: String?

    @Option(help: ArgumentHelp("Header fields of a request.", valueName: "n"))
    var headerCountMax: String?

    @Option(help: ArgumentHelp("Bytes of a request's body.", valueName: "n"))
    var bodyBytesMax: String?

    @Option(help: ArgumentHelp("Connections at one time.", valueName: "n"))
    var connectionsMax: String?

    @Option(help: ArgumentHelp("HTTP/2 streams of a connection at one time.", valueName: "n"))
    var streamsMax: String?

    @Option(help: ArgumentHelp("Seconds for a TLS handshake.", valueName: "s"))
    var handshakeTimeoutSeconds: String?

    @Option(help: ArgumentHelp("Seconds for a request's header.", valueName: "s"))
    var headerTimeoutSeconds: String?

    @Option(help: ArgumentHelp("Seconds for a request's body.", valueName: "s"))
    var bodyTimeoutSeconds: String?

    @Option(help: ArgumentHelp("Seconds that an unused connection is kept.", valueName: "s"))
    var idleTimeoutSeconds: String?

    @Option(help: ArgumentHelp("Seconds for running requests after SIGTERM.", valueName: "s"))
    var drainTimeoutSeconds: String?

    @Option(help: ArgumentHelp("Bytes of the journals of all worlds.", valueName: "n"))
    var journalBytesMax: String?

    var given: [Setting: String] {
        [
            .targetBytesMax: targetBytesMax, .headerBytesMax: headerBytesMax,
            .headerCountMax: headerCountMax,
            .bodyBytesMax: bodyBytesMax, .connectionsMax: connectionsMax, .streamsMax: streamsMax,
            .handshakeTimeoutSeconds: handshakeTimeoutSeconds,
            .headerTimeoutSeconds: headerTimeoutSeconds, .bodyTimeoutSeconds: bodyTimeoutSeconds,
            .idleTimeoutSeconds: idleTimeoutSeconds, .drainTimeoutSeconds: drainTimeoutSeconds,
            .journalBytesMax: journalBytesMax,
        ].compactMapValues(\.self)
    }
}
