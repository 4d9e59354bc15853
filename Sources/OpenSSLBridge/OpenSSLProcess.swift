import COpenSSL

/// The process's OpenSSL, readied once before anything else of it is used.
enum OpenSSLProcess {
    /// Readies it at the first call; every later one costs a comparison.
    ///
    /// Without clean-up at exit: a thread that still makes a key would find its locks gone. The
    /// system's `openssl.cnf` is not read: it differs between Debian and an empty image, and the
    /// mock must not.
    static func prepare() { _ = isPrepared }

    private static let isPrepared: Bool = {
        let options = UInt64(OPENSSL_INIT_NO_LOAD_CONFIG) | UInt64(OPENSSL_INIT_NO_ATEXIT)
        return OPENSSL_init_ssl(options, nil) == 1
    }()
}
