import JSONText

extension Batching {
    /// Takes the keys about batches from a model's configuration.
    init(_ reader: inout JSONObjectReader) throws(InferenceError) {
        self.init()
        maxBatchSize = try reader.integer("max_batch_size", in: 0...65_536) ?? maxBatchSize
        maxBatchTokens = try reader.integer("max_batch_tokens", in: 1...(1 << 30)) ?? maxBatchTokens
        maxBatchBytes = try reader.integer("max_batch_bytes", in: 1...(1 << 40)) ?? maxBatchBytes
        if let value = reader.take("dynamic_batching") {
            isDynamic = true
            try readDynamic(value)
        }
        if let value = reader.take("ragged") { ragged = try Ragged(value) }
        guard ragged == nil || maxBatchSize > 0 else {
            throw InferenceError(.invalidModel, "'ragged' needs a 'max_batch_size' of at least 1")
        }
    }

    private mutating func readDynamic(_ value: JSONValue) throws(InferenceError) {
        var reader = try JSONObjectReader(value, path: "dynamic_batching")
        if let value = reader.take("preferred_batch_size") {
            guard case .array(let elements) = value else {
                throw reader.mismatch("preferred_batch_size", value, "an array of sizes")
            }
            for element in elements {
                guard case .integer(let size) = element, size >= 1, size <= maxBatchSize else {
                    throw reader.mismatch(
                        "preferred_batch_size", element, "sizes from 1 to 'max_batch_size', which is \(maxBatchSize)")
                }
                preferredBatchSizes.append(Int(size))
            }
            preferredBatchSizes.sort()
        }
        maxQueueDelay = try reader.integer("max_queue_delay_microseconds", in: Self.microseconds) ?? maxQueueDelay
        preservesOrdering = try reader.bool("preserve_ordering") ?? preservesOrdering
        priorityLevels = try reader.integer("priority_levels", in: 0...1000) ?? priorityLevels
        let levels = priorityLevels
        if let level = try reader.integer("default_priority_level", in: 0...max(levels, 0)) {
            defaultPriorityLevel = level
        }
        guard levels == 0 || defaultPriorityLevel > 0 else {
            throw InferenceError(
                .invalidModel, "'dynamic_batching.default_priority_level' is missing, expected 1 to \(levels)")
        }
        if let value = reader.take("default_queue_policy") {
            defaultQueuePolicy = try QueuePolicy(value, path: "dynamic_batching.default_queue_policy")
        }
        if let value = reader.take("priority_queue_policy") { try readPolicies(value, reader) }
        try reader.finish()
    }

    private mutating func readPolicies(_ value: JSONValue, _ reader: JSONObjectReader) throws(InferenceError) {
        guard case .object(let members) = value else {
            throw reader.mismatch("priority_queue_policy", value, "an object of policies by priority level")
        }
        for (key, value) in members {
            guard let level = Int(key), 1...max(1, priorityLevels) ~= level else {
                throw reader.mismatch(
                    "priority_queue_policy", .string(key), "a level from 1 to \(max(1, priorityLevels)) as a key")
            }
            priorityQueuePolicies[level] = try QueuePolicy(
                value, path: "dynamic_batching.priority_queue_policy.\(level)")
        }
    }

    /// Up to a day.
    fileprivate static let microseconds = 0...86_400_000_000
}

extension Batching.QueuePolicy {
    fileprivate init(_ value: JSONValue, path: String) throws(InferenceError) {
        self.init()
        var reader = try JSONObjectReader(value, path: path)
        if let text = try reader.string("timeout_action") {
            guard let action = Batching.TimeoutAction(rawValue: text) else {
                throw reader.mismatch("timeout_action", .string(text), "\"REJECT\" or \"DELAY\"")
            }
            timeoutAction = action
        }
        defaultTimeout =
            try reader.integer("default_timeout_microseconds", in: Batching.microseconds) ?? defaultTimeout
        allowsTimeoutOverride = try reader.bool("allow_timeout_override") ?? allowsTimeoutOverride
        maxQueueSize = try reader.integer("max_queue_size", in: 0...1_000_000) ?? maxQueueSize
        try reader.finish()
    }
}

extension Batching.Ragged {
    fileprivate init(_ value: JSONValue) throws(InferenceError) {
        var reader = try JSONObjectReader(value, path: "ragged")
        guard let axis = try reader.string("axis"), let mask = try reader.string("mask") else {
            throw InferenceError(.invalidModel, "'ragged' needs 'axis', a name in 'axes', and 'mask', an input's name")
        }
        self.init(axis: axis, mask: mask)
        padding = try reader.dictionary("padding", of: "an integer") { value in
            if case .integer(let number) = value { Int(number) } else { nil }
        }
        if let text = try reader.string("grouping") {
            guard let grouping = Batching.Grouping(rawValue: text) else {
                throw reader.mismatch("grouping", .string(text), "\"length\" or \"arrival\"")
            }
            self.grouping = grouping
        }
        try reader.finish()
    }
}
