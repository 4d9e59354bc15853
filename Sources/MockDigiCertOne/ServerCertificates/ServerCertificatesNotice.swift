import AccountModel

/// Something about server certificates that a person should know.
package enum ServerCertificatesNotice: Sendable, Hashable {
    /// A client asked for a name, or connected to an address, that the authority may not vouch for.
    case nameNotAdmitted(String)
    /// These names of the configuration came after the authority was made.
    case configuredNamesNotAdmitted([String])
    /// The authority may vouch for anything, though the server now listens where it need not.
    case unconstrained
    /// The authority itself ends within 90 days.
    case authorityEndsSoon
    /// The name constraints of a person's own authority forbid these names.
    case forbidden([String])
    /// A person's own authority ends within 90 days, at this second since 1970.
    case ownEndsSoon(Int64)
    /// The file of a person's own certificate does not hold the root above it.
    case rootMissing(String)
    /// A client asked for a name that the one certificate does not carry.
    case nameNotCovered(String)
}

extension ServerCertificatesNotice: CustomStringConvertible {
    package var description: String {
        let renewal =
            "mock-digicert-one ca --renew (which makes a new ca.pem to trust; with --ephemeral "
            + "every start does), then start again"
        return switch self {
        case .nameNotAdmitted(let name):
            "The TLS authority may not vouch for \(name), so clients that verify will refuse it. "
                + "To admit it: add it to --names, run \(renewal)."
        case .configuredNamesNotAdmitted(let names):
            "The TLS authority was made before \(names.joined(separator: ", ")) was configured "
                + "and may not vouch for it. To admit it: keep it in --names, run \(renewal)."
        case .unconstrained:
            "The TLS authority was made for a server that listens beyond loopback and may vouch "
                + "for any name. To constrain it: run \(renewal)."
        case .authorityEndsSoon:
            "The TLS authority ends within \(ServerCertificates.lifetimeDays) days. To replace "
                + "it: run \(renewal)."
        case .forbidden(let names):
            "The authority of \(Setting.tlsCA.flag) may not vouch for "
                + "\(names.joined(separator: ", ")), so clients that verify will refuse it. To "
                + "admit it: give an authority whose name constraints permit it."
        case .ownEndsSoon(let end):
            "The authority of \(Setting.tlsCA.flag) ends at "
                + "\(Timestamp(secondsSince1970: end).iso8601): give a newer one before that."
        case .rootMissing(let subject):
            "\(subject) does not hold the root above its certificates, so ca.pem cannot hold it "
                + "either, and many clients will not verify with that file alone. Add the root to "
                + "the file, or give it to clients yourself."
        case .nameNotCovered(let name):
            "A client asked for \(name), which the certificate of \(Setting.tlsCert.flag) does "
                + "not carry, so clients that verify will refuse it. Give a certificate that does, "
                + "or leave the making to the mock with \(Setting.tlsCA.flag)."
        }
    }
}

/// Why there are no server certificates: one line that names the culprit and the remedy.
package struct ServerCertificatesError: Error, Sendable, Hashable {
    /// The file or directory.
    package let path: String
    /// What is wrong with it.
    package let problem: String
    /// What to do.
    package let remedy: String
}

extension ServerCertificatesError: CustomStringConvertible {
    package var description: String { "\(path): \(problem); \(remedy)" }
}
