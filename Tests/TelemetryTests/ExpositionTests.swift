import Telemetry
import Testing

@Suite struct ExpositionTests {
    @Test func theTextIsPrometheusFormat() {
        let metrics = MetricsRegistry()
        let requests = metrics.counters("requests_total", help: "Requests, by status.", labels: ["method", "status"])
        requests.series("GET", "200").increment(by: 3)
        requests.series("POST", "404").increment()
        metrics.gauge("temperature_celsius", help: "Degrees.").set(-1.5)
        let sizes = metrics.histogram("size_bytes", help: "Sizes.", buckets: [1, 10])
        for size in [1.0, 4, 11] { sizes.observe(size) }
        metrics.observedGauge("answer", help: "Read when asked.") { 42 }

        #expect(
            metrics.exposition() == """
                # HELP answer Read when asked.
                # TYPE answer gauge
                answer 42
                # HELP requests_total Requests, by status.
                # TYPE requests_total counter
                requests_total{method="GET",status="200"} 3
                requests_total{method="POST",status="404"} 1
                # HELP size_bytes Sizes.
                # TYPE size_bytes histogram
                size_bytes_bucket{le="1"} 1
                size_bytes_bucket{le="10"} 2
                size_bytes_bucket{le="+Inf"} 3
                size_bytes_sum 16
                size_bytes_count 3
                # HELP temperature_celsius Degrees.
                # TYPE temperature_celsius gauge
                temperature_celsius -1.5

                """)
    }

    @Test func labelValuesAreEscaped() {
        let metrics = MetricsRegistry()
        metrics.counters("odd_total", help: "A\\b\nc.", labels: ["value"]).series("a\"b\\c\nd").increment()
        #expect(
            metrics.exposition() == """
                # HELP odd_total A\\\\b\\nc.
                # TYPE odd_total counter
                odd_total{value="a\\"b\\\\c\\nd"} 1

                """)
    }

    @Test func seriesBeyondTheLimitAreCountedTogether() {
        let metrics = MetricsRegistry(seriesLimit: 2)
        let family = metrics.counters("hits_total", help: "Hits.", labels: ["page"])
        for page in 0..<100 { family.series("\(page)").increment() }
        #expect(
            metrics.exposition() == """
                # HELP hits_total Hits.
                # TYPE hits_total counter
                hits_total{page="0"} 1
                hits_total{page="1"} 1
                hits_total{page="_other"} 98
                # HELP metrics_series_overflow_total Label combinations beyond a metric's limit, counted together as _other.
                # TYPE metrics_series_overflow_total counter
                metrics_series_overflow_total{metric="hits_total"} 98

                """)
    }

    @Test func theSameNameIsTheSameFamily() {
        let metrics = MetricsRegistry()
        metrics.counter("a_total", help: "A.").increment()
        metrics.counter("a_total", help: "A.").increment()
        #expect(metrics.exposition().contains("a_total 2\n"))
    }

    @Test func manyThreadsLoseNoIncrement() async {
        let metrics = MetricsRegistry()
        let counter = metrics.counter("a_total", help: "A.")
        let gauge = metrics.gauge("b", help: "B.")
        let histogram = metrics.histogram("c_seconds", help: "C.", buckets: [1])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        counter.increment()
                        gauge.add(1)
                        histogram.observe(0.5)
                    }
                }
            }
        }
        let text = metrics.exposition()
        #expect(counter.value == 8000)
        #expect(gauge.value == 8000)
        #expect(text.contains("c_seconds_count 8000\n"))
        #expect(text.contains("c_seconds_sum 4000\n"))
    }

    @Test func aProcessDescribesItself() throws {
        let telemetry = Telemetry(service: "test", version: "1.2.3", logs: .discarding)
        let text = telemetry.metrics.exposition()
        #expect(text.contains("build_info{service=\"test\",version=\"1.2.3\"} 1\n"))
        func value(_ name: String) throws -> Double {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + " ") })
            return try #require(Double(line.dropFirst(name.count + 1)))
        }
        #expect(try value("process_resident_memory_bytes") > 1_000_000)
        #expect(try value("process_open_fds") >= 3)
        #expect(try value("process_max_fds") >= 64)
        #expect(try value("process_cpu_seconds_total") > 0)
        // Between 2020 and the year 2100.
        #expect((1_577_836_800...4_102_444_800).contains(try value("process_start_time_seconds")))
    }
}
