import AccountModel
import HTTP
import World

// The bodies of answers, members in the order in which the vendor prints them. They are written
// straight into bytes: an encoder would cost more than all else that a request costs.

extension JSONWriter {
    /// Writes a user with its products and accounts: the body of `/user/me`.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - access: What ``access(of:)`` made of the user's profile.
    ///   - token: The text of a token that was made with the user.
    ///   - now: The world's time, which decides the status.
    mutating func value(
        _ user: User,
        access: [UInt8],
        token: String? = nil,
        now: Timestamp
    ) {
        beginObject()
        member("id", user.id)
        member("email", user.email)
        member("status", user.status(at: now).rawValue)
        member("access_scope", user.accessScope.rawValue)
        member("primary_account_id", user.primaryAccountID)
        member("created_at", user.createdAt.iso8601)
        member("created_by", user.createdBy)
        member("user_type", user.userType.rawValue)
        if let friendlyName = user.friendlyName { member("friendly_name", friendlyName) }
        if let firstName = user.firstName { member("first_name", firstName) }
        if let lastName = user.lastName { member("last_name", lastName) }
        if let username = user.username { member("username", username) }
        if let phone = user.phone { member("phone", phone) }
        member("description", user.description)
        member("locale", user.locale)
        if let endDate = user.endDate { member("end_date", endDate.iso8601) }
        members(raw: access)
        if let token { member("token", token) }
        endObject()
    }

    /// Writes what a user may do and where: the members `applications` and `accounts`.
    ///
    /// - Parameter profile: The user's profile.
    /// - Returns: The two members without braces around them.
    static func access(of profile: UserProfile) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 2048)
        writer.beginArray("applications")
        for application in profile.applications { writer.value(application) }
        writer.endArray()
        writer.beginArray("accounts")
        for account in profile.accounts { writer.value(account) }
        writer.endArray()
        return writer.bytes
    }

    /// Writes a certificate.
    ///
    /// - Parameters:
    ///   - certificate: The certificate.
    ///   - text: The PEM texts, which stand only in the answer that issues it.
    ///   - keyStore: The file that was made with it, where one was.
    mutating func value(
        _ certificate: ClientAuthCertificate,
        text: CertificateText? = nil,
        keyStore: IssuedKeyStore? = nil
    ) {
        beginObject()
        member("id", certificate.id)
        member("user_id", certificate.userID)
        member("name", certificate.name)
        member("common_name", certificate.commonName)
        if let text {
            member("x509_cert", text.x509Certificate)
            member("ca_cert", text.caCertificate)
        }
        member("end_date", certificate.endDate.iso8601)
        member("start_date", certificate.startDate.iso8601)
        member("enabled", certificate.isEnabled)
        member("serial_number", certificate.serialNumber)
        member("public_key", certificate.publicKey)
        if let keyStore {
            member("pkcs12", keyStore.file)
            member("password", keyStore.password)
            member("file_name", IssuedKeyStore.fileName)
        }
        endObject()
    }

    private mutating func value(_ application: ApplicationAccess) {
        beginObject()
        member("id", application.id)
        member("name", application.name)
        member("permissions", raw: Array(application.permissions.json.utf8))
        endObject()
    }

    /// Writes an account in the short form in which it stands inside a user.
    ///
    /// - Parameter account: The account.
    private mutating func value(_ account: Account) {
        beginObject()
        member("id", account.id)
        member("name", account.name)
        member("active", account.isActive)
        beginObject("service_period")
        member("from", account.servicePeriod.from.description)
        member("to", account.servicePeriod.to.description)
        endObject()
        member("friendly_identifier", account.friendlyIdentifier)
        member("locale", account.locale)
        endObject()
    }
}

extension Response {
    /// Makes an answer with a JSON body.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - json: The writer that holds the body.
    /// - Returns: The answer.
    static func json(status: Int, _ json: JSONWriter) -> Response {
        var fields = Fields()
        fields.reserveCapacity(8)
        fields.append("content-type", "application/json")
        fields.append("cache-control", "no-store")
        return Response(status: status, fields: fields, body: json.bytes)
    }

    /// Makes an answer that is one certificate.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - certificate: The certificate.
    ///   - text: The PEM texts, which stand only in the answer that issues it.
    ///   - keyStore: The file that was made with it, where one was.
    /// - Returns: The answer.
    static func certificate(
        status: Int,
        _ certificate: ClientAuthCertificate,
        text: CertificateText? = nil,
        keyStore: IssuedKeyStore? = nil
    ) -> Response {
        var writer = JSONWriter(reservingCapacity: text == nil ? 1024 : 4096)
        writer.value(certificate, text: text, keyStore: keyStore)
        return json(status: status, writer)
    }

    /// Makes the answer to a refused request: the envelope that all errors share.
    ///
    /// - Parameters:
    ///   - refusal: What was refused and why.
    ///   - status: The status.
    ///   - envelope: What stands around code and message.
    /// - Returns: The answer, with the reason beside it.
    static func refused(_ refusal: APIRefusal, status: Int, envelope: ErrorBody) -> Response {
        let row = refusal.error.row
        var writer = JSONWriter(reservingCapacity: 160)
        writer.beginObject()
        switch envelope {
        case .errors:
            writer.beginArray("errors")
            writer.beginObject()
        case .error:
            writer.beginObject("error")
        }
        writer.member("code", row.code)
        writer.member("message", refusal.message ?? row.message)
        writer.endObject()
        if envelope == .errors { writer.endArray() }
        writer.endObject()
        var response = json(status: status, writer)
        response.evidence = row.evidence.rawValue
        for field in refusal.fields { response.fields.append(field.name, field.value) }
        response.reason = ReasonText.printable(refusal.reason)
        return response
    }
}

extension Response {
    /// Makes an answer that is a bare array.
    ///
    /// - Parameters:
    ///   - items: What is in the array.
    ///   - itemBytes: About how long one of them is, so that the answer need not grow.
    ///   - write: Writes one of them.
    /// - Returns: The answer.
    static func list<Item>(
        _ items: [Item],
        itemBytes: Int = 512,
        _ write: (inout JSONWriter, Item) -> Void
    ) -> Response {
        var writer = JSONWriter(reservingCapacity: itemBytes * (items.count + 1))
        writer.beginArray()
        for item in items { write(&writer, item) }
        writer.endArray()
        return json(status: 200, writer)
    }
}
