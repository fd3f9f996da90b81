import FoundationEssentials
import Glibc

/// `inference import SOURCE --repository FOLDER [--name NAME] [--replace]`: the import where only the inference image is.
///
/// That is so when a model image is built. `quinion models import` is the same with progress.
package enum ModelImportCommand {
    private static let usage = "usage: inference import SOURCE --repository FOLDER [--name NAME] [--replace]"

    /// - Parameter arguments: What follows `import`.
    /// - Returns: The process's exit code: 0, 1 when the import failed, 64 when the arguments are not understood.
    package static func run(_ arguments: [String]) async -> Int32 {
        var source: String?
        var repository: String?
        var name: String?
        var replacing = false
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--repository": repository = rest.popFirst()
            case "--name": name = rest.popFirst()
            case "--replace": replacing = true
            default:
                guard source == nil, !argument.hasPrefix("-") else { return complain(usage, 64) }
                source = argument
            }
        }
        guard let source, let repository else { return complain(usage, 64) }
        do {
            let model = try await ModelImporter(
                source: source, repository: repository, name: name, replacing: replacing
            ).run()
            print("\(model.change.rawValue) \(model.path)")
            return 0
        } catch {
            return complain("inference import: \(error)", 1)
        }
    }

    private static func complain(_ message: String, _ status: Int32) -> Int32 {
        let bytes = Array((message + "\n").utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        return status
    }
}
