package import FoundationEssentials
package import Sandbox

/// Makes PDF of LaTeX in a sandboxed child: no shell, no network, no file outside the work folder and TeX's own tree.
package struct Typesetter: Sendable {
    package struct Limits: Sendable {
        package var memory: Int
        package var time: Duration
        /// Bytes of the PDF, and of any other file TeX writes.
        package var fileSize: Int

        package init(memory: Int = 512 << 20, time: Duration = .seconds(60), fileSize: Int = 64 << 20) {
            self.memory = memory
            self.time = time
            self.fileSize = fileSize
        }
    }

    private static let jobName = "report"
    /// Enough of a log to find the first error in it.
    private static let logLimit = 4 << 20
    /// Where Debian keeps what TeX reads beside `/usr`.
    private static let trees = ["/etc/texmf", "/var/lib/texmf", "/usr/share/texmf", "/usr/share/texlive"]

    private let sandbox: Sandbox
    private let program: String
    private let limits: Limits
    private let workParent: String?

    /// - Parameters:
    ///   - program: Absolute path of `pdflatex`.
    ///   - workParent: Where work folders are made; the system's temporary folder by default.
    package init(sandbox: Sandbox, program: String, limits: Limits, workParent: String? = nil) {
        self.sandbox = sandbox
        self.program = program
        self.limits = limits
        self.workParent = workParent
    }

    /// Typesets twice, for the number of pages in the foot of each.
    /// - Parameters:
    ///   - pictures: Files beside the source, by name.
    ///   - date: The moment the PDF says it was made.
    /// - Throws: ``TeXFailure``, `SandboxError`, `CancellationError`.
    package func typeset(
        _ source: String, pictures: [String: Data], date: Date, progress: @Sendable (_ pass: Int) async -> Void
    ) async throws -> Data {
        try await withWorkFolder(in: workParent) { folder in
            try Data(source.utf8).write(to: URL(filePath: "\(folder)/\(Self.jobName).tex"))
            for (name, bytes) in pictures { try bytes.write(to: URL(filePath: "\(folder)/\(name)")) }
            await progress(1)
            try await pass(in: folder, date: date, options: ["-draftmode"])
            await progress(2)
            try await pass(in: folder, date: date, options: [])
            return try Data(contentsOf: URL(filePath: "\(folder)/\(Self.jobName).pdf"))
        }
    }

    private func pass(in folder: String, date: Date, options: [String]) async throws {
        let result = try await sandbox.run(
            program,
            ["-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error"] + options
                + ["\(Self.jobName).tex"],
            policy: policy(folder: folder, date: date), outputLimit: 64 << 10)
        guard result.exit != .exited(0) else { return }
        let log = FileManager.default.contents(atPath: "\(folder)/\(Self.jobName).log") ?? Data()
        throw TeXFailure(
            exit: result.exit,
            log: TeXLog(String(decoding: log.prefix(Self.logLimit), as: UTF8.self), source: "\(Self.jobName).tex"),
            errorOutput: result.errorText)
    }

    private func policy(folder: String, date: Date) -> SandboxPolicy {
        SandboxPolicy(
            memory: limits.memory, cpu: limits.time, wall: limits.time * 2, fileSize: limits.fileSize, tasks: 4,
            openFiles: 64, workFolder: folder,
            readable: Self.trees.filter { FileManager.default.fileExists(atPath: $0) },
            environment: [
                "PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": folder, "TEXMFHOME": folder, "TEXMFVAR": folder,
                "TEXMFCONFIG": folder,
                // kpathsea: p lets TeX open only relative names without parent folders and dot files.
                "openin_any": "p", "openout_any": "p", "shell_escape": "f",
                "MKTEXTFM": "0", "MKTEXPK": "0", "MKTEXMF": "0",
                // pdfTeX: times and the file's ID come from here, so that equal sources give equal bytes.
                "SOURCE_DATE_EPOCH": String(Int(max(0, date.timeIntervalSince1970))), "FORCE_SOURCE_DATE": "1",
                "TZ": "UTC",
                // The log must not break lines within what is looked for.
                "max_print_line": "1000", "error_line": "254", "half_error_line": "238",
            ])
    }
}

/// TeX did not get to the end.
package struct TeXFailure: Error, CustomStringConvertible {
    package var exit: SandboxExit
    package var log: TeXLog?
    package var errorOutput: String

    package var description: String { log?.message ?? "TeX \(exit)" }
}
