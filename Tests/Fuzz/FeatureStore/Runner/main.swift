// libFuzzer over one target, for `make fuzz`:
//
//     fuzz-feature-store request [libFuzzer's options] CORPUS SEEDS
//
// See https://llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a library".
import FeatureStore
import FeatureStoreFuzzing
import Foundation

private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
    _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

// Set once, before the fuzzer's first call.
nonisolated(unsafe) private var target = FuzzTarget.request
nonisolated(unsafe) private var registry: FeatureRegistry?

/// Also what libFuzzer's own `main` would call, which is linked and not used.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if let registry { target.run(UnsafeBufferPointer(start: bytes, count: count), registry) }
    return 0
}

/// The registry of a store whose folder is gone: it is open, and nothing is written to it any more.
private func openRegistry() async throws -> FeatureRegistry {
    let folder = NSTemporaryDirectory() + "fuzz-feature-store-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await FuzzTarget.registry(in: folder)
}

guard CommandLine.argc > 1, let chosen = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
    print("usage: fuzz-feature-store \(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")) [options] [folders]")
    exit(64)
}
target = chosen
registry = try await openRegistry()
var count = CommandLine.argc - 1
private var arguments: Arguments = CommandLine.unsafeArgv + 1
exit(runFuzzer(&count, &arguments, testOneInput))
