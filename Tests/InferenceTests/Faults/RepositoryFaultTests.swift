import FoundationEssentials
import Glibc
import ServiceTesting
import Testing

/// Disks, folders and models that fail while the server serves.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RepositoryFaultTests {
    private static let explicit = ["--models-control", "explicit", "--models-load", "*"]

    /// What runs a command with 256 KiB of disk at a folder, by a mount that only that command sees.
    ///
    /// It needs no privilege where the kernel lets anybody make a user namespace; root needs none.
    private static func onSmallDisk(_ folder: String) -> [String] {
        [
            "/usr/bin/env", "unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
            "mount -t tmpfs -o size=256k tmpfs '\(folder)' && exec \"$@\"", "sh",
        ]
    }

    private static let canMount: Bool = {
        // Removed with the object, so it is kept until the mount was tried.
        let folder = ModelFiles()
        return withExtendedLifetime(folder) {
            guard (try? folder.write("", to: ".keep")) != nil else { return false }
            let command = onSmallDisk(folder.path).map { "'\($0.replacing("'", with: "'\\''"))'" }
            return (try? Command.run("sh", "-c", "exec " + command.joined(separator: " ") + " true")) != nil
        }
    }()

    @Test(.enabled(if: canMount, "no private mount can be made here"))
    func aFullDiskFailsTheLoadThatNeedsItAndNothingElse() async throws {
        let repository = try ModelRepository()
        let uploads = try ModelRepository()
        try repository.addEcho("m")
        let flags = Self.explicit + ["--models-upload-path", uploads.path]
        try await FaultyServer.with(repository, flags: flags, wrapper: Self.onSmallDisk(uploads.path)) { server in
            func upload(_ name: String, _ count: Int) async throws -> (status: Int, text: String) {
                let file = Data(repeating: 7, count: count).base64EncodedString()
                return try await server.post(
                    "/v2/repository/models/\(name)/load",
                    #"{"parameters":{"config":"{\"backend\":\"test\"}","file:1/model.onnx":"\#(file)"}}"#)
            }
            let growth = try await server.growth {
                // More often than what a failed load leaves behind would fit.
                for _ in 0..<5 {
                    let full = try await upload("large", 300_000)
                    #expect(full.status == 503 && full.text.contains("cannot be stored"), "\(full)")
                    #expect(try await server.infer().status == 200)
                    #expect(try await server.infer("large").status == 404)
                    #expect(try await upload("small", 100_000).status == 200)
                    #expect(try await server.infer("small").status == 200)
                    #expect(try await server.post("/v2/repository/models/small/unload", "{}").status == 200)
                }
            }
            // The files of a round and their base64 would be more.
            #expect(growth < 8 << 20, "grew by \(growth) bytes")
        }
    }

    @Test(arguments: [nil, "openvino", "onnxruntime"].filter { $0 == nil || Plugins.isBuilt($0!) })
    func aModelWhoseFolderIsRemovedGoesOn(backend: String?) async throws {
        let repository = try ModelRepository()
        func add() throws {
            if let backend {
                try repository.addONNX("log", backend: backend)
                try FileManager.default.moveItem(atPath: "\(repository.path)/log", toPath: "\(repository.path)/m")
            } else {
                try repository.addEcho("m")
            }
        }
        try add()
        try await FaultyServer.with(repository, flags: Self.explicit) { server in
            let kept = try await server.infer()
            #expect(kept.status == 200)
            try repository.remove("m")
            let growth = try await server.growth {
                for _ in 0..<50 { #expect(try await server.infer().text == kept.text) }
                let load = try await server.post("/v2/repository/models/m/load", "{}")
                #expect((400..<500).contains(load.status) || load.status == 500, "\(load)")
                #expect(load.text.contains("error"))
                for _ in 0..<50 { #expect(try await server.infer().text == kept.text) }
            }
            #expect(growth < 8 << 20, "grew by \(growth) bytes")
            try add()
            #expect(try await server.post("/v2/repository/models/m/load", "{}").status == 200)
            #expect(try await server.infer().text == kept.text)
        }
    }

    /// Each kill ends a process, its shared memory and its sockets; the next one gets new ones.
    @Test func enginesThatAreKilledCostTheServerNothing() async throws {
        let repository = try ModelRepository()
        let number = "\(repository.path)/pid"
        try repository.addEcho("m", parameters: "\"pid_file\": \"\(number)\"", extra: EngineProcess.isolated)
        try await FaultyServer.with(repository, flags: Self.explicit + EngineProcess.flags) { server in
            #expect(try await server.infer().status == 200)
            func files() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.process.identifier)/fd").count
            }
            let before = try files()
            let growth = try await server.growth {
                let engine = try #require(
                    Int32(String(decoding: Data(contentsOf: URL(filePath: number)), as: UTF8.self)))
                #expect(kill(engine, SIGKILL) == 0)
                var status = 503
                for _ in 0..<200 where status == 503 {
                    status = try await server.infer().status
                    if status == 503 { try await Task.sleep(for: .milliseconds(50)) }
                }
                #expect(status == 200)
            }
            #expect(growth < 4 << 20, "grew by \(growth) bytes")
            let after = try files()
            #expect(after <= before + 2, "\(before) open files became \(after)")
        }
    }

    /// Memory, and the time that loading takes, stay what they were; so does everything in between.
    @Test func aThousandLoadsAndUnloadsLeaveNothing() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", extra: "\"instances\": 2,")
        try repository.addEcho("other")
        try await FaultyServer.with(repository, flags: Self.explicit) { server in
            func cycle(_ count: Int) async throws -> Duration {
                let start = ContinuousClock.now
                for _ in 0..<count {
                    #expect(try await server.post("/v2/repository/models/m/load", "{}").status == 200)
                    #expect(try await server.infer().status == 200)
                    #expect(try await server.infer("other").status == 200)
                    #expect(try await server.post("/v2/repository/models/m/unload", "{}").status == 200)
                    #expect(try await server.infer().status == 503)
                }
                return ContinuousClock.now - start
            }
            _ = try await cycle(100)
            let (before, first) = (server.process.residentMemory(), try await cycle(100))
            _ = try await cycle(700)
            let last = try await cycle(100)
            let growth = server.process.residentMemory() - before
            print(
                "1,000 loads: resident memory \(before >> 10) KiB, grew by \(growth >> 10) KiB; 100 took \(first), at last \(last)"
            )
            #expect(growth < 8 << 20, "grew by \(growth) bytes")
            // A cost per past reload would make the last ten times as slow; a busy machine makes it twice.
            #expect(last < first * 4, "\(first) became \(last)")
        }
    }

    @Test func modelsThatCannotBeLoadedCostNothing() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try repository.addEcho("absent", backend: "absent")
        try repository.addEcho("traversal", backend: "../evil")
        try repository.addEcho("labels", extra: "\"labels\": {\"y\": \"..\"},")
        try repository.addEcho("info", parameters: "\"mode\": \"info_fails\"")
        try repository.addEcho(
            "instance", parameters: "\"mode\": \"second_instance_fails\"", extra: "\"instances\": 2,")
        try repository.write("{", to: "json/config.json")
        for backend in ["openvino", "onnxruntime"] where Plugins.isBuilt(backend) {
            try repository.write("\u{8}\u{8}nonsense", to: "random-\(backend)/1/model.onnx")
            try repository.write("{\"backend\": \"\(backend)\"}", to: "random-\(backend)/config.json")
            let whole = try Data(contentsOf: URL(filePath: Repository.fixture("InferenceTests", "affine.onnx")))
            try repository.write("{\"backend\": \"\(backend)\"}", to: "cut-\(backend)/config.json")
            try repository.write("", to: "cut-\(backend)/1/.keep")
            try whole.prefix(whole.count / 2).write(to: URL(filePath: "\(repository.path)/cut-\(backend)/1/model.onnx"))
        }
        let broken = repository.folders.filter { $0 != "m" }
        try await FaultyServer.with(repository, flags: Self.explicit) { server in
            let growth = try await server.growth {
                for _ in 0..<30 {
                    for name in broken {
                        let load = try await server.post("/v2/repository/models/\(name)/load", "{}")
                        #expect(load.status >= 400 && load.text.contains("error"), "\(name): \(load)")
                    }
                    #expect(try await server.infer().status == 200)
                }
            }
            #expect(growth < 24 << 20, "grew by \(growth) bytes")
        }
    }
}
