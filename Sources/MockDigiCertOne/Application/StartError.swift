import HTTPServer
import OpenSSLBridge

// Every way in which a start can fail becomes the same one line: culprit, problem, remedy.
extension ConfigurationError {
    /// Why the TLS authority cannot be used.
    init(_ error: ServerCertificatesError) {
        self.init(subject: error.path, problem: error.problem, remedy: error.remedy)
    }

    /// A fault below that no setting can mend.
    init(_ error: OpenSSLError) {
        self.init(
            subject: "OpenSSL",
            problem: error.description,
            remedy: "this is a fault of the mock, please report it"
        )
    }

    /// Why the server cannot listen.
    init(_ error: ServerStartError) {
        switch error {
        case .portTaken(let listener, let address, let port):
            self.init(
                subject: "port \(port) on \(address)",
                problem: "is taken by another process",
                remedy: "stop that one, or give \(Self.portFlag(listener)) another port, "
                    + "or 0 for a free one"
            )
        case .portForbidden(let listener, let address, let port):
            self.init(
                subject: "port \(port) on \(address)",
                problem: "needs a right that this process has not",
                remedy: "give \(Self.portFlag(listener)) a port from 1024 up"
            )
        case .addressUnusable(let listener, let address, let detail):
            self.init(
                subject: address,
                problem: "cannot be listened on (\(detail))",
                remedy: "give \(Self.addressFlag(listener)) an address of this machine"
            )
        case .system(let operation, let detail):
            self.init(
                subject: operation,
                problem: detail,
                remedy: "look at the limits of this process (ulimit -a)"
            )
        }
    }

    private static func portFlag(_ listener: String) -> String {
        switch ListenerName(rawValue: listener) {
        case .clientauth: Setting.clientauthPort.flag
        case .control: Setting.controlPort.flag
        case .https: Setting.httpsPort.flag
        case .api, nil: Setting.apiPort.flag
        }
    }

    private static func addressFlag(_ listener: String) -> String {
        switch ListenerName(rawValue: listener) {
        case .control: Setting.controlListen.flag
        case .api, .clientauth, .https, nil: Setting.listen.flag
        }
    }
}
