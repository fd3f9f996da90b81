import FoundationEssentials
import ServiceTesting
import Synchronization

/// The plugin of `Fixtures/test_backend.c`, built by the C compiler of the machine.
enum TestBackend {
    /// What is wrong with the plugin itself, or special; the numbers are those of the source.
    enum Defect: Int, CaseIterable {
        case none, wrongMajor, newerMinor, noExecute, nullTable, initializeFails, noEntry, shortTable, initializeCrashes
        case anyThread, claimsAnyThread
    }

    private static let built = Mutex<[Defect: String]>([:])
    private static let folder = "\(FileManager.default.temporaryDirectory.path())/quinion-plugins-\(UUID().uuidString)"

    /// Path of the shared library.
    static func plugin(_ defect: Defect = .none) throws -> String {
        try built.withLock { built in
            if let path = built[defect] { return path }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let path = "\(folder)/test-\(defect).so"
            try Command.run(
                "cc", "-std=c11", "-O1", "-fPIC", "-shared", "-fvisibility=hidden", "-DDEFECT=\(defect.rawValue)",
                "-I\(Repository.root)/Services/Inference/Sources/BackendABI/include",
                Repository.fixture("InferenceTests", "test_backend.c"), "-o", path, "-lpthread")
            built[defect] = path
            return path
        }
    }
}

/// The Hugging Face directory of all-MiniLM-L6-v2 that `deploy/setup` fetches.
enum MiniLM {
    static let source: String? = {
        guard let cache = ProcessInfo.processInfo.environment["QUINION_CACHE"] else { return nil }
        let folder = "\(cache)/models/all-MiniLM-L6-v2"
        return FileManager.default.fileExists(atPath: "\(folder)/config.json") ? folder : nil
    }()
}
