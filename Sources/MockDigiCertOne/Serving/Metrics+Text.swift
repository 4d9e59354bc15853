import FoundationEssentials
import Glibc
package import World

// Prometheus' text format, version 0.0.4:
// https://prometheus.io/docs/instrumenting/exposition_formats
extension Metrics {
    /// Writes out what was counted, and what the process and its worlds are.
    ///
    /// The names of worlds are no label: there may be a thousand of them, and tests make new ones.
    ///
    /// - Parameters:
    ///   - worlds: The worlds of the process.
    ///   - startSeconds: When the process began, in seconds since 1970.
    /// - Returns: The text.
    package func text(worlds: Worlds, startSeconds: Int64) -> String {
        var text = MetricText()
        text.family("mock_digicert_one_build_info", "gauge", "The version of the program.")
        text.sample("mock_digicert_one_build_info", ["version": ProgramVersion.current], "1")
        writeTraffic(to: &text)
        Self.write(worlds, to: &text)
        Self.writeProcess(startSeconds, to: &text)
        return text.text
    }

    private func writeTraffic(to text: inout MetricText) {
        let counts = counts
        let requests = "mock_digicert_one_requests_total"
        text.family(requests, "counter", "Answered requests; code 0 was never answered.")
        for (key, count) in counts.requests.sorted(by: { $0.key.order < $1.key.order }) {
            let labels = ["listener": key.listener, "code": "\(key.status)"]
            text.sample(requests, labels, "\(count)")
        }
        let duration = "mock_digicert_one_request_duration_seconds"
        text.family(duration, "histogram", "From the last byte of a request to its answer.")
        for (listener, durations) in counts.durations.sorted(by: { $0.key < $1.key }) {
            var sum = 0
            for (index, count) in durations.counts.enumerated() {
                sum += count
                let bound =
                    index < Self.bucketMicroseconds.count
                    ? Self.seconds(Self.bucketMicroseconds[index]) : "+Inf"
                let labels = ["listener": listener, "le": bound]
                text.sample(duration + "_bucket", labels, "\(sum)")
            }
            let labels = ["listener": listener]
            text.sample(duration + "_sum", labels, Self.seconds(durations.sumMicroseconds))
            text.sample(duration + "_count", labels, "\(sum)")
        }
        let handshakes = "mock_digicert_one_handshakes_total"
        text.family(handshakes, "counter", "TLS handshakes that were completed, or failed.")
        for (key, count) in counts.handshakes.sorted(by: { $0.key.order < $1.key.order }) {
            let labels = [
                "listener": key.listener, "version": key.version,
                "outcome": key.isComplete ? "completed" : "failed",
            ]
            text.sample(handshakes, labels, "\(count)")
        }
    }

    private static func write(_ worlds: Worlds, to text: inout MetricText) {
        let slots = worlds.slots
        let openCount = slots.count { !$0.isDormant }
        let name = "mock_digicert_one_worlds"
        text.family(name, "gauge", "Worlds, with an open database or without.")
        text.sample(name, ["state": "open"], "\(openCount)")
        text.sample(name, ["state": "dormant"], "\(slots.count - openCount)")
        let extents = slots.map(\.journal.extent)
        let entries = "mock_digicert_one_journal_entries"
        text.family(entries, "gauge", "Entries that all journals keep.")
        text.sample(entries, [:], "\(extents.reduce(0) { $0 + $1.entryCount })")
        let dropped = "mock_digicert_one_journal_dropped_total"
        text.family(dropped, "counter", "Entries that journals dropped to stay within bounds.")
        text.sample(dropped, [:], "\(extents.reduce(0) { $0 + $1.droppedCount })")
    }

    private static func writeProcess(_ startSeconds: Int64, to text: inout MetricText) {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let microseconds =
            (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000
            + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
        let cpu = "process_cpu_seconds_total"
        text.family(cpu, "counter", "Time on processors, of the user and of the system.")
        text.sample(cpu, [:], seconds(microseconds))
        text.family("process_start_time_seconds", "gauge", "When it began, since 1970.")
        text.sample("process_start_time_seconds", [:], "\(startSeconds)")
        if let kibibytes = residentKibibytes() {
            text.family("process_resident_memory_bytes", "gauge", "Resident memory.")
            text.sample("process_resident_memory_bytes", [:], "\(kibibytes * 1024)")
        }
        let folder = "/proc/self/fd"
        if let names = try? FileManager.default.contentsOfDirectory(atPath: folder) {
            // One of them was open only to read this.
            text.family("process_open_fds", "gauge", "Open file descriptors.")
            text.sample("process_open_fds", [:], "\(max(0, names.count - 1))")
        }
    }

    private static func residentKibibytes() -> Int? {
        let bytes = (try? FileBytes.read(path: "/proc/self/status", bytesMax: 1 << 16)) ?? []
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("VmRSS:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }

    /// Microseconds as seconds, without the rounding of a floating point number.
    static func seconds(_ microseconds: Int) -> String {
        let fraction = String(microseconds % 1_000_000 + 1_000_000).dropFirst()
        return "\(microseconds / 1_000_000).\(fraction)"
    }
}

extension Metrics.RequestKey {
    fileprivate var order: String { "\(listener) \(status)" }
}

extension Metrics.HandshakeKey {
    fileprivate var order: String { "\(listener) \(version) \(isComplete)" }
}

/// Samples in Prometheus' text format.
struct MetricText {
    /// What was written.
    private(set) var text = ""

    /// Begins a family of samples.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - type: `counter`, `gauge` or `histogram`.
    ///   - help: What it counts; one line.
    mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    /// Writes one sample.
    ///
    /// - Parameters:
    ///   - name: The name of the family, with `_bucket` and the like behind it.
    ///   - labels: Its labels.
    ///   - value: The number.
    mutating func sample(_ name: String, _ labels: [String: String], _ value: String) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.sorted { $0.key < $1.key }
                .map { "\($0.key)=\"\(Self.escape($0.value))\"" }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    private static func escape(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }
}
