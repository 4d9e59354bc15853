import AccountModel
import OpenSSLBridge
import TestCommand
import Testing

@testable import PrivateCA

@Suite("The issuance policy")
struct IssuancePolicyTests {
    /// One request that is refused, for what, and a word that its reason must contain.
    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: IssuanceRefusal.Kind
        let word: String
        let csr: @Sendable () throws -> String

        init(
            _ testDescription: String,
            _ kind: IssuanceRefusal.Kind,
            _ word: String,
            _ csr: @escaping @Sendable () throws -> String
        ) {
            self.testDescription = testDescription
            self.kind = kind
            self.word = word
            self.csr = csr
        }
    }

    static let malformed = [
        Refused("no text", .csr, "empty") { "" },
        Refused("white space", .csr, "empty") { " \r\n " },
        Refused("plain words", .csr, "BEGIN") { "hello" },
        Refused("line breaks as backslash and n", .csr, "jq") {
            try RequestFixture.pem().split(separator: "\n").joined(separator: "\\n")
        },
        Refused("a private key", .csr, "never leaves") {
            try PrivateKey.generate(.p256).pem()
        },
        Refused("a label of another kind", .csr, "CERTIFICATE") {
            PEM.encode([0x30, 0x00], label: "CERTIFICATE")
        },
        Refused("two blocks", .csr, "more than one") {
            try RequestFixture.pem() + RequestFixture.pem()
        },
        Refused("text before the block", .csr, "before") {
            "hello\n" + (try RequestFixture.pem())
        },
        Refused("text after the block", .csr, "after") { try RequestFixture.pem() + "hello\n" },
        Refused("a missing end line", .csr, "END") {
            String(try RequestFixture.pem().dropLast(30))
        },
        Refused("a character that is not base64", .csr, "base64") {
            try RequestFixture.pem().replacingFirst("\nMI", with: "\nM?")
        },
        Refused("a byte after the request", .csr, "trailing") {
            try changed { $0 + [0] }
        },
        Refused("a byte too few", .csr, "PKCS#10") { try changed { Array($0.dropLast()) } },
        Refused("another DER structure", .csr, "PKCS#10") {
            PEM.encode([0x30, 0x03, 0x02, 0x01, 0x00], label: "CERTIFICATE REQUEST")
        },
        Refused("one byte more than is read", .csr, "16384") {
            let pem = try RequestFixture.pem()
            let padding = IssuancePolicy.csrBytesMax + 1 - pem.utf8.count
            return pem + String(repeating: "\n", count: padding)
        },
        Refused("a signature that does not fit", .signature, "signature") {
            try changed { bytes in
                var bytes = bytes
                bytes[bytes.count - 1] ^= 1
                return bytes
            }
        },
    ]

    static let weakKeys = [
        rsa("2047 bits", .key, "2047", bits: 2047),
        rsa("8193 bits", .key, "8193", bits: 8193),
        rsa("2048 bits pass on to the signature", .signature, "signature", bits: 2048),
        rsa("8192 bits pass on to the signature", .signature, "signature", bits: 8192),
        rsa("the exponent 3 passes on to the signature", .signature, "signature", exponent: [3]),
        rsa("the exponent 1", .key, "exponent", exponent: [1]),
        rsa("an even exponent", .key, "exponent", exponent: [1, 0, 0]),
        rsa("a byte after it", .key, "broken", malform: { $0 + [0] }),
        rsa("a length in BER", .key, "broken", malform: { [0x30, 0x83, 0x00] + $0.dropFirst(2) }),
        rsa("a modulus below 0", .key, "broken") { key in
            // Without its leading 0 the modulus, and with it the whole, is a byte shorter.
            var key = key
            key.remove(at: 8)
            key[3] -= 1
            key[7] -= 1
            return key
        },
        Refused("P-256 as a hybrid point", .key, "broken") {
            try changed { bytes in
                // The BIT STRING's header and the point's first byte, which tells its form.
                let header: [UInt8] = [0x03, 0x42, 0x00, 0x04]
                guard let start = bytes.firstRange(of: header)?.lowerBound else { return bytes }
                var bytes = bytes
                bytes[start + 3] = 0x06 | bytes[start + 67] & 1
                return bytes
            }
        },
        rsa("a modulus divisible by 3", .key, "factor", factor: 3),
        rsa("a modulus divisible by 53", .key, "factor", factor: 53),
        Refused("secp256k1", .key, "secp256k1") { try ecRequest("secp256k1") },
        Refused("P-224", .key, "secp224r1") { try ecRequest("secp224r1") },
        Refused("brainpool", .key, "brainpoolP256r1") { try ecRequest("brainpoolP256r1") },
        Refused("P-256 with its parameters written out", .key, "named curves") {
            try RequestFixture.openssl([
                "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-pkeyopt", "ec_param_enc:explicit",
            ])
        },
        Refused("RSA-PSS", .key, "rsassaPss") {
            try RequestFixture.openssl([
                "genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048",
            ])
        },
        Refused("Ed448", .key, "ED448") {
            try RequestFixture.openssl(["genpkey", "-algorithm", "ED448"])
        },
    ]

    @Test("refuses what is not exactly one sound request", arguments: malformed)
    func refusesMalformed(_ refused: Refused) throws { try expectRefusal(refused) }

    @Test("refuses weak and unsupported keys", arguments: weakKeys)
    func refusesKeys(_ refused: Refused) throws { try expectRefusal(refused) }

    /// One way of writing a sound request down.
    struct Written: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (String) -> String
    }

    static let tolerated = [
        Written(testDescription: "as it is") { $0 },
        Written(testDescription: "without the final line break, as $(cat) has it") {
            String($0.dropLast())
        },
        Written(testDescription: "with Windows line ends") {
            $0.split(separator: "\n").joined(separator: "\r\n") + "\r\n"
        },
        Written(testDescription: "with white space around") { "\n  " + $0 + " \n\n" },
        Written(testDescription: "with the older label") {
            $0.split(separator: "\n").map {
                $0.hasPrefix("---")
                    ? String($0.replacingFirst(" CERT", with: " NEW CERT")) : String($0)
            }.joined(separator: "\n")
        },
        Written(testDescription: "of exactly as many bytes as are read") {
            $0 + String(repeating: "\n", count: IssuancePolicy.csrBytesMax - $0.utf8.count)
        },
    ]

    @Test(
        "takes a sound request in every shape that shells and systems give it",
        arguments: tolerated
    )
    func tolerates(_ written: Written) throws {
        let text = written.change(try RequestFixture.pem())
        let approved = try IssuancePolicy.approve(RequestFixture.request(csr: text))
        #expect(approved.commonName == "Demo API Service User")
    }

    @Test(
        "approves the keys of openssl's own requests",
        arguments: [
            ["genrsa", "2048"], ["genrsa", "3072"], ["genpkey", "-algorithm", "ED25519"],
            ["ecparam", "-genkey", "-noout", "-name", "prime256v1"],
            ["ecparam", "-genkey", "-noout", "-name", "secp384r1"],
            ["ecparam", "-genkey", "-noout", "-name", "secp521r1"],
            ["ecparam", "-genkey", "-noout", "-name", "prime256v1", "-conv_form", "compressed"],
        ]
    )
    func approves(_ arguments: [String]) throws {
        // genrsa wants its size last, so that size moves behind -out.
        let isRSA = arguments[0] == "genrsa"
        let directory = try TemporaryDirectory()
        let file = directory.path + "/key.pem"
        let key = isRSA ? ["genrsa", "-out", file, arguments[1]] : arguments + ["-out", file]
        #expect(try TestCommand.run(["openssl"] + key).status == 0)
        let csr = try TestCommand.run(
            ["openssl", "req", "-new", "-key", file, "-subj", "/CN=client"])
        let approved = try IssuancePolicy.approve(RequestFixture.request(csr: csr.text))

        let publicKey = try TestCommand.run(
            ["openssl", "pkey", "-in", file, "-pubout", "-outform", "DER"])
        #expect(approved.publicKey.der == publicKey.output)
    }

    @Test("a subject that is given stands in the place of the request's, by the same rules")
    func givenSubject() throws {
        var request = try RequestFixture.request(csr: RequestFixture.pem(.p256))
        request.subject = DistinguishedName([.init(.commonName, "Ada <Lovelace>")])
        #expect(try IssuancePolicy.approve(request).commonName == "Ada <Lovelace>")
        request.subject = DistinguishedName([.init(.emailAddress, "nobody")])
        let refusal = try #require(throws: IssuanceRefusal.self) {
            _ = try IssuancePolicy.approve(request)
        }
        #expect(refusal.kind == .subject)
    }

    private func expectRefusal(_ refused: Refused) throws {
        let request = try RequestFixture.request(csr: try refused.csr())
        let refusal = try #require(throws: IssuanceRefusal.self) {
            _ = try IssuancePolicy.approve(request)
        }
        #expect(refusal.kind == refused.kind, "\(refusal)")
        #expect(refusal.reason.contains(refused.word), "\(refusal)")
    }

    private static func rsa(
        _ description: String,
        _ kind: IssuanceRefusal.Kind,
        _ word: String,
        bits: Int = 2048,
        exponent: [UInt8] = [1, 0, 1],
        factor: Int? = nil,
        malform: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
    ) -> Refused {
        Refused("RSA with " + description, kind, word) {
            RequestFixture.withRSAKey(
                modulus: RequestFixture.modulus(bits: bits, divisibleBy: factor),
                exponent: exponent,
                malform: malform
            )
        }
    }

    private static func ecRequest(_ curve: String) throws -> String {
        try RequestFixture.openssl(["ecparam", "-genkey", "-noout", "-name", curve])
    }

    private static func changed(_ change: ([UInt8]) -> [UInt8]) throws -> String {
        let key = try PrivateKey.generate(.p256)
        let der = try CertificateRequest.make(subject: RequestFixture.subject, key: key).der()
        return PEM.encode(change(der), label: "CERTIFICATE REQUEST")
    }
}

extension StringProtocol {
    /// The text with the first occurrence of some characters replaced.
    func replacingFirst(_ sought: String, with replacement: String) -> String {
        guard let range = firstRange(of: sought) else { return String(self) }
        return self[..<range.lowerBound] + replacement + self[range.upperBound...]
    }
}
