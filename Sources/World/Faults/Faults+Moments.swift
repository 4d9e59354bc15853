extension Faults {
    /// Decides on a request before anybody knows who asks.
    ///
    /// - Parameter facts: What is known; not asked for where no rule is asked.
    /// - Returns: What goes wrong, or nil.
    package func before(_ facts: @autoclosure () -> FaultFacts) -> FaultDecision? {
        decision(at: .arrival, on: facts())
    }

    /// Decides on a request whose sender is known, before it is handled.
    ///
    /// - Parameter facts: What is known, the identity among it.
    /// - Returns: What goes wrong, or nil.
    package func admitted(_ facts: @autoclosure () -> FaultFacts) -> FaultDecision? {
        decision(at: .admission, on: facts())
    }

    /// Decides on a handshake when the ClientHello has come.
    ///
    /// - Parameter facts: Server name, listener and address.
    /// - Returns: What goes wrong, now or when a certificate is shown; nil when nothing.
    package func handshake(_ facts: @autoclosure () -> FaultFacts) -> FaultDecision? {
        decision(at: .clientHello, on: facts())
    }

    /// Decides on a handshake when the client has shown its certificate.
    ///
    /// - Parameter facts: The same, with the serial number in the identity.
    /// - Returns: What goes wrong, or nil.
    package func certificate(_ facts: @autoclosure () -> FaultFacts) -> FaultDecision? {
        decision(at: .certificate, on: facts())
    }
}
