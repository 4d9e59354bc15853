internal import Synchronization

/// Keys that pages have just made for somebody, until they were fetched.
///
/// In memory only, as the world's database holds no client's key: when the process ends, a file
/// that was not fetched is lost.
package final class KeyFileShelf: Sendable {
    /// How many keys are kept; the oldest go.
    package static let countMax = 100

    /// A key with its certificate, and the file they are fetched in.
    package struct Item: Sendable, Hashable {
        /// The key, DER, PKCS#8.
        package var key: [UInt8]

        /// The certificate, PEM.
        package var certificate: String

        /// What the browser that had the file made knows, and nobody else.
        package var ticket: String

        /// The file, PKCS#12.
        package var file: [UInt8]

        /// What opens the file; nil once it was shown.
        package var password: String?

        /// How the file is protected, in words.
        package var protection: String

        /// Makes one.
        ///
        /// - Parameters:
        ///   - key: The key, DER, PKCS#8.
        ///   - certificate: The certificate, PEM.
        ///   - ticket: What the browser that had the file made knows.
        ///   - file: The file, PKCS#12.
        ///   - password: What opens the file.
        ///   - protection: How the file is protected, in words.
        package init(
            key: [UInt8],
            certificate: String,
            ticket: String,
            file: [UInt8],
            password: String?,
            protection: String
        ) {
            self.key = key
            self.certificate = certificate
            self.ticket = ticket
            self.file = file
            self.password = password
            self.protection = protection
        }
    }

    private struct State {
        var items: [String: Item] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())

    /// Begins with nothing.
    package init() {}

    /// Keeps a key, in the place of another one of the same name.
    ///
    /// - Parameters:
    ///   - item: The key and its file.
    ///   - name: What it is found by.
    package func put(_ item: Item, as name: String) {
        state.withLock { state in
            state.order.removeAll { $0 == name }
            state.order.append(name)
            state.items[name] = item
            if state.order.count > Self.countMax { state.items[state.order.removeFirst()] = nil }
        }
    }

    /// Finds a key.
    ///
    /// - Parameter name: What it is found by.
    /// - Returns: The key and its file; nil when it is not kept any more.
    package func item(_ name: String) -> Item? { state.withLock { $0.items[name] } }

    /// Tells the password of a file, once.
    ///
    /// - Parameters:
    ///   - name: What the key is found by.
    ///   - ticket: What the browser that had the file made knows.
    /// - Returns: The password; nil when it was told, or the ticket is another one.
    package func takePassword(of name: String, ticket: String) -> String? {
        state.withLock { state in
            guard let item = state.items[name], item.ticket == ticket else { return nil }
            state.items[name]?.password = nil
            return item.password
        }
    }

    /// Forgets a key.
    ///
    /// - Parameter name: What it is found by.
    package func remove(_ name: String) {
        state.withLock { state in
            state.order.removeAll { $0 == name }
            state.items[name] = nil
        }
    }
}
