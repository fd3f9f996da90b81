import FoundationEssentials

/// `<repository>/<model>/config.json`: what the inference server and people need to know of a model.
package struct ModelEntry: Codable, Hashable, Sendable {
    package static let fileName = "config.json"

    package struct Tensor: Codable, Hashable, Sendable {
        package var name: String
        /// As in the Open Inference Protocol.
        package var datatype: String
        /// -1 is free.
        package var shape: [Int]
    }

    /// Where the model came from.
    package struct Source: Codable, Hashable, Sendable {
        /// Version of the importer's output: raised whenever the same source gives another entry.
        package var importer: Int
        /// `model_type` of the source.
        package var architecture: String
        /// SPDX-like identifier from the model card.
        package var licence: String?
        /// SHA-256 of each file read, by name.
        package var files: [String: String]
    }

    /// Whether requests may share an execution; how is the server's to choose.
    package struct DynamicBatching: Codable, Hashable, Sendable {}

    /// Sequences of different lengths in one execution.
    package struct Ragged: Codable, Hashable, Sendable {
        package var axis: String
        package var mask: String
        /// What inputs are padded with where it is not 0.
        package var padding: [String: Int]
    }

    package var name: String
    package var backend: String
    /// Name of the model file in the version's folder.
    package var file: String
    package var inputs: [Tensor]
    package var outputs: [Tensor]
    /// Names of the dimensions of inputs and outputs; those of one name are equal in a request.
    package var axes: [String: [String]]
    /// Greatest size of the dimensions of a name.
    package var limits: [String: Int]
    /// Rows of one execution.
    package var maxBatchSize: Int?
    package var dynamicBatching: DynamicBatching?
    package var ragged: Ragged?
    /// Names of files beside this one that name an output's classes, one a line, by output.
    package var labels: [String: String]?
    /// Settings for the backend.
    package var parameters: [String: String]
    package var source: Source?

    private enum CodingKeys: String, CodingKey {
        case name, backend, file, inputs, outputs, axes, limits, ragged, parameters, source
        case maxBatchSize = "max_batch_size"
        case dynamicBatching = "dynamic_batching"
    }

    /// Sorted keys and fixed layout: equal entries are equal bytes.
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }
}
