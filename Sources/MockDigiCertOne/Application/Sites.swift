import Console
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
    init(_ worlds: Worlds, _ ports: PortLender) {
        let parts = PageSite.Parts(
            worlds: worlds,
            programVersion: ProgramVersion.current,
            gate: { ports.gate(world: $0, askedAs: $1, again: $2) },
            control: { ports.console(askedAs: $0) },
            alarm: .system
        )
        control = PageSite(
            parts,
            ConsolePages.routes + DigitalIDCenterPages.routes + TwoFactorPages.routes
        )
        gate = PageSite(parts, DigitalIDCenterPages.gateRoutes + TwoFactorPages.gateRoutes)
    }
}
