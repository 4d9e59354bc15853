internal import AccountModel
internal import AccountStore
internal import FoundationEssentials
internal import OpenSSLBridge
internal import PrivateCA

/// What a new world contains: users, tokens, certificates.
///
/// A seed is a JSON file in which comments are allowed. `config/seed.json` explains the format by
/// example, and `config/seed.schema.json` in full.
package struct Seed: Sendable {
    /// The largest seed file that is read, in bytes.
    package static let bytesMax = 16 * 1024 * 1024

    /// The SHA-256 of the file, in lower-case hex.
    package let sha256: String

    /// What the seed chooses where the vendor is silent.
    package let settings: ChosenSettings

    private let source: String
    private let tree: JSONTree

    /// The tutorial's data, as it ships inside the binary.
    ///
    /// - Returns: The seed.
    /// - Throws: ``SeedError`` when the file was broken at build time.
    package static func tutorial() throws(SeedError) -> Seed {
        try parse(PackageResources.seed_json, source: "config/seed.json")
    }

    /// The digest of the tutorial's data, as ``sha256`` of it would be.
    package static var tutorialSHA256: String { digest(of: PackageResources.seed_json) }

    private static func digest(of bytes: [UInt8]) -> String {
        Digest.sha256(bytes).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// Reads a seed file.
    ///
    /// - Parameter path: The file.
    /// - Returns: The seed, checked but for its certificates.
    /// - Throws: ``SeedError`` with one sentence that names file, place and problem.
    package static func load(path: String) throws(SeedError) -> Seed {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            throw SeedError("seed file \(path): there is no such file")
        } catch let error as CocoaError where error.code == .fileReadNoPermission {
            throw SeedError("seed file \(path): permission denied")
        } catch {
            throw SeedError("seed file \(path): it cannot be read")
        }
        return try parse([UInt8](data), source: path)
    }

    /// Reads the text of a seed.
    ///
    /// - Parameters:
    ///   - bytes: The text in UTF-8.
    ///   - source: What complaints call it.
    /// - Returns: The seed, checked but for its certificates.
    /// - Throws: ``SeedError`` with one sentence that names source, place and problem.
    package static func parse(_ bytes: [UInt8], source: String) throws(SeedError) -> Seed {
        guard bytes.count <= bytesMax else {
            throw SeedError("seed file \(source): it is larger than \(bytesMax) bytes")
        }
        let tree: JSONTree
        do throws(JSONFault) {
            tree = try JSONTree.parse(bytes)
        } catch {
            throw SeedError("seed file \(source): it is not valid JSON: \(error)")
        }
        let contents = try contents(of: tree, source: source, now: Timestamp(secondsSince1970: 0))
        return Seed(
            sha256: digest(of: bytes),
            settings: contents.settings,
            source: source,
            tree: tree
        )
    }

    /// Reads a seed that stands inside another JSON text.
    ///
    /// - Parameters:
    ///   - tree: The seed.
    ///   - source: What complaints call it.
    /// - Returns: The seed, checked but for its certificates.
    /// - Throws: ``SeedError`` with one sentence that names source, place and problem.
    package static func parse(_ tree: JSONTree, source: String) throws(SeedError) -> Seed {
        let contents = try contents(of: tree, source: source, now: Timestamp(secondsSince1970: 0))
        return Seed(
            sha256: digest(of: Array(tree.json.utf8)),
            settings: contents.settings,
            source: source,
            tree: tree
        )
    }

    /// Reads what the seed says.
    func contents(now: Timestamp) throws(SeedError) -> SeedContents {
        try Self.contents(of: tree, source: source, now: now)
    }

    private static func contents(
        of tree: JSONTree,
        source: String,
        now: Timestamp
    ) throws(SeedError) -> SeedContents {
        do throws(JSONProblem) {
            return try SeedContents(tree, now: now)
        } catch {
            throw SeedError(error, in: source)
        }
    }

    /// Makes what a new world contains.
    ///
    /// - Parameters:
    ///   - now: The world's time at its beginning.
    ///   - ca: Issues the certificates that the seed describes.
    ///   - random: Where identifiers and the keys of described certificates come from.
    /// - Returns: The population.
    /// - Throws: ``SeedError``, also when a certificate cannot be read or made.
    func population(
        now: Timestamp,
        ca: PrivateCA,
        random: RandomStreams
    ) throws(SeedError) -> Population {
        let contents = try contents(now: now)
        let tokens = contents.tokens.map { entry in
            var token = entry.token
            if token.id.isEmpty {
                token.id = Identifier.uuid(randomBytes: random.bytes(16, for: .identifier))
            }
            return Population.Token(token: token, sha256: Digest.sha256(Array(entry.text.utf8)))
        }
        let issuance = SeedIssuance(now: now, ca: ca, random: random)
        var certificates: [Population.Certificate] = []
        var fingerprints: Set<[UInt8]> = []
        for description in contents.certificates {
            do throws(JSONProblem) {
                let made = try issuance.certificate(description)
                guard fingerprints.insert(made.certificate.sha256).inserted else {
                    throw description.node
                        .problem("another certificate of the seed is the same one")
                }
                certificates.append(made)
            } catch {
                throw SeedError(error, in: source)
            }
        }
        return Population(
            accounts: contents.accounts,
            signInMethods: contents.signInMethods,
            organizations: contents.organizations,
            applications: contents.applications,
            roles: contents.roles,
            users: contents.users,
            tokens: tokens,
            certificates: certificates
        )
    }
}

/// What is wrong with a seed.
package struct SeedError: Error, Hashable, CustomStringConvertible {
    /// One sentence that names file, place and problem.
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    /// Adds the file to a complaint that names only the place.
    init(_ problem: JSONProblem, in source: String) {
        let place = problem.path.isEmpty ? "the seed" : "\(problem.path):"
        description = "seed file \(source): \(place) \(problem.text)"
    }
}
