import COpenSSL

/// A property of an RSA public key that makes it worthless, whatever its size.
package enum RSAWeakness: Sendable, Hashable {
    /// The public exponent is even, or 1: encryption cannot be undone, or does nothing.
    case exponent
    /// The modulus has a factor below 54, so that anybody can split it.
    case smallFactor

    /// Examines a key; keys of other kinds have no such weakness.
    static func all(of key: OpaquePointer) -> [RSAWeakness] {
        guard unsafe EVP_PKEY_is_a(key, "RSA") == 1 else { return [] }
        var weaknesses: [RSAWeakness] = []
        unsafe withNumber("e", of: key) { exponent in
            if unsafe BN_is_odd(exponent) == 0 || BN_is_one(exponent) == 1 {
                weaknesses.append(.exponent)
            }
        }
        unsafe withNumber("n", of: key) { modulus in
            // One division tells the remainders by all odd primes up to 53: this is their product.
            let remainder = unsafe BN_mod_word(modulus, 16_294_579_238_595_022_365)
            let primes: [UInt] = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53]
            if unsafe BN_is_odd(modulus) == 0
                || primes.contains(where: { remainder.isMultiple(of: $0) })
            {
                weaknesses.append(.smallFactor)
            }
        }
        return weaknesses
    }

    private static func withNumber(
        _ name: String,
        of key: OpaquePointer,
        _ body: (OpaquePointer) -> Void
    ) {
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(key, name, &number) == 1, let number = unsafe number
        else {
            ERR_clear_error()
            return
        }
        defer { unsafe BN_free(number) }
        unsafe body(number)
    }
}
