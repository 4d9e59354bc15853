extension Rule {
    /// What may not be written anywhere, and what must stand beside what.
    static let ofWords: [Rule] = [
        perFile(
            "no work is left marked in the code",
            remedy: "Do it now or file it where work is planned."
        ) { file in
            // The marks are built, so that this file holds none.
            let marks = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]
            return file.lines.enumerated().flatMap { index, line in
                marks.filter { line.containsWord($0) }
                    .map { Finding(path: file.path, line: index + 1, what: $0) }
            }
        },
        forbidding(
            "no failure ends the process",
            words: ["try!", "fatalError", "abort()", "as!"],
            remedy: "Throw a closed error; a programmer's error is a precondition with its reason."
        ) { _ in true },
        forbidding(
            "only the command line prints",
            words: ["print(", "debugPrint(", "dump("],
            remedy: "Log, or return the text to the command line."
        ) { file in
            file.target != "mock-digicert-one"
        },
        forbidding(
            "a test waits for events, not for time",
            words: ["Task.sleep", "sleep(", "usleep(", "nanosleep("],
            remedy: "Wait for the thing itself, with a limit, or move a clock."
        ) { file in
            !file.isProduct
        },
        forbidding(
            "work beside a test has a thread of its own",
            words: ["Task.detached"],
            remedy: "Use TestClient's Aside: tests that wait may hold every thread of the tasks."
        ) { file in
            !file.isProduct
        },
        perFile(
            "unchecked sharing says by which invariant it is safe",
            remedy:
                "Use Mutex or Atomic; where neither can do it, say above the line why it is safe."
        ) { file in
            file.code.enumerated().compactMap { index, line in
                guard
                    let word = ["@unchecked Sendable", "nonisolated(unsafe)"].first(
                        where: line.containsWord
                    )
                else { return nil }
                // Attributes stand between a declaration and its comment.
                var above = index - 1
                while above >= 0, file.code[above].trimmed.hasPrefix("@") { above -= 1 }
                let isExplained =
                    above >= 0 && file.lines[above].trimmed.hasPrefix("//")
                    || file.lines[index].containsWord("//")
                return isExplained ? nil : Finding(path: file.path, line: index + 1, what: word)
            }
        },
        perFile(
            "a type's name says what it is, not that it helps",
            remedy: "Name it after the thing in the trade or in the imitated API."
        ) { file in
            file.code.enumerated().flatMap { index, line in
                declaredTypes(in: line)
                    .filter { name in
                        ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Impl"]
                            .contains(where: name.hasSuffix)
                    }
                    .map { Finding(path: file.path, line: index + 1, what: $0) }
            }
        },
        Rule(
            sentence: "no file names a folder of somebody's machine",
            remedy: "Use a path inside the repository, or a temporary folder."
        ) { repository in
            let paths = ["/wo" + "rk/", "/ro" + "ot/", "/home" + "/runner"]
            let texts =
                repository.texts.map { ($0.path, $0.text) }
                + repository.files.map { ($0.path, $0.lines.joined(separator: "\n")) }
            return texts.flatMap { path, text in
                text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
                    .flatMap { index, line in
                        paths.filter { String(line).containsWord($0) }
                            .map { Finding(path: path, line: index + 1, what: $0) }
                    }
            }
        },
    ]

    /// The names of the types that a line of code declares.
    ///
    /// - Parameter line: A line without comments and literals.
    /// - Returns: The names, usually none or one.
    static func declaredTypes(in line: String) -> [String] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        let words = line.split(separator: " ")
        return words.indices.dropLast().compactMap { index in
            guard kinds.contains(words[index]), words[index + 1].first?.isLetter == true,
                words[index + 1] != "func", words[index + 1] != "var"
            else { return nil }
            return String(words[index + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        }
    }
}
