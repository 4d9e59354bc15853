import HTTP
import HTTPServer

/// The three addresses that clients are told, without trailing slashes.
package struct ServerAddresses: Sendable, Hashable {
    /// Where the API is.
    package let api: String
    /// Where client certificates are asked for.
    package let clientauth: String
    /// Where the control plane is.
    package let control: String
}

/// How clients are told to reach the listeners: as somebody configured it, else as they asked.
struct PublicAddresses: Sendable {
    private let configuredAPI: String?
    private let configuredClientauth: String?
    private let configuredControl: String?
    private let api: BoundListener?
    private let clientauth: BoundListener?
    private let control: BoundListener?

    /// Whether whoever reaches the control listener reaches the other two by the same name.
    private let isOneHost: Bool

    /// Takes what is configured and what is bound.
    ///
    /// - Parameters:
    ///   - configuration: All that was decided.
    ///   - listeners: The listeners as bound.
    init(_ configuration: Configuration, listeners: [BoundListener]) {
        func bound(_ name: ListenerName) -> BoundListener? {
            listeners.first { $0.name == name.rawValue }
        }
        configuredAPI = configuration.publicAPIURL
        configuredClientauth = configuration.publicClientauthURL
        configuredControl = configuration.publicControlURL
        api = bound(.api)
        clientauth = bound(.clientauth)
        control = bound(.control)
        let addresses = Set(api?.addresses ?? [])
        isOneHost =
            addresses.contains(where: ListenerURL.isUnspecified)
            || addresses.isSuperset(of: control?.addresses ?? [])
    }

    /// The addresses for somebody on this machine, who asked nothing.
    var announced: ServerAddresses {
        ServerAddresses(
            api: configuredAPI ?? api.map(ListenerURL.https) ?? "",
            clientauth: configuredClientauth ?? clientauth.map(ListenerURL.https) ?? "",
            control: configuredControl ?? control.map(ListenerURL.http) ?? ""
        )
    }

    /// Where the control listener is for somebody who asked another listener under a name.
    ///
    /// - Parameter authority: The `Host` of the request, whose port is the other listener's.
    /// - Returns: An address with that name where both listeners are reached by it.
    func control(besides authority: String) -> String {
        guard configuredControl == nil, isOneHost, let control,
            let host = Authority.parse(authority)?.host
        else { return announced.control }
        return "http://\(ListenerURL.bracketed(host)):\(control.port)"
    }

    /// The addresses for somebody who asked the control listener under a name.
    ///
    /// The name is theirs, the ports are those of the listeners: of other mappings than the one
    /// that the request came through nothing is known.
    ///
    /// - Parameter authority: The `Host` of the request; nil where there was none.
    /// - Returns: Addresses with that name.
    func addresses(askedAs authority: String?) -> ServerAddresses {
        let announced = announced
        guard let authority = authority.flatMap(Authority.parse) else { return announced }
        let host = ListenerURL.bracketed(authority.host)
        func followed(_ listener: BoundListener?) -> String? {
            isOneHost ? listener.map { "https://\(host):\($0.port)" } : nil
        }
        return ServerAddresses(
            api: configuredAPI ?? followed(api) ?? announced.api,
            clientauth: configuredClientauth ?? followed(clientauth) ?? announced.clientauth,
            control: configuredControl
                ?? "http://\(host)" + (authority.port.map { ":\($0)" } ?? "")
        )
    }
}
