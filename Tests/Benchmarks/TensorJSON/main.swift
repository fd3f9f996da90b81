import Foundation
import Inference
import JSONText
import NIOCore

/// How fast tensors pass as JSON, in MB of text per second on one core.
///
/// Writing is set beside Swift's own `description` of the same numbers, in the same run.
///
///     swift run -c release benchmark-tensor-json [ELEMENTS]
let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
var random = SystemRandomNumberGenerator()
let floats = (0..<count).map { _ in Float.random(in: -4..<4, using: &random) }
let doubles = (0..<count).map { _ in Double.random(in: -4..<4, using: &random) }
// As token ids are.
let integers = (0..<count).map { _ in Int64.random(in: 0..<30_522, using: &random) }

/// The best of nine runs, in processor time, so that a neighbour's work counts less.
func megabytesPerSecond(_ bytes: () throws -> Int) rethrows -> Double {
    var best = 0.0
    for _ in 0..<9 {
        let start = clock()
        let size = try bytes()
        best = max(best, Double(size) / Double(clock() - start) * Double(CLOCKS_PER_SEC) / 1e6)
    }
    return best
}

func report(_ datatype: String, _ text: ByteBuffer, write: () -> Int, described: () -> Int) throws {
    var body = ByteBuffer(
        string: "{\"inputs\":[{\"name\":\"x\",\"shape\":[\(count)],\"datatype\":\"\(datatype)\",\"data\":")
    body.writeImmutableBuffer(text)
    body.writeString("}]}")
    let parsed = try megabytesPerSecond {
        let request = try InferenceRequestReader.read(body, headerLength: nil)
        precondition(request.inputs.count == 1)
        return body.readableBytes
    }
    let written = megabytesPerSecond(write)
    let baseline = megabytesPerSecond(described)
    print(
        String(
            format: "%@ parsed %.0f MB/s, written %.0f MB/s (%.1f x description)", datatype, parsed, written,
            written / baseline))
}

func describe(_ values: some Collection<some CustomStringConvertible>) -> Int {
    var buffer = ByteBuffer()
    for value in values {
        buffer.writeString(value.description)
        buffer.writeInteger(UInt8(ascii: ","))
    }
    return buffer.readableBytes
}

var json = JSONWriter()
floats.withUnsafeBufferPointer { json.numbers($0) }
try report("FP32", json.buffer) {
    var json = JSONWriter(reservingCapacity: count * 14)
    floats.withUnsafeBufferPointer { json.numbers($0) }
    return json.buffer.readableBytes
} described: {
    describe(floats)
}
json = JSONWriter()
doubles.withUnsafeBufferPointer { json.numbers($0) }
try report("FP64", json.buffer) {
    var json = JSONWriter(reservingCapacity: count * 24)
    doubles.withUnsafeBufferPointer { json.numbers($0) }
    return json.buffer.readableBytes
} described: {
    describe(doubles)
}
json = JSONWriter()
integers.withUnsafeBufferPointer { json.numbers($0) }
try report("INT64", json.buffer) {
    var json = JSONWriter(reservingCapacity: count * 8)
    integers.withUnsafeBufferPointer { json.numbers($0) }
    return json.buffer.readableBytes
} described: {
    describe(integers)
}
