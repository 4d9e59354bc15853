import AccountStore
import Glibc
import OpenSSLBridge
import World

/// The command `reset`: the world begins anew, and what clients trust stays.
package enum WorldResetting {
    /// Empties the world of a state directory back to its seed.
    ///
    /// - Parameter configuration: Where the state is, and how the world begins.
    /// - Returns: What was done, in lines for a person.
    /// - Throws: ``ConfigurationError`` when the state cannot be used or a server uses it; nothing
    ///   has changed then.
    package static func run(
        _ configuration: Configuration
    ) throws(ConfigurationError) -> [String] {
        let path: String
        switch configuration.state {
        case .directory(let named): path = named
        case .unknown: throw StateDirectory.unknown
        case .temporary:
            throw ConfigurationError(
                subject: Setting.ephemeral.flag,
                problem: "leaves nothing that could be reset",
                remedy: "leave it out and give \(Setting.stateDir.flag) DIR"
            )
        }
        let name = HostRouting.defaultWorld
        let file = StateDirectory.databaseFile(ofWorld: name, in: path)
        guard unsafe access(file, F_OK) == 0 else {
            let failure = SystemError(after: "access")
            // Whoever may not look does not know that there is none.
            guard failure.code == ENOENT else {
                throw ConfigurationError(
                    subject: file,
                    problem: "cannot be looked for: \(failure)",
                    remedy: "run reset as the user who runs the server, or name the state with "
                        + "\(Setting.stateDir.flag)"
                )
            }
            return ["There is no world in \(path): the next start begins one."]
        }
        let directory = try StateDirectory.open(
            configuration.state,
            whenInUse: "stop that one first, or name the state to reset with "
                + "\(Setting.stateDir.flag)"
        )
        defer { directory.close() }
        do {
            let reset = try World.reset(
                name: name,
                at: file,
                settings: configuration.world,
                seed: try configuration.seed(),
                given: try configuration.givenAuthority(),
                clockStart: configuration.clockStart,
                systemTime: SystemClock.instant,
                randomSeed: configuration.randomSeed
            )
            return lines(about: reset, name: name, in: directory)
        } catch {
            throw ConfigurationError(sentence: "\(error)")
        }
    }

    private static func lines(
        about reset: WorldReset,
        name: String,
        in directory: StateDirectory
    ) -> [String] {
        var lines = reset.migrationNotice.map { [$0 + "."] } ?? []
        let gone = reset.before
        let now = reset.after
        lines.append(
            "The world \(name) in \(directory.path) is back at its seed: "
                + "users \(now.users) (before: \(gone.users)), "
                + "tokens \(now.tokens) (\(gone.tokens)), "
                + "certificates \(now.certificates) (\(gone.certificates)), "
                + "audit entries \(now.auditEntries) (\(gone.auditEntries))."
        )
        let course = reset.clock.state.isFrozen ? "stands still" : "runs"
        lines.append("Its clock is at \(reset.clock.now) and \(course).")
        let digest = (try? Certificate.parse(pem: reset.authorityPEM).sha256) ?? []
        lines.append(
            "Kept: the CA of its client certificates (SHA-256 \(Fingerprint.text(digest))), and "
                + "\(directory.trustFile) with the authority of the server certificates."
        )
        return lines
    }
}

/// SHA-256 digests as people compare them.
enum Fingerprint {
    /// The digest as browsers and `openssl x509 -fingerprint` print it.
    ///
    /// - Parameter digest: The digest's bytes.
    /// - Returns: Pairs of upper-case digits with colons between.
    static func text(_ digest: [UInt8]) -> String {
        digest.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined(separator: ":")
    }
}
