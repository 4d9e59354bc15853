internal import HTTP
internal import OpenSSLBridge
internal import World

/// Does what the tour's buttons say: as a client, with a key of its own, over real connections.
struct TourGuide: Sendable {
    let client: any TourClient
    let world: World

    private static let certificates = "/account/api/v1/client-auth-certificate"
    private static let me = "/account/api/v1/user/me"

    /// Does the next thing of a tour.
    func perform(_ action: TourAction, of tour: inout Tour) {
        var step = TourStep(action: action)
        do {
            switch action {
            case .makeKey: try makeKey(&tour, &step)
            case .order: try order(&tour, &step)
            case .look: try look(tour, &step)
            case .pack: try pack(&tour, &step)
            case .call, .callDisabled, .callAgain: try call(tour, &step)
            case .disable: try turn(tour, on: false, &step)
            case .enable: try turn(tour, on: true, &step)
            }
        } catch let error as TourFailure {
            step.problem = error.sentence
        } catch {
            step.problem = "\(error)."
        }
        if let expected = action.expected, let status = step.answer?.status, status != expected {
            let reason = step.answer?.field("x-mock-reason").map { ": \($0)" } ?? ""
            step.problem = "The answer should be \(expected), and is \(status)\(reason)."
        }
        if step.problem == nil {
            tour.done.append(step)
            tour.failed = nil
        } else {
            tour.failed = step
        }
    }

    private func makeKey(_ tour: inout Tour, _ step: inout TourStep) throws {
        let key = try PrivateKey.generate(.p256)
        let subject = DistinguishedName([
            .init(.country, "US"), .init(.organization, "Example Organization"),
            .init(.commonName, "Guided tour"),
        ])
        tour.key = try key.pem()
        tour.csr = try CertificateRequest.make(subject: subject, key: key).pem()
        step.facts = [
            ("Key", "ECDSA over P-256, made for this tour"),
            ("Subject", "CN=Guided tour, O=Example Organization, C=US"),
        ]
        step.text = tour.csr
    }

    private func order(_ tour: inout Tour, _ step: inout TourStep) throws {
        tour.orderCount += 1
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("csr", tour.csr)
        writer.member("name", tour.name)
        writer.endObject()
        var request = TourRequest("POST", Self.certificates, world: world.name)
        request.body = String(decoding: writer.bytes, as: UTF8.self)
        let answer = try send(&request, of: tour, &step)
        guard answer.status == 201 else { return }
        guard let tree = try? JSONTree.parse(answer.body) else {
            throw TourFailure(
                "The answer breaks off, or is no JSON: there is no certificate in it."
            )
        }
        tour.certificateID = tree["id"]
        tour.certificate = tree["x509_cert"]
        tour.issuer = tree["ca_cert"]
        guard !tour.certificateID.isEmpty, !tour.certificate.isEmpty else {
            throw TourFailure("The answer has no certificate in it.")
        }
    }

    private func look(_ tour: Tour, _ step: inout TourStep) throws {
        let certificate = try Certificate.parse(pem: tour.certificate)
        let issuer = try Certificate.parse(pem: tour.issuer)
        step.facts = [
            ("Subject", certificate.subject), ("Issuer", certificate.issuer),
            ("Serial number", certificate.serialNumber),
            (
                "Signature",
                certificate.isSigned(by: issuer)
                    ? "made by the issuer’s key" : "not made by the issuer’s key"
            ),
        ]
        step.text = try certificate.printed()
    }

    private func pack(_ tour: inout Tour, _ step: inout TourStep) throws {
        tour.password = world.makeFilePassword()
        let key = try PrivateKey.parse(pem: tour.key)
        let certificate = try Certificate.parse(pem: tour.certificate)
        let issuer = try Certificate.parse(pem: tour.issuer)
        for encryption in KeyStore.Encryption.allCases {
            tour.keyStores[encryption] = try KeyStore.makePKCS12(
                name: tour.name,
                key: key,
                certificate: certificate,
                issuer: issuer,
                password: tour.password,
                encryption: encryption
            )
        }
        tour.isPasswordSeen = false
        step.facts = [
            ("Size", "\(tour.keyStores[.aes]?.count ?? 0) bytes, protected by AES-256")
        ]
    }

    private func call(_ tour: Tour, _ step: inout TourStep) throws {
        var request = TourRequest("GET", Self.me, world: world.name, isForGate: true)
        request.certificate = tour.certificate
        request.key = tour.key
        _ = try send(&request, of: tour, &step)
    }

    private func turn(_ tour: Tour, on isEnabled: Bool, _ step: inout TourStep) throws {
        let path = "\(Self.certificates)/\(tour.certificateID)/enable"
        var request = TourRequest("PUT", path, world: world.name)
        request.body = #"{"enabled": \#(isEnabled)}"#
        _ = try send(&request, of: tour, &step)
    }

    /// Sends a request, with the token where no certificate is presented.
    private func send(
        _ request: inout TourRequest,
        of tour: Tour,
        _ step: inout TourStep
    ) throws(TourFailure) -> TourAnswer {
        if !request.isForGate { request.fields.append(TourField("x-api-key", tour.token)) }
        if !request.body.isEmpty {
            request.fields.append(TourField("content-type", "application/json"))
        }
        var text = "\(request.method) \(request.path) HTTP/1.1\n"
        for field in request.fields {
            let isSecret = field.name == "x-api-key" && !tour.isTokenPublic
            text += "\(field.name): \(isSecret ? SecretMask.text(field.value) : field.value)\n"
        }
        text += request.body.isEmpty ? "" : "\n\(request.body)"
        step.request = text
        let answer = try client.send(request)
        step.answer = answer
        // The client adds the host that it calls.
        let host = answer.address.split(separator: "/").last ?? ""
        step.request = text.replacing(
            "HTTP/1.1\n",
            with: "HTTP/1.1\nhost: \(host)\n",
            maxReplacements: 1
        )
        return answer
    }
}
