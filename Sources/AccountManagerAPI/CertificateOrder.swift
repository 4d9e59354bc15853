import AccountModel

/// What `POST /client-auth-certificate` asks for, with everything but the CSR checked.
struct CertificateOrder: Sendable {
    /// The longest name in bytes; the vendor prints none.
    static let nameBytesMax = 255

    /// The CSR as it was sent; the issuing policy judges it.
    let csr: String

    /// The friendly name: letters, digits, space, `-` and `_`.
    let name: String

    /// The wished end, or nil for the default.
    let expirationDate: Timestamp?

    /// For whom; nil means the caller.
    let userID: String?

    /// Reads an order.
    ///
    /// The vendor's prose calls the date `exp` and its samples send `expiration_date`: both are
    /// understood, and two that differ are refused rather than one being preferred.
    ///
    /// - Parameter body: The request's body.
    /// - Returns: The order.
    /// - Throws: ``APIRefusal`` that names every missing or wrong member.
    static func read(from body: consuming RequestBody) throws(APIRefusal) -> CertificateOrder {
        let csr = body.string("csr")
        let name = body.string("name")
        if let name, let problem = problem(ofName: name) { body.note("name", problem) }
        let expirationDate = date(["expiration_date", "exp"], in: &body)
        let userID = body.optionalString("user_id")
        guard body.isSound, let csr, let name else { throw body.refusal }
        return CertificateOrder(
            csr: csr,
            name: name,
            expirationDate: expirationDate,
            userID: userID
        )
    }

    /// Reads a date that has two names; two that differ are refused.
    ///
    /// - Parameters:
    ///   - members: The names.
    ///   - canBeDay: Whether a day without a time will do, and means its last second.
    ///   - body: The body.
    /// - Returns: The date, or nil when there is none or it is noted as wrong.
    static func date(
        _ members: [String],
        canBeDay: Bool = false,
        in body: inout RequestBody
    ) -> Timestamp? {
        var found: (name: String, date: Timestamp)?
        for member in members {
            guard let text = body.optionalString(member) else { continue }
            let day = canBeDay ? CalendarDate.parse(text) : nil
            let lastSecond = day.map { Timestamp(startOf: $0).endOfDay }
            guard let date = lastSecond ?? Timestamp.parse(iso8601: text) else {
                let forms = canBeDay ? "YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ" : "YYYY-MM-DDTHH:MM:SSZ"
                body.note(member, "is no date of the form \(forms)")
                continue
            }
            if let found, found.date != date {
                body.note(member, "differs from $.\(found.name); send one of the two")
            }
            found = found ?? (member, date)
        }
        return found?.date
    }

    /// What is wrong with a name; the same rule holds for certificates, tokens and service users.
    ///
    /// - Parameter name: The name.
    /// - Returns: The problem, to follow the member's path in a sentence; nil when there is none.
    static func problem(ofName name: String) -> String? {
        guard name.utf8.count <= nameBytesMax else { return "is longer than \(nameBytesMax) bytes" }
        guard name.utf8.contains(where: { $0 != 0x20 }) else { return "is blank" }
        for (index, scalar) in name.unicodeScalars.enumerated() where !isAllowed(scalar) {
            let code = String(scalar.value, radix: 16, uppercase: true)
            return "has U+\(code) at character \(index + 1); letters (A to Z), digits, space,"
                + " - and _ are allowed"
        }
        return nil
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", " ", "-", "_": true
        default: false
        }
    }
}
