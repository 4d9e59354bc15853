import FoundationEssentials
import Testing

extension EndToEnd {
    @Suite("Keys and certificates in one file", .serialized, .timeLimit(.minutes(10)))
    struct KeyStoreTests {
        private struct Answer: Decodable {
            let id: String
            let pkcs12: String
            let password: String
            let file_name: String
        }

        @Test(
            "openssl, Java's keytool, Python and curl read what the server made",
            arguments: ["AES", "3DES"]
        )
        func reads(_ encryption: String) async throws {
            let server = try await MockServer.start()
            let body = #"{"name":"In one file","encryption":"\#(encryption)"}"#
            let output = try await Program(
                path: Toolbox.path(of: "curl"),
                arguments: [
                    "-fsS", "--cacert", server.ready.caFile, "-d", body,
                    "-H", "x-api-key: SERVICE_USER_TOKEN", "-H", "Content-Type: application/json",
                    server.ready.apiUrl + "/account/api/v1/client-auth-certificate/pkcs12",
                ]
            ).succeed()
            let answer = try JSONDecoder().decode(Answer.self, from: Data(output.text.utf8))
            #expect(answer.file_name == "Certificate_pkcs12.p12")
            let bytes = try #require(Data(base64Encoded: answer.pkcs12))
            let file = server.folder.file(answer.file_name)
            try bytes.write(to: URL(filePath: file))

            let read = ["pkcs12", "-in", file, "-passin", "pass:" + answer.password, "-nodes"]
            let contents = try await Toolbox.openssl(read).text
            #expect(contents.contains("friendlyName: In one file"))
            #expect(contents.contains("PRIVATE KEY"))

            let listed = try await Program(
                path: Toolbox.path(of: "keytool"),
                arguments: [
                    "-list", "-v", "-storetype", "PKCS12", "-keystore", file,
                    "-storepass", answer.password,
                ]
            ).succeed()
            #expect(listed.text.contains("Entry type: PrivateKeyEntry"))
            #expect(listed.text.contains("Certificate chain length: 2"))

            let program = """
                import sys
                from cryptography.hazmat.primitives.serialization import pkcs12
                data = open(sys.argv[1], "rb").read()
                key, certificate, others = pkcs12.load_key_and_certificates(
                    data, sys.argv[2].encode())
                print(key.key_size, certificate.subject.rfc4514_string(), len(others))
                """
            let python = try await Program(
                path: Toolbox.python.value,
                arguments: ["-c", program, file, answer.password]
            ).succeed()
            #expect(python.lines.first == "2048 CN=In one file 1")

            let me = try await Program(
                path: Toolbox.path(of: "curl"),
                arguments: [
                    "-fsS", "--cacert", server.ready.caFile, "--cert-type", "P12",
                    "--cert", file + ":" + answer.password,
                    server.ready.clientauthUrl + "/account/api/v1/user/me",
                ]
            ).succeed()
            #expect(me.text.contains("Example service user"))
            await expectOrderlyEnd(of: server)
        }
    }
}
