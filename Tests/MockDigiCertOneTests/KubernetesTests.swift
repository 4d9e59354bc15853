import Testing

@testable import MockDigiCertOne

/// A Service as Kubernetes tells every container of its namespace about it, named like us.
struct Service: Sendable, CustomTestStringConvertible {
    let name: String
    let address: String
    let ports: [(name: String?, number: Int, protocolName: String)]

    var testDescription: String { "\(name) at \(address)" }

    /// What the kubelet injects (`pkg/kubelet/envvars/envvars.go` of Kubernetes).
    var variables: [String: String] {
        let prefix = name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
        let host = address.contains(":") ? "[\(address)]" : address
        var variables = [
            "\(prefix)_SERVICE_HOST": address,
            "\(prefix)_SERVICE_PORT": "\(ports[0].number)",
        ]
        for (index, port) in ports.enumerated() {
            if let portName = port.name {
                let word = portName.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
                variables["\(prefix)_SERVICE_PORT_\(word)"] = "\(port.number)"
            }
            let scheme = port.protocolName.lowercased()
            let endpoint = "\(scheme)://\(host):\(port.number)"
            if index == 0 { variables["\(prefix)_PORT"] = endpoint }
            let portPrefix = "\(prefix)_PORT_\(port.number)_\(port.protocolName)"
            variables[portPrefix] = endpoint
            variables["\(portPrefix)_PROTO"] = scheme
            variables["\(portPrefix)_PORT"] = "\(port.number)"
            variables["\(portPrefix)_ADDR"] = address
        }
        return variables
    }
}

private let ports: [(name: String?, number: Int, protocolName: String)] = [
    ("api", 8443, "TCP"), ("clientauth", 8444, "TCP"), ("control", 8440, "TCP"),
    ("https", 443, "TCP"), ("api-port", 9443, "UDP"), ("control-port", 9440, "SCTP"),
    ("tcp", 1, "TCP"), ("names", 65_535, "TCP"),
]

private let services =
    [
        "mock-digicert-one", "mock-digicert-one-api", "mock-digicert-one-clientauth",
        "mock-digicert-one-control", "mock-digicert-one-https", "mock-digicert-one-service",
        "mock-digicert-one-port", "mock-digicert-one-1-tcp",
    ].map { Service(name: $0, address: "10.0.0.1", ports: ports) } + [
        Service(name: "mock-digicert-one", address: "fd00::1", ports: ports),
        Service(name: "mock-digicert-one", address: "10.0.0.1", ports: [(nil, 443, "TCP")]),
    ]

/// Variables that look alike and that nobody but a person writes.
private let written: [(name: String, value: String)] = [
    ("PORT", "8443"), ("PORT", "https://10.0.0.1:8443"), ("API_PORT", "http://10.0.0.1:8443"),
    ("SERVICE_HOST", "localhost"), ("SERVICE_HOSTS", "10.0.0.1"), ("SERVICE_PORT", "https"),
    ("SERVICE_PORTS", "8443"), ("PORT_8443", "tcp://10.0.0.1:8443"), ("PORT_8443_TCP", "8443"),
    ("PORT_8443_HTTP", "tcp://10.0.0.1:8443"), ("PORT_X_TCP", "tcp://10.0.0.1:8443"),
    ("PORT_8443_TCP_PROTO", "udp"), ("PORT_8443_TCP_ADDR", "localhost"),
    ("PORT_8443_TCP_NAME", "api"), ("8443_TCP", "tcp://10.0.0.1:8443"),
]

@Suite("Kubernetes")
struct KubernetesTests {
    @Test("what it injects for a Service of our name is no setting", arguments: services)
    func injected(_ service: Service) throws {
        let configuration = try resolve(environment: service.variables)
        #expect(configuration.settings == (try resolve().settings))
        for (name, value) in service.variables {
            #expect(try ProcessEnvironment([name: value]).settings().isEmpty, "\(name)")
        }
    }

    @Test("what only looks like it is refused like any other variable", arguments: written)
    func refused(name: String, value: String) throws {
        #expect(throws: ConfigurationError.self) {
            try resolve(environment: ["MOCK_DIGICERT_ONE_" + name: value])
        }
    }
}
