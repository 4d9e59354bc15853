import Glibc
import OpenSSLBridge

/// A file of PEM blocks that a setting names.
struct PEMFile {
    /// How messages call it: the flag and the path.
    let subject: String

    private let blocks: [PEMBlock]

    /// The largest file that is read, in bytes: a system's whole store has less.
    static let bytesMax = 262_144

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: Where it lies.
    ///   - subject: How messages call it.
    /// - Returns: The file.
    /// - Throws: ``ConfigurationError`` when it cannot be read or holds a broken block.
    static func read(_ path: String, subject: String) throws(ConfigurationError) -> PEMFile {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileBytes.read(path: path, bytesMax: bytesMax)
        } catch {
            throw ConfigurationError(
                subject: subject,
                problem: "cannot be read: \(error)",
                remedy: error.code == EISDIR
                    ? "name the file in it, such as \(path)/tls.crt"
                    : "give the path of a file that this user may read"
            )
        }
        guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
            throw ConfigurationError(
                subject: subject,
                problem: "is text in UTF-16, as Windows PowerShell writes it",
                remedy: "write it as ASCII: Get-Content FILE | Set-Content -Encoding ascii COPY"
            )
        }
        do throws(PEM.Refusal) {
            // The mark of UTF-8 that Windows puts first would hide the first block.
            let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
            let unmarked = bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0)
            let text = String(decoding: unmarked, as: UTF8.self)
            return PEMFile(subject: subject, blocks: try PEM.blocks(of: text))
        } catch {
            throw ConfigurationError(
                subject: subject,
                problem: "is not PEM: \(error)",
                remedy: "give the file as it was made"
            )
        }
    }

    /// The certificates in the file, each of them readable, DER.
    ///
    /// - Returns: At least one.
    /// - Throws: ``ConfigurationError`` when there is none.
    func certificates() throws(ConfigurationError) -> [[UInt8]] {
        let found = blocks.filter { $0.label == "CERTIFICATE" }.map(\.der)
        guard !found.isEmpty else {
            throw refusal(
                "holds no certificate in PEM",
                remedy: "give a file with -----BEGIN CERTIFICATE-----; "
                    + "from DER: openssl x509 -inform DER -in FILE"
            )
        }
        for der in found {
            do throws(OpenSSLError) {
                _ = try Certificate.parse(der: der.span)
            } catch {
                throw refusal("holds a certificate that cannot be read: \(error)")
            }
        }
        return found
    }

    /// The one private key in the file.
    ///
    /// - Parameter remedy: What to do when there is none.
    /// - Returns: The key.
    /// - Throws: ``ConfigurationError`` when there is none, more than one, or one that is
    ///   encrypted or of no kind that is used here.
    func privateKey(remedy: String) throws(ConfigurationError) -> PrivateKey {
        let keys = blocks.filter(\.isPrivateKey)
        guard let block = keys.first else {
            throw refusal("holds no private key in PEM", remedy: remedy)
        }
        guard keys.count == 1 else {
            throw refusal("holds \(keys.count) private keys", remedy: "leave one in it")
        }
        guard !block.isEncrypted else {
            throw refusal(
                "holds a private key that is encrypted",
                remedy: "give it without a password: openssl pkey -in FILE -out PLAIN"
            )
        }
        do throws(OpenSSLError) {
            return try PrivateKey.parse(der: block.der)
        } catch {
            throw refusal(
                "holds a private key that cannot be used: \(error)",
                remedy: "give an RSA, P-256, P-384, P-521 or Ed25519 key"
            )
        }
    }

    /// Why the file is not used.
    ///
    /// - Parameters:
    ///   - problem: What is wrong with it.
    ///   - remedy: What to do.
    /// - Returns: The error.
    func refusal(
        _ problem: String,
        remedy: String = "give the file as it was made"
    ) -> ConfigurationError {
        ConfigurationError(subject: subject, problem: problem, remedy: remedy)
    }
}
