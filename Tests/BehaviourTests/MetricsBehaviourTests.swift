import MockDigiCertOne
import TestCommand
import Testing

@Suite("Metrics for Prometheus", .timeLimit(.minutes(10)))
struct MetricsBehaviourTests {
    private let mock: Mock

    init() throws { mock = try Mock() }

    private func lines() throws -> [String] {
        let answer = try TestCommand.run([
            "curl", "-sS", "-D", "/dev/stderr", mock.server.controlURL + "/metrics",
        ])
        #expect(answer.errors.contains("content-type: text/plain; version=0.0.4; charset=utf-8"))
        return answer.text.split(separator: "\n").map(String.init)
    }

    private func value(_ sample: String, _ lines: [String]) -> Double? {
        lines.first { $0.hasPrefix(sample + " ") }
            .flatMap { Double($0.dropFirst(sample.count + 1)) }
    }

    private func call(_ arguments: String...) throws {
        _ = try TestCommand.run(
            ["curl", "-s", "-o", "/dev/null"] + arguments
                + [mock.server.apiURL + "/account/api/v1/user/me"]
        )
    }

    @Test("requests, their durations and handshakes are counted by what became of them")
    func traffic() throws {
        let trusted = ["--cacert", mock.server.caFile]
        try call(trusted[0], trusted[1], "-H", "x-api-key: SERVICE_USER_TOKEN")
        try call(trusted[0], trusted[1])
        // One that does not trust the server.
        try call()
        // Two requests and three handshakes.
        let path = "/worlds/default/journal/wait?count=5&timeout=60s"
        _ = try TestCommand.run(["curl", "-sS", mock.server.controlURL + path])
        let lines = try lines()
        let requests = "mock_digicert_one_requests_total"
        #expect(value(requests + #"{code="200",listener="api"}"#, lines) == 1)
        #expect(value(requests + #"{code="403",listener="api"}"#, lines) == 1)
        let duration = "mock_digicert_one_request_duration_seconds"
        #expect(value(duration + #"_count{listener="api"}"#, lines) == 2)
        #expect(value(duration + #"_bucket{le="+Inf",listener="api"}"#, lines) == 2)
        let sum = try #require(value(duration + #"_sum{listener="api"}"#, lines))
        #expect(sum > 0 && sum < 60)
        let handshakes = "mock_digicert_one_handshakes_total"
        let completed = #"{listener="api",outcome="completed",version="TLSv1.3"}"#
        #expect(value(handshakes + completed, lines) == 2)
        let failed = lines.filter {
            $0.hasPrefix(handshakes + #"{listener="api",outcome="failed""#)
        }
        #expect(failed.count == 1, "\(failed)")
    }

    @Test("worlds, journals and the process are told, each family with its type and help")
    func state() throws {
        let body = #"{"name":"t1"}"#
        _ = try TestCommand.run([
            "curl", "-sS", "-d", body, "-H", "content-type: application/json",
            mock.server.controlURL + "/worlds",
        ])
        let lines = try lines()
        #expect(value(#"mock_digicert_one_worlds{state="open"}"#, lines) == 2)
        #expect(value(#"mock_digicert_one_worlds{state="dormant"}"#, lines) == 0)
        #expect(value("mock_digicert_one_journal_dropped_total", lines) == 0)
        for (name, minimum) in [
            ("process_resident_memory_bytes", 1e6), ("process_open_fds", 5),
            ("process_start_time_seconds", 1.7e9), ("process_cpu_seconds_total", 0.0001),
        ] {
            #expect(value(name, lines).map { $0 > minimum } == true, "\(name)")
        }
        let samples = lines.filter { !$0.hasPrefix("#") }
        for sample in samples {
            let name = sample.prefix { $0 != "{" && $0 != " " }
            let families = lines.filter { $0.hasPrefix("# TYPE ") }.map {
                $0.split(separator: " ")[2]
            }
            #expect(families.contains { name.hasPrefix($0) }, "\(sample)")
        }
    }
}
