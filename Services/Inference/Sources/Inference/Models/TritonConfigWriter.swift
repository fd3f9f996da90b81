import JSONText
import ServiceAPI

/// Writes a model's configuration as Triton's `ModelConfig` in JSON, which `perf_analyzer` reads, and which can be sent back
/// to load the model with changes.
struct TritonConfigWriter {
    let model: ServedModel
    let traffic: TrafficPolicy

    var config: ModelConfig { model.config }
    private var hasBatchDimension: Bool { config.batching.maxBatchSize > 0 }

    func write(_ json: inout JSONWriter) {
        json.raw("{\"name\":")
        json.string(model.name)
        // Triton's `platform` names some of its own engines; a backend is named by `backend` alone.
        json.raw(",\"platform\":")
        json.string(config.ensemble == nil ? "" : "ensemble")
        json.raw(",\"backend\":")
        json.string(config.backend)
        json.raw(",\"version_policy\":")
        writePolicy(&json)
        json.raw(",\"max_batch_size\":")
        json.integer(config.batching.maxBatchSize)
        json.raw(",\"input\":")
        json.array(model.signature.inputs) { json, tensor in
            writeHead(tensor, &json)
            json.raw(",\"format\":\"FORMAT_NONE\",\"is_shape_tensor\":false,\"allow_ragged_batch\":")
            json.bool(config.batching.ragged != nil)
            json.raw(",\"optional\":false}")
        }
        json.raw(",\"output\":")
        json.array(model.signature.outputs) { json, tensor in
            writeHead(tensor, &json)
            json.raw(",\"label_filename\":")
            json.string(config.labels[tensor.name] ?? "")
            json.raw(",\"is_shape_tensor\":false}")
        }
        json.raw(",\"batch_input\":[],\"batch_output\":[],\"instance_group\":[{\"name\":")
        json.string("\(model.name)_0")
        json.raw(",\"kind\":\"KIND_CPU\",\"count\":")
        json.integer(config.instances)
        json.raw(",\"gpus\":[],\"secondary_devices\":[],\"profile\":[],\"passive\":false,\"host_policy\":\"\"}]")
        if config.batching.isDynamic { writeBatching(&json) }
        json.raw(",\"default_model_filename\":")
        json.string(config.file)
        json.raw(",\"cc_model_filenames\":{},\"metric_tags\":{},\"parameters\":{")
        for (index, parameter) in config.parameters.enumerated() {
            if index > 0 { json.raw(",") }
            json.string(parameter.key)
            json.raw(":{\"string_value\":")
            json.string(parameter.value)
            json.raw("}")
        }
        json.raw("},\"model_warmup\":")
        writeWarmup(&json)
        json.raw(",\"model_transaction_policy\":{\"decoupled\":false}")
        writeOwn(&json)
        json.raw("}")
    }

    private func writePolicy(_ json: inout JSONWriter) {
        switch config.versions {
        case .latest(let count):
            json.raw("{\"latest\":{\"num_versions\":")
            json.integer(count)
            json.raw("}}")
        case .all:
            json.raw("{\"all\":{}}")
        case .specific(let versions):
            json.raw("{\"specific\":{\"versions\":")
            json.array(versions.sorted()) { $0.integer($1) }
            json.raw("}}")
        }
    }

    private func writeHead(_ tensor: TensorDescription, _ json: inout JSONWriter) {
        json.raw("{\"name\":")
        json.string(tensor.name)
        json.raw(",\"data_type\":")
        json.string(tensor.datatype == .bytes ? "TYPE_STRING" : "TYPE_\(tensor.datatype.rawValue)")
        json.raw(",\"dims\":")
        json.array(tensor.shape.dropFirst(hasBatchDimension ? 1 : 0)) { $0.integer($1) }
    }

    private func writeBatching(_ json: inout JSONWriter) {
        let batching = config.batching
        json.raw(",\"dynamic_batching\":{\"preferred_batch_size\":")
        json.array(batching.preferredBatchSizes) { $0.integer($1) }
        json.raw(",\"max_queue_delay_microseconds\":")
        json.integer(batching.maxQueueDelay)
        json.raw(",\"preserve_ordering\":")
        json.bool(batching.preservesOrdering)
        json.raw(",\"priority_levels\":")
        json.integer(batching.priorityLevels)
        json.raw(",\"default_priority_level\":")
        json.integer(batching.defaultPriorityLevel)
        json.raw(",\"default_queue_policy\":")
        writePolicy(batching.defaultQueuePolicy, &json)
        json.raw(",\"priority_queue_policy\":{")
        for (index, (level, policy)) in batching.priorityQueuePolicies.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { json.raw(",") }
            json.string(String(level))
            json.raw(":")
            writePolicy(policy, &json)
        }
        json.raw("}}")
    }

    private func writePolicy(_ policy: Batching.QueuePolicy, _ json: inout JSONWriter) {
        json.raw("{\"timeout_action\":")
        json.string(policy.timeoutAction.rawValue)
        json.raw(",\"default_timeout_microseconds\":")
        json.integer(policy.defaultTimeout)
        json.raw(",\"allow_timeout_override\":")
        json.bool(policy.allowsTimeoutOverride)
        json.raw(",\"max_queue_size\":")
        json.integer(policy.maxQueueSize)
        json.raw("}")
    }

    private func writeWarmup(_ json: inout JSONWriter) {
        json.array(config.warmup.enumerated()) { json, item in
            let warmup = item.element
            json.raw("{\"name\":")
            json.string("warmup_\(item.offset)")
            let batch = warmup.inputs.values.first?.shape.first ?? 1
            json.raw(",\"batch_size\":")
            json.integer(hasBatchDimension ? batch : 0)
            json.raw(",\"inputs\":{")
            for (index, (name, input)) in warmup.inputs.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { json.raw(",") }
                json.string(name)
                json.raw(":{\"dims\":")
                json.array(input.shape.dropFirst(hasBatchDimension ? 1 : 0)) { $0.integer($1) }
                switch input.data {
                case .zero: json.raw(",\"zero_data\":true}")
                case .random: json.raw(",\"random_data\":true}")
                case .constant(let value):
                    json.raw(",\"constant\":")
                    json.float(value)
                    json.raw("}")
                }
            }
            json.raw("},\"count\":")
            json.integer(warmup.count)
            json.raw("}")
        }
    }
}
