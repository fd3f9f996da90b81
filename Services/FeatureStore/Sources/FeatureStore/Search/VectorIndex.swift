/// The vectors of all passages in one matrix, searched through from end to end.
///
/// Rows are loaded when first searched for and follow the store by its order of ingestion. The matrix is bounded;
/// passages beyond the bound are read from the store at each search, in blocks.
actor VectorIndex {
    struct Hit: Sendable, Equatable {
        var document: String
        var ordinal: Int
        var sequence: Int64
        var score: Float
    }

    private struct Entry {
        /// Index into `documents`.
        var document: Int32
        var ordinal: Int32
        var sequence: Int64
    }

    private static let block = 512

    private let executor = QueueExecutor(label: "feature-store.search")
    private let passages: PassageStore
    private let capacity: Int
    private var dimensions = 0
    private var matrix: [Float] = []
    private var entries: [Entry] = []
    private var documents: [String] = []
    private var numbers: [String: Int32] = [:]
    private var watermark: Int64 = 0
    private var isLoading = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter capacity: most passages held in memory.
    init(passages: PassageStore, capacity: Int) {
        self.passages = passages
        self.capacity = capacity
    }

    var count: Int { entries.count }

    /// The documents whose best passage is most similar to `query`, best first.
    /// - Parameter allowed: only these documents, where given.
    func search(_ query: [Float], limit: Int, allowed: Set<String>?) async throws -> [Hit] {
        try await follow()
        var best: [Int32: (row: Int, score: Float)] = [:]
        if query.count == dimensions {
            let mask = allowed.map { allowed in documents.map { allowed.contains($0) } }
            scan(query) { row, score in
                let document = entries[row].document
                if let mask, !mask[Int(document)] { return }
                if let known = best[document], known.score >= score { return }
                best[document] = (row, score)
            }
        }
        var hits = best.map { document, found in
            Hit(
                document: documents[Int(document)], ordinal: Int(entries[found.row].ordinal),
                sequence: entries[found.row].sequence, score: found.score)
        }
        if entries.count >= capacity { hits = try await searchStore(query, allowed: allowed, known: hits) }
        hits.sort { ($0.score, $1.document) > ($1.score, $0.document) }
        return Array(hits.prefix(limit))
    }

    /// Forgets a document's rows.
    func remove(_ document: String) {
        guard let number = numbers[document] else { return }
        var kept = 0
        for row in entries.indices where entries[row].document != number {
            if kept != row {
                entries[kept] = entries[row]
                for column in 0..<dimensions { matrix[kept * dimensions + column] = matrix[row * dimensions + column] }
            }
            kept += 1
        }
        entries.removeLast(entries.count - kept)
        matrix.removeLast(matrix.count - kept * dimensions)
    }

    /// Adds the passages that came since the last time.
    private func follow() async throws {
        // One search loads; another that comes meanwhile searches what is there.
        guard !isLoading else { return }
        isLoading = true
        defer { isLoading = false }
        while entries.count < capacity {
            let vectors = try await passages.vectors(
                after: watermark, limit: min(Self.block, capacity - entries.count))
            guard !vectors.isEmpty else { return }
            for vector in vectors { append(vector) }
        }
    }

    private func append(_ vector: PassageStore.Vector) {
        watermark = max(watermark, vector.sequence)
        if dimensions == 0 { dimensions = vector.values.count }
        // Vectors of another model's length cannot be compared.
        guard vector.values.count == dimensions else { return }
        // A document that is analysed anew begins with its first passage; what was there is no more.
        if vector.ordinal == 0 { remove(vector.document) }
        let number =
            numbers[vector.document]
            ?? {
                let number = Int32(documents.count)
                documents.append(vector.document)
                numbers[vector.document] = number
                return number
            }()
        entries.append(Entry(document: number, ordinal: Int32(vector.ordinal), sequence: vector.sequence))
        matrix += vector.values
    }

    private func scan(_ query: [Float], _ visit: (_ row: Int, _ score: Float) -> Void) {
        let dimensions = dimensions
        query.withUnsafeBufferPointer { queryBuffer in
            matrix.withUnsafeBufferPointer { matrixBuffer in
                guard let query = queryBuffer.baseAddress, let matrix = matrixBuffer.baseAddress else { return }
                for row in entries.indices {
                    visit(row, Vector.dot(query, matrix + row * dimensions, count: dimensions))
                }
            }
        }
    }

    private func searchStore(_ query: [Float], allowed: Set<String>?, known: [Hit]) async throws -> [Hit] {
        var best = Dictionary(known.map { ($0.document, $0) }) { $1 }
        var after = watermark
        while true {
            let vectors = try await passages.vectors(after: after, limit: Self.block)
            guard let last = vectors.last else { return Array(best.values) }
            after = last.sequence
            for vector in vectors where vector.values.count == query.count {
                guard allowed?.contains(vector.document) ?? true else { continue }
                let score = Vector.dot(query, vector.values)
                if let known = best[vector.document], known.score >= score { continue }
                best[vector.document] = Hit(
                    document: vector.document, ordinal: vector.ordinal, sequence: vector.sequence, score: score)
            }
        }
    }
}
