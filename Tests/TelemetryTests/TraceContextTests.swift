import Telemetry
import Testing

@Suite struct TraceContextTests {
    /// The example of the W3C recommendation, section 3.2.
    private let example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func theStandardsExampleIsRead() throws {
        let trace = try #require(TraceContext(traceparent: example))
        #expect(trace.traceID == TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736))
        #expect(trace.spanID == 0x00f0_67aa_0ba9_02b7)
        #expect(trace.flags == 1)
        #expect(trace.traceparent == example)
        #expect(trace.traceID.description == "4bf92f3577b34da6a3ce929d0e0e4736")
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", "garbage",
        // Upper case, the invalid version ff, zero ids, a version 0 that is too long, a wrong separator, not hex.
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
    ])
    func whatIsMalformedIsRefused(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test func aNewerVersionIsReadAsFarAsItIsKnown() {
        let newer = "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-extra"
        #expect(TraceContext(traceparent: newer)?.traceparent == example)
        #expect(TraceContext(traceparent: "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01extra") == nil)
    }

    @Test func aChildStaysInItsTrace() throws {
        let parent = try #require(TraceContext(traceparent: example))
        let child = parent.child()
        #expect(child.traceID == parent.traceID)
        #expect(child.spanID != parent.spanID)
        #expect(child.flags == parent.flags)
        #expect(TraceContext(traceparent: child.traceparent) == child)
    }

    @Test func identifiersDoNotRepeat() {
        let identifiers = (0..<100_000).map { _ in Identifiers.next() }
        #expect(Set(identifiers).count == identifiers.count)
        #expect(!identifiers.contains(0))
        #expect(TraceContext(traceparent: TraceContext.start().traceparent) != nil)
        #expect(Identifiers.requestID().utf8.count == 16)
    }
}
