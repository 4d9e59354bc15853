internal import OpenSSLBridge

/// What an alert of TLS is called (RFC 8446 §6) and what it means for whoever looks for the fault.
package struct TLSAlertMeaning: Sendable, Hashable {
    /// The number on the wire.
    package let number: UInt8

    /// Looks an alert up.
    ///
    /// - Parameter number: The number on the wire.
    package init(number: UInt8) {
        self.number = number
    }

    /// The name in the RFC; the number where it has none.
    package var name: String { TLSAlert(number).name }

    /// What a client means that sends it to this server.
    package var fromClient: String {
        Self.rows[number] ?? "the client gave up"
    }

    /// What this server means that sends it to a client.
    package var fromServer: String {
        switch number {
        case 10: "the client sent a message that has no place there"
        case 20, 50, 51: "what the client sent cannot be read, or does not verify"
        case 40, 71: "client and server have no cipher suite or signature in common"
        case 42...46, 48: "the server does not take the client's certificate"
        case 47: "a parameter of the client's is illegal"
        case 70: "client and server have no TLS version in common"
        case 86: "the client came back with a lower version than it has"
        case 109, 110: "an extension of the client's is missing, or was not asked for"
        case 112: "nobody serves the name that the client asked for"
        case 116: "a client certificate is required and was not presented"
        case 120: "client and server have no ALPN protocol in common"
        default: "the server gave up"
        }
    }

    /// What is to be done where the client sent it.
    package var remedy: String {
        switch number {
        case 42, 43, 44, 46, 48:
            "make the client trust the certificate in GET /ca.pem on the control port, and connect"
                + " by a name that the server's certificate has"
        case 45:
            "compare the clock of the client's machine with the server's: a server certificate"
                + " follows the system's clock, not the world's"
        case 40, 47, 70, 71, 86:
            "let the client speak TLS 1.2 or 1.3 with an ordinary cipher suite"
        case 120: "let the client offer h2 or http/1.1, or no ALPN at all"
        case 112: "connect by a name that the server serves"
        default: "see what the client logs about its TLS connection"
        }
    }

    private static let distrust = "the client does not trust the server's certificate"

    private static let rows: [UInt8: String] = [
        0: "the client ended the connection in good order",
        10: "the client did not expect the message it got",
        20: "a record did not arrive as it was sent",
        22: "a record is too long for the client",
        40: "client and server have no parameters in common",
        42: distrust + ": it calls it bad",
        43: distrust + ": it is of a kind it does not support",
        44: distrust + ": it calls it revoked",
        45: distrust + ": it calls it expired",
        46: distrust + " for some reason of its own",
        47: "the client calls a parameter of the handshake illegal",
        48: distrust + ": it does not know who issued it",
        49: "the client has a rule against this server",
        50: "the client cannot decode a message",
        51: "a signature or a finished message did not verify",
        70: "client and server have no TLS version in common",
        71: "the client demands stronger cipher suites",
        80: "something failed within the client",
        86: "the client came back with a lower version than it has",
        90: "the client's user broke the handshake off",
        109: "the client misses an extension",
        110: "the client got an extension that it did not ask for",
        112: "nobody serves the name that was asked for",
        113: "the client got no good OCSP answer",
        115: "nobody knows the pre-shared key",
        116: "a client certificate is required and was not presented",
        120: "client and server have no ALPN protocol in common",
    ]
}
