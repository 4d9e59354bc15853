import Glibc

/// The name of the machine.
enum MachineName {
    /// The name that `gethostname(2)` tells.
    ///
    /// - Returns: The name; `localhost` where it has none or one that no certificate can carry.
    static func current() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let name = String(decoding: bytes, as: UTF8.self).lowercased()
        return HostName.isName(name) ? name : "localhost"
    }
}
