import FoundationEssentials
import ModelImport
import Testing

@Suite struct ModelImporterTests {
    @Test func anImportWritesTheWholeEntryAndNothingElse() async throws {
        let tiny = try TinyBERT()
        let imported = try await tiny.importer().run()

        #expect(imported.change == .created)
        #expect(imported.unusedTensors.isEmpty)
        #expect(
            try tiny.repository.files() == [
                "tiny", "tiny/1", "tiny/1/model.onnx", "tiny/1/model.onnx.data", "tiny/config.json",
                "tiny/pooling.json", "tiny/tokenizer.json",
            ]
        )
        #expect(try tiny.repository.read("tiny/tokenizer.json") == tiny.folder.read("tokenizer.json"))
    }

    @Test func theEntrySaysWhatTheModelTakesAndWhereItCameFrom() async throws {
        let tiny = try TinyBERT()
        try tiny.folder.write("---\nlanguage: en\nlicense: apache-2.0\n---\n# Tiny\nlicense: none\n", to: "README.md")
        let entry = try await tiny.importer().run().entry

        #expect(entry.name == "tiny")
        #expect(entry.backend == "openvino")
        #expect(entry.file == "model.onnx")
        #expect(entry.inputs.map(\.name) == ["input_ids", "attention_mask", "token_type_ids"])
        #expect(entry.inputs.allSatisfy { $0.datatype == "INT64" && $0.shape == [-1, -1] })
        #expect(entry.outputs.map(\.name) == ["last_hidden_state"])
        #expect(entry.outputs.map(\.shape) == [[-1, -1, 32]])
        #expect(entry.axes["token_type_ids"] == ["batch", "sequence"])
        #expect(entry.axes["last_hidden_state"] == ["batch", "sequence", "feature"])
        #expect(entry.limits == ["sequence": 24])
        #expect(entry.maxBatchSize == 32 && entry.dynamicBatching != nil)
        #expect(entry.ragged?.axis == "sequence" && entry.ragged?.mask == "attention_mask")
        #expect(entry.source?.licence == "apache-2.0")
        // sha256sum of the fixture's file.
        #expect(
            entry.source?.files["model.safetensors"]
                == "6d949a1eb73f09d6a7ee950ab7741ee0df8792f695fe2d3159b4a26dc3f0d00c"
        )
        let stored = try JSONDecoder().decode(ModelEntry.self, from: Data(tiny.repository.read("tiny/config.json")))
        #expect(stored == entry)
    }

    @Test func poolingIsThatOfSentenceTransformers() async throws {
        let tiny = try TinyBERT()
        let imported = try await tiny.importer().run()
        let stored = try JSONDecoder().decode(
            PoolingSettings.self, from: Data(tiny.repository.read("tiny/pooling.json")))

        #expect(stored == imported.pooling)
        #expect(
            stored
                == PoolingSettings(mode: .mean, normalize: true, dimension: 32, maxSequenceLength: 16, lowercase: false)
        )
    }

    @Test func theSameBytesGiveTheSameEntry() async throws {
        let (first, second) = (try TinyBERT(), try TinyBERT())
        _ = try await first.importer().run()
        _ = try await second.importer().run()
        for file in try first.repository.files() where !["tiny", "tiny/1"].contains(file) {
            #expect(try first.repository.read(file) == second.repository.read(file), "\(file)")
        }
    }

    @Test func importingAgainChangesNothing() async throws {
        let tiny = try TinyBERT()
        _ = try await tiny.importer().run()
        let marker = "\(tiny.repository.path)/tiny/1/mine"
        #expect(FileManager.default.createFile(atPath: marker, contents: nil))

        #expect(try await tiny.importer().run().change == .unchanged)
        #expect(FileManager.default.fileExists(atPath: marker))
    }

    @Test func anotherModelOfTheSameNameIsReplacedOnlyWhenAsked() async throws {
        let tiny = try TinyBERT()
        _ = try await tiny.importer().run()
        let old = try tiny.repository.read("tiny/config.json")
        try tiny.edit("1_Pooling/config.json", #""pooling_mode_cls_token": false"#, #""pooling_mode_cls_token": true"#)
        try tiny.edit(
            "1_Pooling/config.json", #""pooling_mode_mean_tokens": true"#, #""pooling_mode_mean_tokens": false"#)

        await #expect { try await tiny.importer().run() } throws: { ($0 as? ModelImportError)?.code == .entryExists }
        #expect(try tiny.repository.read("tiny/config.json") == old)

        let replaced = try await tiny.importer(replacing: true).run()
        #expect(replaced.change == .replaced)
        #expect(replaced.pooling?.mode == .cls)
        #expect(try tiny.repository.files().count == 7)
    }

    @Test func whatADeadImportLeftIsRemovedOrBroughtBack() async throws {
        let tiny = try TinyBERT()
        _ = try await tiny.importer().run()
        let (root, files) = (tiny.repository.path, FileManager.default)
        // Killed between the two renames of a replacement: the old entry stands aside, the new one is unfinished.
        try files.moveItem(atPath: "\(root)/tiny", toPath: "\(root)/.tiny.replaced")
        try files.createDirectory(atPath: "\(root)/.tiny.importing/1", withIntermediateDirectories: true)

        #expect(try await tiny.importer().run().change == .unchanged)
        #expect(try tiny.repository.files().count == 7)
    }

    @Test func twoImportsIntoOneRepositoryDoNotMeet() async throws {
        let tiny = try TinyBERT()
        let gate = Gate()
        async let first = tiny.importer().run { _ in gate.pass() }
        await gate.reached()
        // The first is in the middle of its digest, before it takes the lock; both may end well, or one is told to wait.
        gate.open()
        var outcomes: [Bool] = []
        for _ in 0..<8 {
            do {
                _ = try await tiny.importer().run()
                outcomes.append(true)
            } catch let error as ModelImportError {
                #expect(error.code == .repositoryBusy)
                outcomes.append(false)
            }
        }
        _ = try? await first
        #expect(outcomes.contains(true))
        let files = try tiny.repository.files()
        #expect(files.count == 7, "\(files)")
    }

    @Test func aCancelledImportLeavesNothing() async throws {
        let tiny = try TinyBERT()
        let gate = Gate()
        let (source, repository) = (tiny.folder.path, tiny.repository.path)
        let task = Task {
            try await ModelImporter(source: source, repository: repository, name: "tiny").run { progress in
                if progress.stage == .writing { gate.pass() }
            }
        }
        await gate.reached()
        task.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try tiny.repository.files().isEmpty)
    }

    @Test func progressGrowsToItsTotal() async throws {
        let tiny = try TinyBERT()
        let log = ProgressLog()
        _ = try await tiny.importer().run { log.append($0) }
        for stage in [ImportProgress.Stage.checking, .writing] {
            let steps = log.steps.filter { $0.stage == stage }
            #expect(steps.last.map { $0.completedBytes == $0.totalBytes } == true)
            #expect(steps.map(\.completedBytes) == steps.map(\.completedBytes).sorted())
        }
    }

    @Test(arguments: ["", ".", "..", "a/b", ".hidden", "-x", "ä", "a b", String(repeating: "a", count: 129)])
    func anImpossibleNameIsRefused(name: String) async throws {
        let tiny = try TinyBERT()
        let importer = ModelImporter(source: tiny.folder.path, repository: tiny.repository.path, name: name)
        await #expect { try await importer.run() } throws: { ($0 as? ModelImportError)?.code == .nameInvalid }
        #expect(try tiny.repository.files().isEmpty)
    }

    @Test func theListHoldsWhatWasImported() async throws {
        let tiny = try TinyBERT()
        #expect(try ModelListing.models(in: "\(tiny.repository.path)/none").isEmpty)
        let imported = try await tiny.importer().run()
        try FileManager.default.createDirectory(
            atPath: "\(tiny.repository.path)/.tiny.importing", withIntermediateDirectories: true)

        let models = try ModelListing.models(in: tiny.repository.path)
        #expect(models.map(\.name) == ["tiny"])
        #expect(models.first?.versions == [1])
        #expect(models.first?.entry == imported.entry)
        let size =
            try tiny.repository.read("tiny/1/model.onnx").count + tiny.repository.read("tiny/1/model.onnx.data").count
        #expect(models.first?.byteCount == size)
    }
}
