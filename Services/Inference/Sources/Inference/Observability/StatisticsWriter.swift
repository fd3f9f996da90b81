import JSONText

extension JSONWriter {
    /// A version's statistics in the form of Triton's extension.
    ///
    /// - Parameter memoryBytes: Of the processor's memory.
    mutating func statistics(of model: ModelStatistics, memoryBytes: Int) {
        let totals = model.current
        raw("{\"name\":")
        string(model.model)
        raw(",\"version\":")
        string(String(model.version))
        raw(",\"last_inference\":")
        integer(totals.lastInference)
        raw(",\"inference_count\":")
        integer(totals.inferences)
        raw(",\"execution_count\":")
        integer(totals.executions)
        raw(",\"inference_stats\":{")
        total("success", totals.success)
        raw(",")
        total("fail", totals.fail)
        raw(",")
        total("queue", totals.queue)
        raw(",")
        compute(totals.input, totals.infer, totals.output)
        raw(",")
        total("cache_hit", totals.cacheHit)
        raw(",")
        total("cache_miss", totals.cacheMiss)
        // Triton's field for models that answer in parts, which there are none of here.
        raw("},\"response_stats\":{},\"batch_stats\":")
        array(totals.batches.sorted { $0.key < $1.key }) { json, batch in
            json.raw("{\"batch_size\":")
            json.integer(batch.key)
            json.raw(",")
            json.compute(batch.value.input, batch.value.infer, batch.value.output)
            json.raw("}")
        }
        raw(",\"memory_usage\":[{\"type\":\"CPU\",\"id\":0,\"byte_size\":")
        integer(memoryBytes)
        raw("}]}")
    }

    private mutating func compute(
        _ input: ModelStatistics.Total, _ infer: ModelStatistics.Total, _ output: ModelStatistics.Total
    ) {
        total("compute_input", input)
        raw(",")
        total("compute_infer", infer)
        raw(",")
        total("compute_output", output)
    }

    private mutating func total(_ name: StaticString, _ total: ModelStatistics.Total) {
        raw("\"")
        raw(name)
        raw("\":{\"count\":")
        integer(total.count)
        raw(",\"ns\":")
        integer(total.ns)
        raw("}")
    }
}
