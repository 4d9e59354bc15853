import AccountModel
import OpenSSLBridge
import TestCommand

@testable import PrivateCA

/// Certification requests made while the test runs.
enum RequestFixture {
    /// 2025-10-20T09:30:15Z.
    static let now = Timestamp(secondsSince1970: 1_760_952_615)

    static let subject = DistinguishedName([
        .init(.country, "US"),
        .init(.organization, "Example"),
        .init(.commonName, "Demo API Service User"),
    ])

    /// A sound request, as PEM.
    static func pem(
        _ algorithm: KeyAlgorithm = .p256,
        subject: DistinguishedName = subject
    ) throws -> String {
        let key = try PrivateKey.generate(algorithm)
        return try CertificateRequest.make(subject: subject, key: key).pem()
    }

    /// A request to approve, sound but for what the caller changes.
    static func request(
        csr: String? = nil,
        name: String = "my-certificate",
        expirationDate: Timestamp? = nil,
        now: Timestamp = now,
        userEndDate: Timestamp? = nil,
        overlongValidity: OverlongValidity = .cap
    ) throws -> IssuanceRequest {
        IssuanceRequest(
            csr: try csr ?? pem(),
            name: name,
            expirationDate: expirationDate,
            now: now,
            userEndDate: userEndDate,
            overlongValidity: overlongValidity
        )
    }

    /// A request whose key is this RSA modulus and exponent, with a signature that fits nothing.
    ///
    /// - Parameters:
    ///   - modulus: The modulus without leading zeros.
    ///   - exponent: The exponent.
    ///   - malform: Makes of the key's DER what no certificate may have.
    /// - Returns: The request, as PEM.
    static func withRSAKey(
        modulus: [UInt8],
        exponent: [UInt8],
        malform: ([UInt8]) -> [UInt8] = { $0 }
    ) -> String {
        let algorithm = sequence(
            element(0x06, [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01])
                + element(0x05, [])
        )
        let sign: [UInt8] = modulus.first.map { $0 >= 0x80 } == true ? [0] : []
        let key = malform(sequence(element(0x02, sign + modulus) + element(0x02, exponent)))
        let signature = sequence(
            element(0x06, [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B])
                + element(0x05, [])
        )
        let info = sequence(
            element(0x02, [0]) + subject.der
                + sequence(algorithm + element(0x03, [0] + key)) + element(0xA0, [])
        )
        let bits = element(0x03, [UInt8](repeating: 0, count: modulus.count + 1))
        return PEM.encode(sequence(info + signature + bits), label: "CERTIFICATE REQUEST")
    }

    /// An odd number of so many bits, without a factor below 54 unless one is asked for.
    static func modulus(bits: Int, divisibleBy factor: Int? = nil) -> [UInt8] {
        let byteCount = (bits + 7) / 8
        var bytes = [UInt8](repeating: 0, count: byteCount)
        bytes[0] = UInt8(1) << UInt8((bits - 1) % 8)
        // The remainder is counted up until it is what is wanted.
        for low in stride(from: 1, to: 60_001, by: 2) {
            bytes[byteCount - 1] = UInt8(low & 0xFF)
            bytes[byteCount - 2] = UInt8(low >> 8)
            let remainder = { (divisor: Int) in bytes.reduce(0) { ($0 << 8 | Int($1)) % divisor } }
            let factors = (2...53).filter { remainder($0) == 0 }
            if factors.isEmpty == (factor == nil), factor.map(factors.contains) ?? true {
                return bytes
            }
        }
        return bytes
    }

    /// What `openssl` makes of the arguments: the request that it writes to standard output.
    static func openssl(_ keyArguments: [String], subject: String = "/CN=client") throws -> String {
        let directory = try TemporaryDirectory()
        let keyFile = directory.path + "/key.pem"
        let key = try TestCommand.run(["openssl"] + keyArguments + ["-out", keyFile])
        guard key.status == 0 else { throw RequestFixtureError(text: key.errors) }
        let request = try TestCommand.run([
            "openssl", "req", "-new", "-utf8", "-key", keyFile, "-subj", subject,
        ])
        guard request.status == 0 else { throw RequestFixtureError(text: request.errors) }
        return request.text
    }

    private static func sequence(_ content: [UInt8]) -> [UInt8] { element(0x30, content) }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            count < 0x80 ? [UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
        return [tag] + length + content
    }
}

/// A fixture that `openssl` refused to make.
struct RequestFixtureError: Error {
    let text: String
}
