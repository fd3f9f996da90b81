import HTTPTypes
import JSONText

extension TritonConfigWriter {
    /// What this server has beyond Triton, under the keys of `config.json`.
    func writeOwn(_ json: inout JSONWriter) {
        json.raw(",\"isolation\":")
        json.string(config.isolation.rawValue)
        if config.pinsInstances { json.raw(",\"pin_instances\":true") }
        json.raw(",\"inline_microseconds\":")
        json.integer(config.inlineMicroseconds)
        json.raw(",\"max_batch_tokens\":")
        json.integer(config.batching.maxBatchTokens)
        json.raw(",\"max_batch_bytes\":")
        json.integer(config.batching.maxBatchBytes)
        json.raw(",\"queue\":{\"requests\":")
        json.integer(config.queue.requests)
        json.raw(",\"bytes\":")
        json.integer(config.queue.bytes)
        json.raw(",\"tokens\":")
        json.integer(config.queue.tokens)
        json.raw(",\"ageing\":")
        json.integer(config.queue.ageing)
        json.raw("}")
        if let ragged = config.batching.ragged { write(ragged, &json) }
        json.raw(",\"axes\":")
        json.object(config.axes) { json, axes in json.array(axes) { $0.string($1) } }
        json.raw(",\"limits\":")
        json.object(config.limits) { $0.integer($1) }
        json.raw(",\"checksums\":")
        json.object(config.checksums) { $0.string($1) }
        json.raw(",\"response_cache\":{\"enable\":")
        json.bool(config.cacheBytes != nil)
        if let bytes = config.cacheBytes {
            json.raw(",\"max_bytes\":")
            json.integer(bytes)
        }
        json.raw("}")
        writeTraffic(&json)
        if let steps = config.ensemble { write(steps, &json) }
    }

    private func write(_ steps: [EnsembleStep], _ json: inout JSONWriter) {
        json.raw(",\"ensemble_scheduling\":{\"step\":")
        json.array(steps) { json, step in
            json.raw("{\"model_name\":")
            json.string(step.model)
            json.raw(",\"model_version\":")
            json.integer(step.version ?? -1)
            json.raw(",\"input_map\":")
            json.object(step.inputs) { $0.string($1) }
            json.raw(",\"output_map\":")
            json.object(step.outputs) { $0.string($1) }
            json.raw("}")
        }
        json.raw("}")
    }

    private func write(_ ragged: Batching.Ragged, _ json: inout JSONWriter) {
        json.raw(",\"ragged\":{\"axis\":")
        json.string(ragged.axis)
        json.raw(",\"mask\":")
        json.string(ragged.mask)
        json.raw(",\"padding\":")
        json.object(ragged.padding) { $0.integer($1) }
        json.raw(",\"grouping\":")
        json.string(ragged.grouping.rawValue)
        json.raw("}")
    }

    private func writeTraffic(_ json: inout JSONWriter) {
        json.raw(",\"version_labels\":")
        json.object(traffic.labels) { $0.integer($1) }
        json.raw(",\"traffic\":{\"split\":")
        json.array(traffic.shares) { json, share in
            json.raw("{\"version\":")
            json.integer(share.version)
            json.raw(",\"percent\":")
            json.float(Double(share.basisPoints) / 100)
            json.raw("}")
        }
        if let header = traffic.stickyHeader {
            json.raw(",\"sticky_header\":")
            json.string(header.rawName)
        }
        json.raw(",\"headers\":")
        json.array(traffic.rules) { json, rule in
            json.raw("{\"name\":")
            json.string(rule.name.rawName)
            json.raw(",\"value\":")
            json.string(rule.value)
            json.raw(",\"version\":")
            json.integer(rule.version)
            json.raw("}")
        }
        if let shadow = traffic.shadow {
            json.raw(",\"shadow\":{\"version\":")
            json.integer(shadow.version)
            json.raw(",\"percent\":")
            json.float(Double(shadow.basisPoints) / 100)
            json.raw(",\"tolerance\":")
            json.float(shadow.tolerance)
            json.raw("}")
        }
        json.raw("}")
        if let limit = traffic.rateLimit {
            json.raw(",\"rate_limit\":{\"requests_per_second\":")
            json.float(limit.requestsPerSecond)
            json.raw(",\"burst\":")
            json.integer(limit.burst)
            json.raw("}")
        }
        json.raw(",\"time_limit_microseconds\":")
        json.integer(traffic.timeLimit)
    }
}

extension JSONWriter {
    /// `{"a":1,"b":2}`, by key.
    fileprivate mutating func object<Value>(
        _ members: [String: Value], _ write: (inout JSONWriter, Value) -> Void
    ) {
        raw("{")
        for (index, (key, value)) in members.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { raw(",") }
            string(key)
            raw(":")
            write(&self, value)
        }
        raw("}")
    }
}
