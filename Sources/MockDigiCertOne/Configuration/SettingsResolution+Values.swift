import ControlAPI
import HTTP
import HTTPServer

// The table of settings fixes the type of each value; here the values are taken out as that type.
extension SettingsResolution {
    func integer(_ setting: Setting) -> Int {
        guard case .integer(let number) = self[setting].value else {
            preconditionFailure("the table of settings fixes the type of each value")
        }
        return number
    }

    func optionalInteger(_ setting: Setting) -> Int? {
        guard case .integer(let number) = self[setting].value else { return nil }
        return number
    }

    func flag(_ setting: Setting) -> Bool {
        optionalFlag(setting) ?? false
    }

    func optionalFlag(_ setting: Setting) -> Bool? {
        guard case .flag(let isOn) = self[setting].value else { return nil }
        return isOn
    }

    func text(_ setting: Setting) -> String {
        optionalText(setting) ?? ""
    }

    func optionalText(_ setting: Setting) -> String? {
        guard case .text(let text) = self[setting].value else { return nil }
        return text
    }

    func secret(_ setting: Setting) -> BearerToken? {
        guard case .secret(let token) = self[setting].value else { return nil }
        return token
    }

    func list(_ setting: Setting) -> [String] {
        guard case .list(let items) = self[setting].value else { return [] }
        return items
    }

    /// A certificate and its key, where somebody named them.
    func files(_ certificate: Setting, key: Setting) -> CertificateFiles? {
        optionalText(certificate).map { path in
            CertificateFiles(
                certificate: FilePath.absolute(path),
                key: optionalText(key).map(FilePath.absolute),
                setting: certificate,
                keySetting: key
            )
        }
    }

    /// The limits of the transport.
    var serverLimits: ServerLimits {
        var limits = ServerLimits()
        limits.http.targetBytesMax = integer(.targetBytesMax)
        limits.http.headerBytesMax = integer(.headerBytesMax)
        limits.http.headerCountMax = integer(.headerCountMax)
        limits.http.bodyBytesMax = integer(.bodyBytesMax)
        limits.connectionsMax = integer(.connectionsMax)
        limits.streamsMax = integer(.streamsMax)
        limits.handshakeTimeout = .seconds(integer(.handshakeTimeoutSeconds))
        limits.headerTimeout = .seconds(integer(.headerTimeoutSeconds))
        limits.bodyTimeout = .seconds(integer(.bodyTimeoutSeconds))
        limits.idleTimeout = .seconds(integer(.idleTimeoutSeconds))
        limits.drainTimeout = .seconds(integer(.drainTimeoutSeconds))
        return limits
    }
}
