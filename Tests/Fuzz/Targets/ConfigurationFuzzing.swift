import Inference
import ServiceAPI

/// From a configuration's text to what the server acts on.
enum ConfigurationFuzzing {
    static func run(_ input: UnsafeBufferPointer<UInt8>) {
        let text = Array(input)
        for config in [try? ModelConfig(parsing: text), try? ModelConfig(triton: text)] {
            if let config { check(config) }
        }
    }

    static func runText(_ input: UnsafeBufferPointer<UInt8>) {
        if let config = try? ModelConfig(tritonText: Array(input)) { check(config) }
    }

    private static func check(_ config: ModelConfig) {
        precondition(1...64 ~= config.instances, "\(config.instances) instances")
        // The name of a file in the version's folder must stay there.
        for name in [config.file] + Array(config.labels.values) {
            precondition(
                !name.isEmpty && !name.contains("/") && !name.hasPrefix(".") && !name.utf8.contains(0), "file '\(name)'"
            )
        }
        precondition(config.limits.values.allSatisfy { $0 > 0 }, "limits \(config.limits)")
        // They become C strings.
        precondition(config.parameters.allSatisfy { !$0.value.utf8.contains(0) }, "a parameter has a zero byte")
        for tensor in (config.inputs ?? []) + (config.outputs ?? []) {
            precondition(tensor.shape.allSatisfy { $0 >= -1 }, "shape \(tensor.shape)")
        }
    }
}
