import Foundation

/// Where embedded services keep what they own.
struct DataFolder: Sendable {
    let path: String

    /// - Parameter configured: `data.path`; without it the user's data folder by the XDG base directory rules.
    init(configured: String?) {
        if let configured {
            path = URL(fileURLWithPath: configured).path
        } else {
            let environment = ProcessInfo.processInfo.environment
            let base = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            path = (base ?? NSHomeDirectory() + "/.local/share") + "/quinion"
        }
    }

    var documents: String { path + "/documents" }
    var reports: String { path + "/reports" }
    var models: String { path + "/models" }

    func create() throws {
        for folder in [documents, reports, models] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
    }
}

/// Where `deploy/setup` put engines and models, and where `make` put plugins.
enum Engines {
    /// `$QUINION_CACHE`, or the cache folder by the XDG base directory rules.
    static var cache: String {
        let environment = ProcessInfo.processInfo.environment
        if let cache = environment["QUINION_CACHE"], !cache.isEmpty { return cache }
        let base = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (base ?? NSHomeDirectory() + "/.cache") + "/quinion"
    }

    /// The running executable's own path.
    static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// The folder of plugins beside the executable: `plugins`, or in a build folder `../plugins`.
    static var plugins: String? {
        var folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
        for _ in 0..<3 {
            let candidate = folder.appendingPathComponent("plugins").path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        return nil
    }
}
