import FoundationEssentials
import TestCommand
import Testing

/// The step of the release workflow that names an image, with a program that only repeats what it
/// is asked in Docker's place.
@Suite("Release workflow", .timeLimit(.minutes(10)))
struct ReleaseWorkflowTests {
    @Test(
        "only a release that is no prerelease becomes the latest",
        arguments: [("v1.2.3", true), ("v1.2.3-rc.1", false)]
    )
    func latest(tag: String, isLatest: Bool) throws {
        let script = """
            set -e
            docker() { echo "docker $*"; }
            \(try Self.script(of: "One name for both architectures"))
            """
        let result = try TestCommand.run([
            "GITHUB_REPOSITORY=Somebody/mock", "GITHUB_REF_NAME=\(tag)", "GITHUB_ACTOR=somebody",
            "TOKEN=t", "bash", "-c", script,
        ])
        let version = tag.dropFirst()
        let image = "ghcr.io/somebody/mock"
        #expect(
            result.text.split(separator: "\n").last.map(String.init)
                == "docker buildx imagetools create --tag \(image):\(version)"
                + (isLatest ? " --tag \(image):latest" : "")
                + " \(image):\(version)-amd64 \(image):\(version)-arm64",
            "\(result.errors)"
        )
    }

    /// The lines after `run: |` in a step, without their indentation.
    private static func script(of step: String) throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        let path = root + "/.github/workflows/release.yml"
        let workflow = String(
            decoding: try Data(contentsOf: URL(filePath: path)),
            as: UTF8.self
        )
        let lines = workflow.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { !$0.hasSuffix("- name: \(step)") }
            .drop { !$0.hasSuffix("run: |") }
            .dropFirst()
        let indentation = try #require(lines.first).prefix { $0 == " " }
        return lines.prefix { $0.hasPrefix(indentation) }
            .map { String($0.dropFirst(indentation.count)) }
            .joined(separator: "\n")
    }
}
