/// The catalogue of everything a client can be refused with: one row per error.
///
/// Codes and messages that the vendor documents are sent verbatim; why a request was refused
/// travels beside them as ``APIRefusal/reason``. The same table stands in `docs/api.md`, and a test
/// compares the two.
package enum APIError: String, CaseIterable, Sendable {
    case noAuthenticationData
    case refusedKey
    case notEnoughPermissions
    case invalidInput
    case duplicateName
    case duplicateNickname
    case duplicateUser
    case duplicateTokenName
    case certificateNotFound
    case userNotFound
    case tokenNotFound
    case accountNotFound
    case organizationNotFound
    case auditEntryNotFound
    case pathNotFound
    case methodNotAllowed
    case notAcceptable
    case unsupportedMediaType
    case tooManyRequests
    case malformedRequest
    case requestTimeout
    case bodyTooLarge
    case targetTooLong
    case misdirectedRequest
    case headersTooLarge
    case internalError
    case notImplemented
    case unavailable
    case versionNotSupported

    /// What one error looks like on the wire.
    package struct Row: Sendable {
        /// The HTTP status.
        package let status: Int
        /// The status that a setting of the world can choose instead; nil where none does.
        package let otherStatus: Int?
        /// `errors[0].code`.
        package let code: String
        /// `errors[0].message`.
        package let message: String
        /// How well code and message are known.
        package let evidence: Evidence

        fileprivate init(
            _ status: Int,
            _ code: String,
            _ message: String,
            _ evidence: Evidence,
            orStatus otherStatus: Int? = nil
        ) {
            self.status = status
            self.otherStatus = otherStatus
            self.code = code
            self.message = message
            self.evidence = evidence
        }
    }

    /// The row of this error.
    package var row: Row {
        switch self {
        case .noAuthenticationData:
            Row(403, "AUTHORIZATION_ERROR", "No authentication data provided", .documented)
        case .refusedKey:
            Row(401, "invalid_api_key", "API key is invalid", .inferred, orStatus: 403)
        case .notEnoughPermissions:
            Row(403, "no_access", "Not enough permissions", .documented)
        case .invalidInput:
            Row(400, "invalid_input_field", "Wrong input or input format", .documented)
        case .duplicateName:
            Row(400, "duplicate_error", Self.duplicateNameMessage, .documented, orStatus: 409)
        case .duplicateNickname:
            Row(400, "duplicate_error", Self.duplicateNicknameMessage, .documented, orStatus: 409)
        case .duplicateUser:
            Row(400, "duplicate_error", Self.duplicateUserMessage, .inferred, orStatus: 409)
        case .duplicateTokenName:
            Row(400, "duplicate_error", Self.duplicateTokenMessage, .inferred, orStatus: 409)
        case .certificateNotFound:
            Row(404, "resource_not_found", "Client authentication certificate not found", .inferred)
        case .userNotFound:
            Row(404, "resource_not_found", "User not found", .inferred)
        case .tokenNotFound:
            Row(404, "resource_not_found", "API access token not found", .inferred)
        case .accountNotFound:
            Row(404, "resource_not_found", "Account not found", .inferred)
        case .organizationNotFound:
            Row(404, "resource_not_found", "Organization not found", .inferred)
        case .auditEntryNotFound:
            Row(404, "resource_not_found", "Audit log entry not found", .inferred)
        case .pathNotFound:
            Row(404, "INTERNAL_SERVER_ERROR", "Path not found", .observed)
        case .methodNotAllowed:
            Row(405, "method_not_allowed", "Method not allowed", .inferred)
        case .notAcceptable:
            Row(406, "not_acceptable", "Only application/json can be answered", .inferred)
        case .unsupportedMediaType:
            Row(415, "unsupported_media_type", "Content type must be application/json", .inferred)
        case .tooManyRequests:
            Row(429, "request_limit_exceeded", Self.tooManyRequestsMessage, .inferred)
        case .malformedRequest:
            Row(400, "invalid_request", "Malformed request", .inferred)
        case .requestTimeout:
            Row(408, "request_timeout", "Request took too long", .inferred)
        case .bodyTooLarge:
            Row(413, "content_too_large", "Request body is too large", .inferred)
        case .targetTooLong:
            Row(414, "uri_too_long", "Request URI is too long", .inferred)
        case .misdirectedRequest:
            Row(421, "misdirected_request", "Host is not served on this connection", .inferred)
        case .headersTooLarge:
            Row(431, "request_header_fields_too_large", "Headers are too large", .inferred)
        case .internalError:
            Row(500, "INTERNAL_SERVER_ERROR", "Internal server error", .inferred)
        case .notImplemented:
            Row(501, "not_implemented", "Not implemented", .inferred)
        case .unavailable:
            Row(503, "service_unavailable", "Service unavailable", .inferred)
        case .versionNotSupported:
            Row(505, "http_version_not_supported", "HTTP version is not supported", .inferred)
        }
    }

    /// The vendor's own words, but of another product.
    private static let tooManyRequestsMessage = "Service unavailable, please limit request volume"

    private static let duplicateNameMessage =
        "Cannot have duplicate names for client authentication certificate"

    /// The vendor's own words; on the wire the name stands in the place of `<name>`.
    private static let duplicateNicknameMessage =
        "Nickname <name> already exists. Enter a different nickname."

    private static let duplicateUserMessage = "User with this email or username already exists"

    private static let duplicateTokenMessage = "Cannot have duplicate names for API access token"

    /// Whether HTTP itself demands this answer, of the vendor's servers as of any: then it is given
    /// also where nothing is answered that is only inferred.
    var isDemandedByHTTP: Bool {
        switch self {
        case .malformedRequest, .requestTimeout, .bodyTooLarge, .targetTooLong,
            .misdirectedRequest, .headersTooLarge, .internalError, .notImplemented, .unavailable,
            .versionNotSupported:
            true
        case .noAuthenticationData, .refusedKey, .notEnoughPermissions, .invalidInput,
            .duplicateName, .duplicateNickname, .duplicateUser, .duplicateTokenName,
            .certificateNotFound, .userNotFound, .tokenNotFound, .accountNotFound,
            .organizationNotFound, .auditEntryNotFound, .pathNotFound, .methodNotAllowed,
            .notAcceptable, .unsupportedMediaType, .tooManyRequests:
            false
        }
    }

    /// The error that stands for a status which the server itself, below any route, decided on.
    ///
    /// - Parameter status: An error status of the transport.
    /// - Returns: The row of that status, or the general one of its class.
    package static func transport(status: Int) -> APIError {
        switch status {
        case 408: .requestTimeout
        case 413: .bodyTooLarge
        case 414: .targetTooLong
        case 421: .misdirectedRequest
        case 431: .headersTooLarge
        case 501: .notImplemented
        case 503: .unavailable
        case 505: .versionNotSupported
        case 500...: .internalError
        default: .malformedRequest
        }
    }
}
