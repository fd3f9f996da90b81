import FoundationEssentials

/// Finding a program as a shell would.
enum Program {
    /// - Throws: ``ReportingError`` naming what is missing.
    static func path(of name: String) throws -> String {
        let candidates: [String]
        if name.contains("/") {
            candidates = [name]
        } else {
            let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            candidates = folders.split(separator: ":").map { "\($0)/\(name)" }
        }
        guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw ReportingError(
                .typesetting,
                name.contains("/")
                    ? "there is no program \(name); set tex.program"
                    : "there is no \(name) on PATH; install texlive-latex-base or set tex.program")
        }
        return found
    }
}
