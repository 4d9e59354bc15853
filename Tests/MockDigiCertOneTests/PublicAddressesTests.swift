import Testing

@testable import HTTPServer
@testable import MockDigiCertOne

/// How somebody asked, and what is answered.
struct AskedAddress: Sendable, CustomTestStringConvertible {
    var listen = ["127.0.0.1", "::1"]
    var control = ["127.0.0.1", "::1"]
    var flags: [Setting: String] = [:]
    let host: String?
    let addresses: ServerAddresses

    var testDescription: String { "\(host ?? "nobody") at \(control), API at \(listen)" }
}

private let askedAddresses = [
    AskedAddress(
        host: nil,
        addresses: ServerAddresses(
            api: "https://localhost:1",
            clientauth: "https://localhost:2",
            control: "http://127.0.0.1:3"
        )
    ),
    // What localhost means is 127.0.0.1, where nobody listens then.
    AskedAddress(
        listen: ["127.0.0.2"],
        control: ["127.0.0.2"],
        host: nil,
        addresses: ServerAddresses(
            api: "https://127.0.0.2:1",
            clientauth: "https://127.0.0.2:2",
            control: "http://127.0.0.2:3"
        )
    ),
    AskedAddress(
        host: "mock:8440",
        addresses: ServerAddresses(
            api: "https://mock:1",
            clientauth: "https://mock:2",
            control: "http://mock:8440"
        )
    ),
    AskedAddress(
        listen: ["0.0.0.0"],
        control: ["10.0.0.1"],
        host: "Mock.Example",
        addresses: ServerAddresses(
            api: "https://mock.example:1",
            clientauth: "https://mock.example:2",
            control: "http://mock.example"
        )
    ),
    AskedAddress(
        host: "[::1]:3",
        addresses: ServerAddresses(
            api: "https://[::1]:1",
            clientauth: "https://[::1]:2",
            control: "http://[::1]:3"
        )
    ),
    // Who reaches the control listener from afar does not reach the API by the same name.
    AskedAddress(
        control: ["0.0.0.0"],
        host: "mock:3",
        addresses: ServerAddresses(
            api: "https://localhost:1",
            clientauth: "https://localhost:2",
            control: "http://mock:3"
        )
    ),
    AskedAddress(
        flags: [
            .publicAPIURL: "https://api.test", .publicClientauthURL: "https://gate.test:9",
            .publicControlURL: "https://control.test/",
        ],
        host: "mock:3",
        addresses: ServerAddresses(
            api: "https://api.test",
            clientauth: "https://gate.test:9",
            control: "https://control.test"
        )
    ),
    AskedAddress(
        flags: [.publicAPIURL: "https://api.test:8"],
        host: "mock:3",
        addresses: ServerAddresses(
            api: "https://api.test:8",
            clientauth: "https://mock:2",
            control: "http://mock:3"
        )
    ),
]

@Suite("Public addresses")
struct PublicAddressesTests {
    @Test(
        "are as configured, else as asked for, else those of the listeners",
        arguments: askedAddresses
    )
    func addresses(_ row: AskedAddress) throws {
        let names = [("api", row.listen), ("clientauth", row.listen), ("control", row.control)]
        let listeners = names.enumerated().map { index, listener in
            BoundListener(
                name: listener.0,
                addresses: listener.1,
                port: index + 1,
                world: nil
            )
        }
        let book = PublicAddresses(try resolve(flags: row.flags), listeners: listeners)
        #expect(book.addresses(askedAs: row.host) == row.addresses)
    }
}
