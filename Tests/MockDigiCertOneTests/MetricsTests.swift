import Testing

@testable import MockDigiCertOne

@Suite("Metrics")
struct MetricsTests {
    @Test(
        "microseconds are written as seconds without rounding",
        arguments: [
            (0, "0.000000"), (1, "0.000001"), (999_999, "0.999999"), (1_000_000, "1.000000"),
            (61_000_500, "61.000500"),
        ]
    )
    func seconds(_ microseconds: Int, _ text: String) {
        #expect(Metrics.seconds(microseconds) == text)
    }

    @Test("a duration belongs to the first bucket whose bound it does not exceed")
    func buckets() {
        var durations = Metrics.Durations()
        for microseconds in [0, 500, 501, 1_000_000, 1_000_001] { durations.add(microseconds) }
        #expect(durations.counts == [2, 1, 0, 0, 0, 0, 0, 1, 1])
        #expect(durations.sumMicroseconds == 2_001_002)
    }

    @Test("a label cannot end its quotes or its line")
    func labels() {
        var text = MetricText()
        text.sample("a", ["b": "c\"d\\e\nf", "a": "1"], "2")
        #expect(text.text == "a{a=\"1\",b=\"c\\\"d\\\\e\\nf\"} 2\n")
    }
}
