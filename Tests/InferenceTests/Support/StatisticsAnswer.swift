import FoundationEssentials

/// `GET /v2/models/stats`, every field required: what `perf_analyzer` reads.
struct StatisticsAnswer: Decodable {
    struct Total: Decodable {
        var count: UInt64
        var ns: UInt64
    }

    struct Batch: Decodable {
        var batchSize: Int
        var computeInput: Total
        var computeInfer: Total
        var computeOutput: Total
    }

    struct Times: Decodable {
        var success: Total
        var fail: Total
        var queue: Total
        var computeInput: Total
        var computeInfer: Total
        var computeOutput: Total
        var cacheHit: Total
        var cacheMiss: Total
    }

    struct Memory: Decodable, Equatable {
        var type: String
        var id: Int
        var byteSize: Int
    }

    struct Model: Decodable {
        var name: String
        var version: String
        var lastInference: UInt64
        var inferenceCount: UInt64
        var executionCount: UInt64
        var inferenceStats: Times
        var batchStats: [Batch]
        var memoryUsage: [Memory]
    }

    var modelStats: [Model]
}

extension InferenceServer {
    func statistics(_ path: String) async throws -> [StatisticsAnswer.Model] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(StatisticsAnswer.self, from: Data(try await get(path).text.utf8)).modelStats
    }
}
