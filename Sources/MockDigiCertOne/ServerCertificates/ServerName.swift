import Glibc
import OpenSSLBridge

/// What a handshake asks an identity for.
enum ServerName: Hashable, Sendable {
    /// A host name in lower case, without a final dot.
    case named(String)
    /// No name: the address connected to is all that is known.
    case unnamed(address: String)

    /// Reads what a client sent.
    ///
    /// RFC 6066 §3 allows host names only. What is none, an address for example, counts as
    /// nothing: the certificate without a name carries the addresses anyway.
    init(serverName: String?, localAddress: String) {
        var name = Substring(serverName ?? "")
        if name.hasSuffix(".") { name = name.dropLast() }
        let isHostName = HostName.isName(String(name)) && !IPAddress.isAddress(String(name))
        self = isHostName ? .named(name.lowercased()) : .unnamed(address: localAddress)
    }

    /// The names for the certificate.
    ///
    /// - Parameter own: The names of the machine and of the configuration.
    /// - Returns: The one name; without a name everything by which the server may be called.
    func subjectNames(own: [String]) -> [CertificateExtension.GeneralName] {
        switch self {
        case .named(let name):
            return [.dns(name)]
        case .unnamed(let address):
            let always = ["localhost", "clientauth.localhost", "127.0.0.1", "::1"]
            var names: [CertificateExtension.GeneralName] = []
            for text in always + [address] + own {
                guard let name = Self.generalName(text), !names.contains(name) else { continue }
                names.append(name)
            }
            return names
        }
    }

    /// A name or an address as a certificate carries it; `nil` when the text is neither.
    static func generalName(_ text: String) -> CertificateExtension.GeneralName? {
        // An address may name its interface: fe80::1%eth0.
        let plain = String(text.prefix { $0 != "%" })
        if IPAddress.isIPv4(plain) {
            var address = in_addr()
            unsafe inet_pton(AF_INET, plain, &address)
            return unsafe .address(withUnsafeBytes(of: &address) { unsafe Array($0) })
        }
        if IPAddress.isIPv6(plain) {
            var address = in6_addr()
            unsafe inet_pton(AF_INET6, plain, &address)
            let bytes = unsafe withUnsafeBytes(of: &address) { unsafe Array($0) }
            // ::ffff:a.b.c.d is how a socket for both families shows an IPv4 client.
            let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
            return .address(bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes)
        }
        return HostName.isName(text) ? .dns(text.lowercased()) : nil
    }
}

extension CertificateExtension.GeneralName {
    /// The name or address as a person writes it.
    var text: String {
        switch self {
        case .dns(let name), .email(let name):
            return name
        case .address(let bytes):
            var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            let family = bytes.count == 4 ? AF_INET : AF_INET6
            guard unsafe inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil else {
                return "an address"
            }
            let end = buffer.firstIndex(of: 0) ?? buffer.endIndex
            return String(
                decoding: buffer[..<end].map(UInt8.init(bitPattern:)),
                as: UTF8.self
            )
        }
    }
}
