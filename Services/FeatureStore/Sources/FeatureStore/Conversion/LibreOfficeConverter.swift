import Glibc
import NIOCore
import NIOPosix
import Sandbox
import ServiceAPI

/// Converts with a headless LibreOffice of this machine, started anew for each document inside the sandbox.
///
/// Each run has its own profile in its work folder: LibreOffice hands documents over to a running instance with the
/// same profile, which would be outside the sandbox. It makes the profile at its first start and ends with code 81,
/// "start me again".
struct LibreOfficeConverter: DocumentConverter {
    private static let restart: Int32 = 81

    let program: String
    let sandbox: Sandbox
    let timeout: Duration
    /// Resident memory in bytes; it takes about 220 MB for a page of text.
    let memory: Int

    /// The `soffice.bin` of the LibreOffice that `PATH` names.
    static func installed(path: String? = getenv("PATH").map({ String(cString: $0) })) -> String? {
        for folder in (path ?? "").split(separator: ":") {
            guard let resolved = realpath("\(folder)/soffice", nil) else { continue }
            defer { free(resolved) }
            let script = String(cString: resolved)
            let program = script.prefix(script.count - script.split(separator: "/").last!.count) + "soffice.bin"
            if access(String(program), X_OK) == 0 { return String(program) }
        }
        return nil
    }

    func convert(
        _ source: ConversionSource, into content: ContentStore, limit: Int
    ) async throws -> (pdf: IncomingFile.Content, versions: [String: String]) {
        let (bytes, name) = try await source.prepared(from: content)
        let folder = try content.workFolder()
        defer { try? FileSystem.removeTree(folder) }
        try await NIOThreadPool.singleton.runIfActive {
            try FileSystem.write(bytes, to: folder + "/" + name)
        }
        let result = try await run(name, in: folder, limit: limit)
        let path = folder + "/document.pdf"
        guard FileSystem.exists(path) else { throw Self.failure(result, source.format) }
        let output = try await NIOThreadPool.singleton.runIfActive {
            ByteBuffer(bytes: try FileSystem.readAll(path, limit: limit))
        }
        return (try await content.write(output, limit: limit), ["libreoffice": version])
    }

    /// Where Debian keeps what is not below `/usr`, and the installation itself where that is elsewhere.
    private var readable: [String] {
        let installation = program.split(separator: "/").dropLast(2).joined(separator: "/")
        return ["/etc/libreoffice", "/var/lib/libreoffice", "/var/spool/libreoffice", "/" + installation]
            .filter(FileSystem.exists)
    }

    private func run(_ name: String, in folder: String, limit: Int) async throws -> SandboxResult {
        let policy = SandboxPolicy(
            memory: memory, cpu: timeout, wall: timeout, fileSize: limit, processes: 4, tasks: 64, openFiles: 512,
            workFolder: folder,
            readable: readable,
            environment: [
                "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder, "TMPDIR": folder,
                // Draws in memory, without a display or a graphics card.
                "SAL_USE_VCLPLUGIN": "svp", "SAL_DISABLE_OPENCL": "1",
            ],
            socketFolder: "/tmp")
        let arguments = [
            "-env:UserInstallation=file://\(folder)/profile", "--headless", "--norestore", "--nologo", "--nodefault",
            "--nolockcheck", "--convert-to", "pdf", "--outdir", folder, folder + "/" + name,
        ]
        do {
            let first = try await sandbox.run(program, arguments, policy: policy, outputLimit: 64 * 1024)
            guard case .exited(Self.restart) = first.exit else { return first }
            return try await sandbox.run(program, arguments, policy: policy, outputLimit: 64 * 1024)
        } catch let error as SandboxError {
            throw StepFailure.Wrapped(
                StepFailure(
                    .permanent, code: FeatureStoreError.Code.conversionUnavailable.description,
                    message: "LibreOffice cannot be started: \(error)"))
        }
    }

    private static func failure(_ result: SandboxResult, _ format: DocumentFormat) -> StepFailure.Wrapped {
        let failure: StepFailure =
            switch result.exit {
            case .exited:
                StepFailure(
                    .permanent, code: FeatureStoreError.Code.conversionFailed.description,
                    message: "LibreOffice cannot read the document as \(format.rawValue); it is damaged or protected")
            case .wall, .cpu:
                StepFailure(.timeout, code: "conversion_timeout", message: "LibreOffice \(result.exit)")
            default:
                StepFailure(
                    .permanent, code: FeatureStoreError.Code.conversionFailed.description,
                    message: "LibreOffice \(result.exit) with this document")
            }
        return StepFailure.Wrapped(failure)
    }

    /// From `versionrc` beside the program, `AboutBoxVersion=7.4.7.2`.
    private var version: String {
        let folder = program.prefix(upTo: program.lastIndex(of: "/") ?? program.endIndex)
        guard let bytes = try? FileSystem.readAll(folder + "/versionrc", limit: 64 * 1024) else { return "unknown" }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("AboutBoxVersion=")
        }
        return line.map { String($0.dropFirst("AboutBoxVersion=".count)) } ?? "unknown"
    }
}
