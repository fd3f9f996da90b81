import FoundationEssentials
import ServiceTesting
import Testing

/// Rules that the sources' text keeps.
@Suite struct SourceTextTests {
    private func sources(below folder: String) throws -> [String] {
        try Command.run("git", "-C", Repository.root, "ls-files", "--", folder)
            .split(separator: "\n").map(String.init).filter { $0.hasSuffix(".swift") }
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: Repository.root + "/" + path)), as: UTF8.self)
    }

    /// Full Foundation with its ICU data costs an image about 50 MB; only the feature store, whose GRDB brings it, and
    /// the suite, which contains that, may import it, and so may the library that only tests link.
    @Test func noServiceImportsFullFoundation() throws {
        let allowed = ["Services/FeatureStore/", "Services/Suite/", "Shared/ServiceTesting/"]
        for path in try sources(below: "Services") + sources(below: "Shared")
        where !allowed.contains(where: path.hasPrefix) {
            let imports = try text(path).split(separator: "\n").filter { line in
                line.split(separator: " ").suffix(2) == ["import", "Foundation"]
            }
            #expect(imports.isEmpty, "\(path) imports Foundation; FoundationEssentials is enough")
        }
    }

    @Test func noFileHasANameThatSaysNothing() throws {
        for path in try sources(below: ".") {
            let name = path.split(separator: "/").last ?? ""
            for word in ["Utils", "Util.", "Helper", "Common", "Manager"] {
                #expect(!name.contains(word), "\(path)")
            }
        }
    }

    @Test func generatedFilesAreWhatGenerateWrites() throws {
        try Command.run(Repository.root + "/deploy/generate", "--check")
    }

    @Test func theTopLevelHoldsWhatTheDesignNames() throws {
        let allowed: Set = [
            "Package.swift", "Services", "Shared", "Tests", "docker-compose.yml", "docker-compose.dev.yml", "deploy",
            "README.md", "Makefile", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
        ]
        let top = try Command.run("git", "-C", Repository.root, "ls-files")
            .split(separator: "\n").map { String($0.split(separator: "/")[0]) }.filter { !$0.hasPrefix(".") }
        #expect(Set(top).subtracting(allowed) == [])
    }
}
