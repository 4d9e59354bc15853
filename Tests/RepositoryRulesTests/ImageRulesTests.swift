import Testing

@Suite("Rules about the image")
struct ImageRulesTests {
    /// One way in which a repository can break a rule about the image.
    struct Breach: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let path: String
        let from: String
        let to: String
    }

    /// A repository that breaks no rule: path to text.
    private static let orderly = [
        "Dockerfile": """
        FROM swift AS build
        RUN apt-get install -y --no-install-recommends \\
                git \\
                libssl-dev \\
            && rm -rf /var/lib/apt/lists/*
        COPY Package.swift Package.resolved ./
        COPY . .
        FROM scratch
        LABEL org.opencontainers.image.version="1.2.3"
        ENV MOCK_DIGICERT_ONE_HTTPS_PORT=443 \\
            PATH=/usr/bin
        USER 65532:65532
        EXPOSE 443 8443 8444 8440
        HEALTHCHECK --interval=1s --timeout=2s --retries=60 CMD ["mock-digicert-one", "healthcheck"]
        ENTRYPOINT ["mock-digicert-one"]
        CMD ["serve"]

        """,
        ".dockerignore": "# Not needed.\n.build\n.build-*\ndocs/*\n!docs/api.json\n",
        "Package.resolved": "{}\n",
        "Package.swift": "resources: [.embedInCode(\"../../docs/api.json\")]\n",
        "config/mock-digicert-one.json":
            #"{"apiPort": 8443, "clientauthPort": 8444, "controlPort": 8440, "x": 1}"#,
        "Sources/CDocuments/documents.c": "#embed \"../../docs/api.json\"\n",
        "scripts/build-release": "#!/bin/sh\n",
        "scripts/image-root": "#!/bin/sh\n",
        "scripts/prepare": "\npackages='git\n    libssl-dev'\n",
    ]

    private static let breaches = [
        Breach(
            testDescription: "a package that the image lacks",
            path: "scripts/prepare",
            from: "libssl-dev",
            to: "libssl-dev make"
        ),
        Breach(
            testDescription: "a package that only the image has",
            path: "Dockerfile",
            from: "git \\",
            to: "git make \\"
        ),
        Breach(
            testDescription: "a user by name",
            path: "Dockerfile",
            from: "USER 65532:65532",
            to: "USER mock"
        ),
        Breach(
            testDescription: "a volume",
            path: "Dockerfile",
            from: "CMD [\"s",
            to: "VOLUME /a\nCMD [\"s"
        ),
        Breach(testDescription: "no start", path: "Dockerfile", from: "CMD [\"serve\"]", to: ""),
        Breach(
            testDescription: "a slow probe",
            path: "Dockerfile",
            from: "interval=1s",
            to: "interval=30s"
        ),
        Breach(testDescription: "a port too few", path: "Dockerfile", from: " 8440\n", to: "\n"),
        Breach(
            testDescription: "a port that moved",
            path: "config/mock-digicert-one.json",
            from: "8444,",
            to: "443,"
        ),
        Breach(
            testDescription: "sources that the build does not see",
            path: ".dockerignore",
            from: "docs/*",
            to: "Sources"
        ),
        Breach(
            testDescription: "a part of the sources that the build does not see",
            path: ".dockerignore",
            from: "docs/*",
            to: "Tests/Fuzz"
        ),
        Breach(
            testDescription: "a resource that the build does not see",
            path: ".dockerignore",
            from: "!docs/api.json\n",
            to: ""
        ),
        Breach(
            testDescription: "a pattern that might hide anything",
            path: ".dockerignore",
            from: ".build\n",
            to: "**/LICENSE\n"
        ),
        Breach(
            testDescription: "a copied file that is not there",
            path: "Package.resolved",
            from: "{}\n",
            to: ""
        ),
        Breach(testDescription: "another version", path: "Dockerfile", from: "1.2.3", to: "1.2.4"),
        Breach(
            testDescription: "an architecture",
            path: "scripts/image-root",
            from: "sh\n",
            to: "sh\ncp /lib/x86_64-linux-gnu/libc.so.6 .\n"
        ),
    ]

    private static func findings(in texts: [String: String]) -> [Finding] {
        let version = SourceFile(
            path: "Sources/MockDigiCertOne/Application/ProgramVersion.swift",
            text: "enum ProgramVersion {\n    static let current = \"1.2.3\"\n}\n"
        )
        let repository = Repository(
            files: [version],
            texts: texts.map { .init(path: $0, text: $1) }
        )
        return Rule.ofImage.flatMap { $0.findings(repository) }
    }

    @Test("let pass what is in step")
    func letPass() {
        #expect(Self.findings(in: Self.orderly).isEmpty)
    }

    @Test("refuse what is not", arguments: breaches)
    func refuse(_ breach: Breach) {
        let text = Self.orderly[breach.path, default: ""]
        let changed = text.replacing(breach.from, with: breach.to)
        #expect(changed != text)
        let findings = Self.findings(in: Self.orderly.merging([breach.path: changed]) { $1 })
        #expect(!findings.isEmpty)
        // Each breach is of one rule, and the others do not mind it.
        #expect(Set(findings.map(\.path)).count == 1)
    }
}
