import Foundation
package import ServiceAPI
import Yams

/// Declarations of features in YAML files.
package enum DefinitionFiles {
    /// Reads the files and, in folders, all `.yaml` and `.yml` files, sorted by path.
    /// - Throws: ``CommandError`` naming file and key.
    package static func read(_ paths: [String]) throws -> FeatureDefinitions {
        var definitions = FeatureDefinitions()
        for file in try paths.flatMap(files) { definitions = definitions + (try read(file: file)) }
        return definitions
    }

    private static func read(file path: String) throws -> FeatureDefinitions {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError(ExitStatus.noInput, "\(path) cannot be read")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandError(ExitStatus.configuration, "\(path) is not UTF-8")
        }
        return try parse(text, path: path)
    }

    /// Reads the text of a file.
    package static func parse(_ text: String, path: String) throws -> FeatureDefinitions {
        do {
            // An empty file declares nothing.
            guard try Yams.compose(yaml: text) != nil else { return FeatureDefinitions() }
            return try YAMLDecoder().decode(FeatureDefinitions.self, from: text)
        } catch let error as DecodingError {
            throw CommandError(ExitStatus.configuration, "\(path): \(describe(error))")
        } catch {
            throw CommandError(ExitStatus.configuration, "\(path): \(error)")
        }
    }

    private static func files(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandError(ExitStatus.noInput, "there is no \(path)")
        }
        guard isFolder.boolValue else { return [path] }
        let found = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        let files = found.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map { path + "/" + $0 }
        guard !files.isEmpty else {
            throw CommandError(ExitStatus.noInput, "there are no .yaml files in \(path)")
        }
        return files
    }

    private static func describe(_ error: DecodingError) -> String {
        let (context, key): (DecodingError.Context, (any CodingKey)?) =
            switch error {
            case .keyNotFound(let key, let context): (context, key)
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context, nil)
            @unknown default: (.init(codingPath: [], debugDescription: "\(error)"), nil)
            }
        let path = (context.codingPath + (key.map { [$0] } ?? [])).map { key in
            key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
        }.joined()
        let reason =
            key == nil
            ? context.underlyingError.map { "\($0)" } ?? context.debugDescription
            : "is missing"
        return path.isEmpty ? reason : "\(path.dropFirst(path.hasPrefix(".") ? 1 : 0)): \(reason)"
    }
}
