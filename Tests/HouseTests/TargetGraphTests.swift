import Foundation
import ServiceTesting
import Testing

/// Design rule 2: services stand on Shared and never on each other; Shared stands on no service.
@Suite struct TargetGraphTests {
    private struct Manifest: Decodable {
        struct Dependency: Decodable {
            /// The name of a target of this package, or of a product or target of another.
            let name: String

            init(from decoder: any Decoder) throws {
                let forms = try decoder.singleValueContainer().decode([String: [String?]].self)
                self.name = (forms["byName"] ?? forms["target"] ?? forms["product"] ?? []).first.flatMap(\.self) ?? ""
            }
        }

        struct Target: Decodable {
            let name: String
            let path: String
            let type: String
            let dependencies: [Dependency]

            /// The folder that owns the target: `Services/Inference`, `Shared` or `Tests`.
            var house: String {
                let parts = path.split(separator: "/")
                return parts[0] == "Services" ? parts.prefix(2).joined(separator: "/") : String(parts[0])
            }
        }

        let targets: [Target]
    }

    private let targets: [Manifest.Target]

    init() throws {
        // A scratch folder of its own: `swift test` holds the lock of the usual one.
        let scratch = FileManager.default.temporaryDirectory.appending(path: "manifest-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let json = try Command.run(
            "swift", "package", "--package-path", Repository.root, "--scratch-path", scratch, "dump-package")
        self.targets = try JSONDecoder().decode(Manifest.self, from: Data(json.utf8)).targets
    }

    @Test func everyDependencyPointsDownwards() throws {
        let byName = Dictionary(uniqueKeysWithValues: targets.map { ($0.name, $0) })
        var seen = 0
        for target in targets where target.house != "Tests" {
            for dependency in target.dependencies.compactMap({ byName[$0.name] }) {
                seen += 1
                if target.house == "Services/Suite" { continue }
                #expect(
                    dependency.house == target.house || dependency.house == "Shared",
                    "\(target.name) of \(target.house) must not depend on \(dependency.name) of \(dependency.house)")
            }
        }
        #expect(seen > 30)
    }

    @Test func onlyTestsImportTheTestingLibrary() {
        for target in targets where target.house != "Tests" && target.name != "ServiceTesting" {
            #expect(!target.dependencies.contains { $0.name == "ServiceTesting" }, "\(target.name)")
        }
    }

    /// Design rule 3: a C library belongs to one target of one service.
    @Test func aSystemLibraryHasOneOwner() {
        for library in targets where library.type == "system" {
            let owners = targets.filter { $0.dependencies.contains { $0.name == library.name } }
            #expect(owners.count == 1, "\(library.name) is used by \(owners.map(\.name))")
        }
    }
}
