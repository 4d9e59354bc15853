import AccountModel
import OpenSSLBridge

/// What of a request's subject goes into the certificate, and in what shape.
///
/// The subject is read as text and written anew: a request may hold strings of any type and
/// length, and what it holds beside the seven known attributes is nobody's business here.
enum SubjectPolicy {
    /// The longest subject, in attributes: a name may repeat its organizational unit.
    static let attributeCountMax = 16

    /// Makes the subject of a certificate.
    ///
    /// - Parameters:
    ///   - name: The subject in the request.
    ///   - fallback: What becomes the common name when the request has none.
    /// - Returns: The subject.
    /// - Throws: ``IssuanceRefusal`` of kind `subject`.
    static func subject(
        from name: ParsedName,
        name fallback: String
    ) throws(IssuanceRefusal) -> DistinguishedName {
        if let type = name.unreadable.first {
            throw refusal(type, "is not text")
        }
        var attributes: [DistinguishedName.Attribute] = []
        for attribute in name.attributes where !isBlank(attribute.value) {
            attributes.append(try checked(attribute))
        }
        for type in DistinguishedName.AttributeType.onlyOnce
        where attributes.count(where: { $0.type == type }) > 1 {
            throw refusal(type, "stands there more than once, and which one counts is unclear")
        }
        guard attributes.count <= attributeCountMax else {
            throw IssuanceRefusal(
                .subject,
                "The csr's subject has \(attributes.count) attributes, more than the "
                    + "\(attributeCountMax) that are taken."
            )
        }
        if !attributes.contains(where: { $0.type == .commonName }) {
            // A certificate without a subject alternative name needs a subject (RFC 5280 §4.1.2.6).
            attributes.append(try commonName(fallback))
        }
        return DistinguishedName(attributes)
    }

    private static func commonName(
        _ fallback: String
    ) throws(IssuanceRefusal) -> DistinguishedName.Attribute {
        do throws(IssuanceRefusal) {
            return try checked(.init(.commonName, fallback))
        } catch {
            throw IssuanceRefusal(
                .subject,
                "The csr's subject has no CN, and the certificate's name cannot stand in for it: "
                    + "a CN has 1 to \(DistinguishedName.AttributeType.commonName.lengthMax) "
                    + "characters. Give the csr a CN, or the certificate a shorter name."
            )
        }
    }

    private static func checked(
        _ attribute: DistinguishedName.Attribute
    ) throws(IssuanceRefusal) -> DistinguishedName.Attribute {
        let scalars = attribute.value.unicodeScalars
        let type = attribute.type
        guard !scalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
        else { throw refusal(type, "contains a control character") }
        guard !isBlank(attribute.value) else { throw refusal(type, "is empty") }
        guard scalars.count <= type.lengthMax else {
            throw refusal(
                type,
                "has \(scalars.count) characters, more than the \(type.lengthMax) of X.520"
            )
        }
        switch type {
        case .country:
            let isCode = scalars.count == 2 && scalars.allSatisfy { $0.isASCIILetter }
            guard isCode else { throw refusal(type, "is not a code of two letters, such as US") }
            // Two letters are the same country in either case; ISO 3166 writes capitals.
            return .init(type, attribute.value.uppercased())
        case .emailAddress:
            guard EmailAddress.isMailbox(attribute.value) else {
                throw refusal(type, "is not an address such as name@example.com")
            }
            return attribute
        case .commonName, .organization, .organizationalUnit, .locality, .state:
            return attribute
        }
    }

    private static func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == UInt8(ascii: " ") }
    }

    private static func refusal(
        _ type: DistinguishedName.AttributeType,
        _ problem: String
    ) -> IssuanceRefusal {
        IssuanceRefusal(
            .subject,
            "\(type.shortName) in the csr's subject \(problem). Make the csr anew with another "
                + "subject: openssl req -new -key client.key -subj \"/C=US/O=Example/CN=client\"."
        )
    }
}

extension DistinguishedName.AttributeType {
    /// The upper bound of RFC 5280 appendix A.1, in characters.
    var lengthMax: Int {
        switch self {
        case .commonName, .organization, .organizationalUnit: 64
        case .locality, .state: 128
        case .country: 2
        case .emailAddress: 255
        }
    }

    /// The attributes of which a second one would leave open which is meant.
    static let onlyOnce: [DistinguishedName.AttributeType] = [.commonName, .country]
}

extension Unicode.Scalar {
    fileprivate var isASCIILetter: Bool {
        ("a"..."z").contains(self) || ("A"..."Z").contains(self)
    }
}
