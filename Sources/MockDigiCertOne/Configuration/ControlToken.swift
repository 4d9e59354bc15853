package import ControlAPI

extension Configuration {
    /// The token that the control listener demands, read from its file where it is in one.
    ///
    /// - Returns: The token; nil where none is demanded.
    /// - Throws: ``ConfigurationError`` when its file cannot be read or holds none.
    package func requiredControlToken() throws(ConfigurationError) -> BearerToken? {
        guard let controlTokenFile else { return controlToken }
        let given = settings.first { $0.setting == .controlTokenFile }?.subject
        let subject = "\(given ?? Setting.controlTokenFile.flag) \(controlTokenFile)"
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileBytes.read(path: controlTokenFile, bytesMax: 4_096)
        } catch {
            throw ConfigurationError(
                subject: subject,
                problem: "cannot be read: \(error)",
                remedy: "give the path of a file that this user may read"
            )
        }
        // Editors and `echo` end the line, and some editors begin it with a byte order mark.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0)
        let lines = text.split(separator: 0x0A).map { $0.filter { $0 != 0x0D } }
        guard lines.count == 1, let token = BearerToken(String(decoding: lines[0], as: UTF8.self))
        else {
            throw ConfigurationError(
                subject: subject,
                problem: "holds no token",
                remedy: "write one line of 1 to \(BearerToken.bytesMax) printable ASCII characters "
                    + "without spaces into it"
            )
        }
        return token
    }
}
