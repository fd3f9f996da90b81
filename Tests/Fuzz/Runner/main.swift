// libFuzzer over one target, for `make fuzz`:
//
//     fuzz-inference request [libFuzzer's options] CORPUS SEEDS
//
// See https://llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a library".
import Glibc
import InferenceFuzzing

private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
    _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

// Set once, before the fuzzer's first call.
nonisolated(unsafe) private var target = FuzzTarget.request

/// Also what libFuzzer's own `main` would call, which is linked and not used.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run(UnsafeBufferPointer(start: bytes, count: count))
    return 0
}

guard CommandLine.argc > 1, let chosen = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
    print("usage: fuzz-inference \(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")) [options] [folders]")
    exit(64)
}
target = chosen
private var count = CommandLine.argc - 1
private var arguments: Arguments = CommandLine.unsafeArgv + 1
exit(runFuzzer(&count, &arguments, testOneInput))
