import FoundationEssentials
import InferenceFuzzing
import ServiceTesting
import Testing

/// Every input that a fuzzer started from or once fell over, again: an invariant that does not hold ends the process.
@Suite struct FuzzSeedTests {
    @Test(arguments: FuzzTarget.allCases) func everySeedIsRefusedOrSound(target: FuzzTarget) throws {
        let folder = "\(Repository.root)/Tests/Fuzz/Seeds/\(target.rawValue)"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.count > 3)
        for name in names {
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
            bytes.withUnsafeBufferPointer(target.run)
            // Cut off at every byte, which is how bodies break.
            for end in bytes.indices { bytes[..<end].withUnsafeBufferPointer(target.run) }
        }
    }
}
