import Sandbox
import Testing

@Suite struct WorkerFrameTests {
    @Test func theHeaderCountsKindAndPayload() {
        #expect(WorkerFrame(.request, Array("abc".utf8)).header == [4, 0, 0, 0, 2])
        #expect(WorkerFrame(.end).header == [1, 0, 0, 0, 4])
        #expect(WorkerFrame(.part, [UInt8](repeating: 0, count: 0x01_02_03)).header == [4, 2, 1, 0, 3])
    }

    @Test func takesFramesOffAStreamByteByByte() throws {
        let frames = [WorkerFrame(.ready), WorkerFrame(.part, [1, 2, 3]), WorkerFrame(.part), WorkerFrame(.end)]
        var bytes: [UInt8] = []
        var taken: [WorkerFrame] = []
        for byte in frames.flatMap({ $0.header + $0.payload }) {
            bytes.append(byte)
            while let frame = try WorkerFrame.take(from: &bytes, limit: 64) { taken.append(frame) }
        }
        #expect(taken == frames)
        #expect(bytes.isEmpty)
    }

    @Test(arguments: [
        [0, 0, 0, 0] as [UInt8],  // no kind
        [255, 255, 255, 255, 3],  // 4 GiB
        [61, 0, 0, 0, 3],  // one more than allowed
        [1, 0, 0, 0, 0],  // a kind that is none
        [1, 0, 0, 0, 6],
    ])
    func refusesWhatIsNoFrame(bytes: [UInt8]) {
        var bytes = bytes
        let error = #expect(throws: SandboxError.self) { try WorkerFrame.take(from: &bytes, limit: 64) }
        #expect(error?.code == .malformedResponse)
    }

    @Test func backOffDoublesUpToItsBound() {
        var backoff = StartBackoff()
        let now = ContinuousClock.now
        var waits: [Duration] = []
        for _ in 0..<8 {
            backoff.failed(at: now)
            waits.append(now.duration(to: backoff.notBefore!))
        }
        #expect(waits == [100, 200, 400, 800, 1600, 3200, 5000, 5000].map { .milliseconds($0) })
        backoff.succeeded()
        #expect(backoff.notBefore == nil)
    }
}
