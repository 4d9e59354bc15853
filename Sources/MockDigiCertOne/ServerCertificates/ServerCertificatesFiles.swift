import Glibc

/// What the TLS authority writes down.
struct ServerCertificatesFiles: Sendable {
    /// The intermediate's key, PEM: a secret.
    let key: String
    /// The intermediate, PEM.
    let intermediate: String
    /// The root, PEM; its key is nowhere.
    let root: String

    /// Reads what a state directory holds; `nil` when it holds no authority yet.
    static func load(
        _ setup: ServerCertificatesSetup
    ) throws(ServerCertificatesError) -> ServerCertificatesFiles? {
        let path = setup.authorityFilePath
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileBytes.read(path: path, bytesMax: PEMFile.bytesMax)
        } catch {
            if error.code == ENOENT { return nil }
            throw ServerCertificatesError(
                path: path,
                problem: "cannot be read: \(error)",
                remedy: "make it readable for the user who runs the server"
            )
        }
        let blocks = blocks(of: String(decoding: bytes, as: UTF8.self))
        guard blocks.count == 3 else {
            throw ServerCertificatesError(
                path: path,
                problem: "does not hold a key and two certificates",
                remedy: "restore it, or run mock-digicert-one ca --renew"
            )
        }
        return ServerCertificatesFiles(key: blocks[0], intermediate: blocks[1], root: blocks[2])
    }

    /// Writes the authority, then the root for clients.
    ///
    /// In this order: a crash in between leaves an authority whose root is written at next start.
    func store(_ setup: ServerCertificatesSetup) throws(ServerCertificatesError) {
        try Self.makeDirectory(setup.directory)
        try Self.makeDirectory(setup.authorityDirectory)
        try Self.write(key + intermediate + root, to: setup.authorityFilePath, mode: 0o600)
        try Self.publish(root, setup)
    }

    /// Writes what clients must trust where they find it, unless it stands there already.
    static func publish(
        _ trusted: String,
        _ setup: ServerCertificatesSetup
    ) throws(ServerCertificatesError) {
        let path = setup.caFilePath
        let current = try? FileBytes.read(path: path, bytesMax: PEMFile.bytesMax)
        if current == Array(trusted.utf8) { return }
        try write(trusted, to: path, mode: 0o644)
    }

    private static func blocks(of text: String) -> [String] {
        var blocks: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("-----BEGIN ") { blocks.append("") }
            guard !blocks.isEmpty else { continue }
            blocks[blocks.count - 1] += line + "\n"
        }
        return blocks
    }

    /// Makes a directory, and those above it, for the owner only.
    private static func makeDirectory(_ path: String) throws(ServerCertificatesError) {
        var partial = path.hasPrefix("/") ? "/" : ""
        for component in path.split(separator: "/") {
            partial += component
            let code = unsafe mkdir(partial, 0o700)
            guard code == 0 || errno == EEXIST else {
                let failure = SystemError(after: "mkdir")
                throw ServerCertificatesError(
                    path: partial,
                    problem: "cannot be made: \(failure)",
                    remedy: "choose another directory with --state-dir"
                )
            }
            partial += "/"
        }
    }

    /// Writes a file that is the old one or the new one after any crash, and nothing between.
    private static func write(
        _ text: String,
        to path: String,
        mode: mode_t
    ) throws(ServerCertificatesError) {
        do throws(SystemError) {
            try FileBytes.replace(
                path: path,
                with: Array(text.utf8),
                mode: mode,
                isDurable: true
            )
        } catch {
            throw ServerCertificatesError(
                path: path,
                problem: "cannot be written: \(error)",
                remedy: "choose another directory with --state-dir"
            )
        }
    }
}
