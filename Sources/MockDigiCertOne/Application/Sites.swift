import Console
import ControlAPI
import DigitalIDCenter
import Pages
import TwoFactor
import World

/// The pages for browsers, on the two listeners that have some.
struct Sites {
    /// Those on the control listener: plain HTTP, so that nothing need be trusted first.
    let control: PageSite

    /// Those on the clientauth listener, where the handshake asks for a certificate.
    let gate: PageSite

    /// Puts the pages together.
    ///
    /// - Parameters:
    ///   - worlds: The worlds of the process.
    ///   - ports: How worlds are reached.
    ///   - console: What the console tells of the process.
    init(_ worlds: Worlds, _ ports: PortLender, _ console: ConsoleSurroundings) {
        let parts = PageSite.Parts(
            worlds: worlds,
            programVersion: ProgramVersion.current,
            gate: { ports.gate(world: $0, askedAs: $1, again: $2) },
            control: { ports.console(askedAs: $0) },
            alarm: .system
        )
        control = PageSite(
            parts,
            ConsolePages(console).routes + DigitalIDCenterPages.routes + TwoFactorPages.routes
        )
        gate = PageSite(parts, DigitalIDCenterPages.gateRoutes + TwoFactorPages.gateRoutes)
    }
}

extension ConsoleSurroundings {
    /// What the console of a process tells.
    ///
    /// - Parameters:
    ///   - ports: How worlds are reached.
    ///   - trustFile: The file that clients must trust.
    ///   - trusted: What is in it.
    ///   - demandsToken: Whether the control listener demands a token.
    init(_ ports: PortLender, trustFile: String, trusted: [UInt8], demandsToken: Bool) {
        self.init(
            addresses: { world, host in
                ports.addresses(ofWorld: world, askedAs: host).map { kind, addresses in
                    Addresses(
                        kind: kind,
                        api: addresses.api,
                        clientauth: addresses.clientauth
                    )
                }
            },
            control: { ports.control(askedAs: $0) },
            openPorts: { world in
                do throws(ControlRefusal) {
                    try ports.open(world: world)
                    return nil
                } catch {
                    return error.message
                }
            },
            trustFile: trustFile,
            demandsToken: demandsToken,
            tourClient: LocalTourClient(
                place: { ports.place(ofWorld: $0, isForGate: $1) },
                trusted: String(decoding: trusted, as: UTF8.self)
            )
        )
    }
}
