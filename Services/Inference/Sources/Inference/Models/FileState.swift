import FoundationEssentials
import Glibc

/// What tells that a file has changed without reading it.
struct FileState: Sendable, Equatable {
    var path: String
    var size: Int
    var modified: Date

    /// Files of a model beyond this are not looked at.
    private static let limit = 10_000

    /// The files below a folder, by path; a few levels deep.
    static func files(below folder: String, depth: Int = 4) -> [FileState] {
        var files: [FileState] = []
        collect(folder, depth, &files)
        return files.sorted { $0.path < $1.path }
    }

    private static func collect(_ folder: String, _ depth: Int, _ files: inout [FileState]) {
        guard depth > 0 else { return }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where files.count < limit {
            let path = "\(folder)/\(name)"
            var isDirectory = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { continue }
            if isDirectory {
                collect(path, depth - 1, &files)
            } else if let file = FileState(path) {
                files.append(file)
            }
        }
    }

    init?(_ path: String) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let modified = attributes?[.modificationDate] as? Date else { return nil }
        // Not `stat`: in a static build it is a type of two C modules. Not the attributes' size: where full Foundation is
        // linked that is an NSNumber, which is no integer here.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        self.path = path
        self.size = lseek(descriptor, 0, SEEK_END)
        self.modified = modified
    }
}
