import Foundation
import Logging
import Telemetry
import Testing

@Suite struct LogTests {
    /// What a logger writes into a file while `body` runs.
    private func logged(
        _ format: LogFormat, level: Logger.Level = .info, _ body: (Logger, LogSink) -> Void
    ) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("log-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        let sink = LogSink(descriptor: file.fileDescriptor)
        let telemetry = Telemetry(service: "test", version: "1", logs: sink, format: format)
        body(telemetry.logger(label: "test", level: level), sink)
        sink.flush()
        try file.close()
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test func aLineIsOneJSONObject() throws {
        let text = try logged(.json) { logger, _ in
            logger.warning(
                "two\nlines \"quoted\" \u{1b}[31m",
                metadata: ["count": .stringConvertible(3), "list": ["a", "b\n"], "deep": ["x": "y"], "level": "mine"])
        }
        #expect(text.filter { $0 == "\n" }.count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["level"] as? String == "warning")
        #expect(object["logger"] as? String == "test")
        #expect(object["message"] as? String == "two\nlines \"quoted\" \u{1b}[31m")
        #expect(object["count"] as? Int == 3)
        #expect(object["list"] as? [String] == ["a", "b\n"])
        #expect(object["deep"] as? [String: String] == ["x": "y"])
        #expect(object["level_"] as? String == "mine")
        let time = try #require(object["time"] as? String)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test func aLineForPeopleStaysOnOneLine() throws {
        let text = try logged(.text) { logger, _ in
            logger.info("two\nlines \u{1b}[31m", metadata: ["key": "a\nb"])
        }
        #expect(text.hasSuffix(" info     test: two lines  [31m key=a b\n"))
    }

    @Test func lessSevereLinesAreLeftOut() throws {
        let text = try logged(.json, level: .error) { logger, _ in
            logger.warning("no")
            logger.error("yes")
        }
        #expect(text.contains("yes") && !text.contains("no\""))
    }

    @Test func whatDoesNotFitIsDroppedAndCounted() throws {
        // A pipe that nobody reads: 64 KiB fit into it, and so much waits in the sink.
        let pipe = Pipe()
        let sink = LogSink(descriptor: pipe.fileHandleForWriting.fileDescriptor, capacity: 10_000)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 999) + [UInt8(ascii: "\n")]
        for _ in 0..<1000 { sink.write(line) }
        #expect(sink.droppedLines > 800)
        let written = 1000 - sink.droppedLines
        // Once somebody reads, everything that was kept arrives.
        var received = 0
        while received < written * 1000 {
            received += pipe.fileHandleForReading.availableData.count
        }
        sink.flush()
        #expect(received == written * 1000)
    }

    @Test func datesAreWritten() {
        // 784111777 s: the example date of RFC 9110, section 5.6.7.
        #expect(WallTime(seconds: 784_111_777).httpDate == "Sun, 06 Nov 1994 08:49:37 GMT")
        var bytes: [UInt8] = []
        WallTime(seconds: 951_782_400, milliseconds: 7).appendISO8601(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "2000-02-29T00:00:00.007Z")
    }
}
