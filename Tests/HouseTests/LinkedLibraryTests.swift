import Foundation
import ServiceTesting
import Testing

/// Design rule 3: which shared libraries an executable or plugin names, held against a written list.
@Suite struct LinkedLibraryTests {
    /// The C library, the C++ runtime, which the Swift runtime needs itself, and zlib, which async-http-client brings.
    private static let base: Set = [
        "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "ld-linux-x86-64.so.2", "libz.so.1",
    ]
    /// The Swift runtime of a dynamic build; in an image it is linked statically.
    private static let runtime: Set = [
        "libswiftCore.so", "libswift_Concurrency.so", "libswift_StringProcessing.so", "libswift_RegexParser.so",
        "libswift_Builtin_float.so", "libswiftGlibc.so", "libswiftDispatch.so", "libswiftSynchronization.so",
        "libswiftObservation.so", "libswiftSwiftOnoneSupport.so", "libdispatch.so", "libBlocksRuntime.so",
    ]
    private static let essentials: Set = [
        "libFoundationEssentials.so", "lib_FoundationCShims.so", "lib_FoundationCollections.so",
    ]
    /// With ICU and its data; see `SourceTextTests`.
    private static let foundation: Set = [
        "libFoundation.so", "libFoundationInternationalization.so", "lib_FoundationICU.so",
    ]

    private static let recognition: Set = ["libtesseract.so.5", "liblept.so.5", "libpdfium.so"]
    /// What tesseract.pc names besides Tesseract; which libcurl depends on the machine's development package.
    private static let tesseractNeeds: Set = [
        "libarchive.so.13", "libcurl.so.4", "libcurl-nss.so.4", "libcurl-gnutls.so.4",
    ]
    private static let language: Set = ["libicuuc.so.72", "libicudata.so.72", "libcld2.so.0"]
    private static let databases: Set = ["libsqlite3.so.0", "libpq.so.5"]

    private static let executables: [(name: String, own: Set<String>)] = [
        ("quinion-sandbox", []),
        ("inference", []),
        // swift-mustache imports Foundation.
        ("reporting", foundation),
        ("nlp", language),
        ("document-recognition", recognition),
        ("feature-store", databases.union(foundation)),
        ("quinion", recognition.union(language).union(databases).union(foundation)),
    ]

    /// Where the running test bundle lies, and so the executables built with it.
    private static let buildFolder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path

    private func needed(_ path: String) throws -> Set<String> {
        let lines = try Command.run("readelf", "--dynamic", "--wide", path).split(separator: "\n")
        return Set(
            lines.filter { $0.contains("(NEEDED)") }.compactMap { line in
                line.split(separator: "[").last.map { String($0.dropLast()) }
            })
    }

    @Test(arguments: executables.indices)
    func anExecutableLinksOnlyWhatIsItsOwn(index: Int) throws {
        let (name, own) = Self.executables[index]
        let found = try needed("\(Self.buildFolder)/\(name)")
        let allowed = own.union(Self.base).union(Self.runtime).union(Self.essentials)
            .union(own.isSuperset(of: Self.recognition) ? Self.tesseractNeeds : [])
        #expect(found.subtracting(allowed) == [], "\(name)")
        // What the list grants and nothing uses is a list that has grown stale.
        #expect(own.subtracting(Self.foundation).subtracting(["libicudata.so.72"]).subtracting(found) == [], "\(name)")
    }

    /// A plugin is C or C++ behind the ABI: one engine, no Swift runtime.
    ///
    /// An engine that is not installed has no plugin.
    @Test(arguments: [
        ("openvino", ["libopenvino_c.so"]), ("onnxruntime", ["libonnxruntime.so"]), ("xgboost", ["libxgboost.so"]),
        ("libtorch", ["libtorch.so", "libtorch_cpu.so", "libc10.so"]),
    ])
    func aPluginLinksItsEngineAndNoSwift(backend: String, engine: [String]) throws {
        let plugin = Repository.root + "/.build/plugins/libquinion_\(backend).so"
        guard FileManager.default.fileExists(atPath: plugin) else {
            #expect(
                backend == "libtorch", "make plugins builds all but libtorch, which deploy/setup fetches when asked")
            return
        }
        let found = try needed(plugin)
        let own = found.filter { library in engine.contains { library.hasPrefix($0) } }
        #expect(!own.isEmpty)
        #expect(found.subtracting(own).subtracting(Self.base) == [])
    }

    /// What runs and checks plugins links none of them.
    @Test(arguments: ["quinion-engine", "backend-conformance"])
    func aProgramForPluginsLinksNoEngine(name: String) throws {
        #expect(try needed(Repository.root + "/.build/plugins/\(name)").subtracting(Self.base) == [])
    }
}
