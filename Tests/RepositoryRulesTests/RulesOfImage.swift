extension Rule {
    /// What keeps the Dockerfile in step with the build, without carrying it out.
    static let ofImage: [Rule] = [
        Rule(
            sentence: "the Dockerfile installs what scripts/prepare installs for a build",
            remedy: "Give both the same packages."
        ) { repository in
            let prepared = words(
                of: repository.text(of: "scripts/prepare"),
                between: "\npackages='",
                and: "'"
            )
            let installed = words(
                of: repository.text(of: dockerfile),
                between: "--no-install-recommends ",
                and: "&&"
            )
            return prepared.symmetricDifference(installed).sorted()
                .map { Finding(path: dockerfile, line: 1, what: "the package '\($0)'") }
        },
        Rule(
            sentence: "the image declares its user in numbers, its start, its probe and no volume",
            remedy: "See docs/container.md for what people rely on."
        ) { repository in
            let text = repository.text(of: dockerfile)
            let missing = declarations.filter { !text.contains("\n" + $0 + "\n") }
                .map { Finding(path: dockerfile, line: 1, what: "no line '\($0)'") }
            return text.contains("\nVOLUME")
                ? missing + [Finding(path: dockerfile, line: 1, what: "a volume")] : missing
        },
        Rule(
            sentence: "the image exposes the ports that the program listens on by default",
            remedy: "Compare EXPOSE and the settings in config/mock-digicert-one.json."
        ) { repository in
            let text = repository.text(of: dockerfile)
            let exposed = words(of: text, between: "\nEXPOSE ", and: "\n")
            let https = words(of: text, between: "MOCK_DIGICERT_ONE_HTTPS_PORT=", and: " ")
            let configuration = repository.text(of: "config/mock-digicert-one.json")
            let ports = ["api", "clientauth", "control"].reduce(into: https) { ports, listener in
                ports.formUnion(
                    words(of: configuration, between: "\"\(listener)Port\": ", and: ",")
                )
            }
            return ports.symmetricDifference(exposed).sorted()
                .map { Finding(path: dockerfile, line: 1, what: "port \($0)") }
        },
        Rule(
            sentence: "the build sees every file that it embeds, and the Dockerfile names",
            remedy: "Keep .dockerignore to what the build does not need."
        ) { repository in
            let patterns = repository.text(of: ".dockerignore").split(separator: "\n")
                .filter { !$0.hasPrefix("#") }
            let package = repository.text(of: "Package.swift").split(separator: "\n")
            let resources = package.flatMap { line in
                words(of: String(line), between: "embedInCode(\"../../", and: "\"")
            }
            let sources = repository.files.filter { $0.path.hasSuffix(".c") }
            let documents = sources.flatMap { source in
                source.lines.flatMap { words(of: $0, between: "#embed \"../../", and: "\"") }
            }
            let hidden = (needed + resources + documents).filter { hides(patterns, $0) }
                .map { Finding(path: ".dockerignore", line: 1, what: "hides '\($0)'") }
            let copied = words(of: repository.text(of: dockerfile), between: "\nCOPY ", and: " ./")
            let absent = copied.filter { repository.text(of: $0).isEmpty }.sorted()
                .map { Finding(path: dockerfile, line: 1, what: "'\($0)' is not there") }
            return hidden + absent
        },
        Rule(
            sentence: "the image's label has the program's version",
            remedy: "Change ProgramVersion.swift and the label together."
        ) { repository in
            let source = repository.files.first { $0.path.hasSuffix("/ProgramVersion.swift") }
            let version = words(
                of: (source?.lines ?? []).joined(separator: "\n"),
                between: "current = \"",
                and: "\""
            )
            let label = words(
                of: repository.text(of: dockerfile),
                between: "image.version=\"",
                and: "\""
            )
            return !version.isEmpty && version == label
                ? []
                : [Finding(path: dockerfile, line: 1, what: "\(label), the program \(version)")]
        },
        Rule(
            sentence: "nothing that makes the image names an architecture",
            remedy: "Ask the loader, the compiler or the package manager for the path."
        ) { repository in
            [dockerfile, "scripts/image-root", "scripts/build-release"].flatMap { path in
                ["x86_64", "aarch64", "amd64", "arm64"]
                    .filter { repository.text(of: path).contains($0) }
                    .map { Finding(path: path, line: 1, what: "'\($0)'") }
            }
        },
    ]

    private static let dockerfile = "Dockerfile"

    private static let declarations = [
        "FROM scratch", "USER 65532:65532", "ENTRYPOINT [\"mock-digicert-one\"]", "CMD [\"serve\"]",
        "HEALTHCHECK --interval=1s --timeout=2s --retries=60 "
            + "CMD [\"mock-digicert-one\", \"healthcheck\"]",
    ]

    private static let needed = [
        "LICENSE", "Package.resolved", "Package.swift", "Sources", "Tests", "config", "migrations",
        "scripts",
    ]

    /// Whether `.dockerignore` hides a path or a part of it; the last line about it decides.
    private static func hides(_ patterns: [Substring], _ path: String) -> Bool {
        patterns.reduce(false) { isHidden, pattern in
            if pattern.hasPrefix("!") {
                return isHidden && !isWithin(path, pattern.dropFirst())
            }
            if pattern.hasPrefix(".build") { return isHidden }
            let base = pattern.hasSuffix("/*") ? pattern.dropLast(2) : pattern
            // A pattern of another kind might hide anything.
            return isHidden || base.contains { "*?[".contains($0) } || isWithin(path, base)
                || isWithin(String(base), Substring(path))
        }
    }

    private static func isWithin(_ path: String, _ folder: Substring) -> Bool {
        path == folder || path.hasPrefix(folder + "/")
    }

    /// The words between two texts; line continuations are none.
    private static func words(of text: String, between start: String, and end: String) -> Set<
        String
    > {
        guard let begin = text.firstRange(of: start)?.upperBound else { return [] }
        let rest = text[begin...]
        let part = rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.endIndex)]
        return Set(part.split { " \n\\".contains($0) }.map(String.init))
    }
}

extension Repository {
    /// The text of a file that is no Swift; empty where there is none.
    fileprivate func text(of path: String) -> String {
        texts.first { $0.path == path }?.text ?? ""
    }
}
