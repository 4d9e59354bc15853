extension Rule {
    /// What keeps C, the clock, the environment and Foundation where they belong.
    static let ofLayers: [Rule] = [
        perFile(
            "only a bridge imports its C module",
            remedy: "Ask the bridge for what is missing; only it speaks C."
        ) { file in
            let owners = [
                // The tests' own client speaks TLS by itself, to witness what the bridge does.
                "COpenSSL": ["OpenSSLBridge", "TestClient"], "CNghttp2": ["Nghttp2Bridge"],
                "CSQLite": ["SQLiteBridge"], "CLinux": ["HTTPServer", "MockDigiCertOne"],
                "CDocuments": ["AccountManagerDocuments"], "CProcess": ["MockDigiCertOne"],
            ]
            return imports(in: file).compactMap { line, module in
                guard let targets = owners[module],
                    !targets.flatMap({ [$0, $0 + "Tests"] }).contains(file.target)
                else { return nil }
                return Finding(path: file.path, line: line, what: "import \(module)")
            }
        },
        perFile(
            "the targets of values import no system library",
            remedy: "Take bytes, times and random numbers as arguments."
        ) { file in
            guard ["Sources/HTTP/", "Sources/AccountModel/"].contains(where: file.path.hasPrefix)
            else { return [] }
            return imports(in: file).compactMap { line, module in
                ["Synchronization"].contains(module)
                    ? nil : Finding(path: file.path, line: line, what: "import \(module)")
            }
        },
        perFile(
            "nothing imports all of Foundation",
            remedy: "Import FoundationEssentials: Foundation adds 47 MB to the binary."
        ) { file in
            guard file.isProduct || file.target != "EndToEndTests" else { return [] }
            return imports(in: file).compactMap { line, module in
                module == "Foundation"
                    ? Finding(path: file.path, line: line, what: "import Foundation") : nil
            }
        },
        forbidding(
            "a bridge is synchronous: OpenSSL's error queue belongs to the thread",
            words: ["async", "await", "Task {", "Task.detached"],
            remedy: "Make the call, drain the queue, and let the caller suspend."
        ) { file in
            file.isProduct && file.target.hasSuffix("Bridge")
        },
        forbidding(
            "time is an argument below the composition root",
            words: [
                "Date()", "Date.now", "ContinuousClock", "SuspendingClock", "clock_gettime",
                "gettimeofday", "time(nil)",
            ],
            remedy: "Take a Timestamp, or a clock that the composition root hands in."
        ) { file in
            file.isProduct && !clockReaders.contains(where: file.path.hasPrefix)
        },
        forbidding(
            "chance is an argument",
            words: [
                "SystemRandomNumberGenerator", ".random(", ".shuffled()", ".randomElement()",
                "UUID()",
            ],
            remedy: "Take the random bytes as an argument, or use OpenSSLBridge.SecureRandom."
        ) { file in
            file.isProduct && !clockReaders.contains(where: file.path.hasPrefix)
        },
        forbidding(
            "only the configuration reads the environment",
            words: ["getenv", "ProcessInfo", "environ", "setenv"],
            remedy: "Add the value to Configuration and hand it down."
        ) { file in
            file.isProduct && !environmentReaders.contains(where: file.path.hasPrefix)
        },
    ]

    /// The composition root hands out both clocks; a loop measures its own waiting.
    private static let clockReaders = [
        "Sources/MockDigiCertOne/", "Sources/mock-digicert-one/", "Sources/HTTPServer/EventLoop",
        "Sources/HTTPServer/FileDescriptor",
    ]

    private static let environmentReaders = [
        "Sources/MockDigiCertOne/", "Sources/mock-digicert-one/",
    ]

    private static let accessLevels: Set<Substring> = [
        "private", "fileprivate", "internal", "package", "public",
    ]

    private static func imports(in file: SourceFile) -> [(line: Int, module: String)] {
        file.code.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count,
                words[..<keyword].allSatisfy({
                    $0.hasPrefix("@") || accessLevels.contains($0)
                })
            else { return nil }
            // `import struct Foundation.Data` names its kind before the module.
            let kinds = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
            let isKind = kinds.contains(String(words[keyword + 1])) && keyword + 2 < words.count
            let path = words[keyword + (isKind ? 2 : 1)]
            return (index + 1, String(path.split(separator: ".").first ?? path))
        }
    }
}
