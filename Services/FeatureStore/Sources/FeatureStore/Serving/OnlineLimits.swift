/// Bounds of a request for online features, so that none of them takes the process's memory.
enum OnlineLimits {
    /// Entity rows of a request.
    static let rows = 100_000
    /// Rows times features of a request.
    static let cells = 5_000_000
    /// Bytes of stored rows that are read for a request, and of an answer.
    static let bytes = 256 << 20
    /// Bytes of a cell that are reserved before they are known.
    private static let cell = 96

    static func check(rows: Int, field: String) throws {
        guard rows <= Self.rows else {
            throw FeatureStoreError(
                .invalidEntity, "\(field) has \(rows) rows; a request has at most \(Self.rows)", field: field)
        }
    }

    static func check(rows: Int, outputs: Int) throws {
        guard rows * outputs <= cells else {
            throw FeatureStoreError(
                .invalidEntity,
                "\(rows) rows of \(outputs) features are more than \(cells) cells; ask for them in parts",
                field: "entities")
        }
    }

    static func check(bytes count: Int, most: Int = bytes) throws {
        guard count <= most else {
            throw FeatureStoreError(
                .answerTooLarge, "the answer is larger than \(most >> 20) MiB; ask for it in parts", field: "entities")
        }
    }

    /// What an answer's buffer begins with: most answers fit, and none has more than 16 MiB before it is written.
    static func reservation(rows: Int, columns: Int) -> Int {
        256 + min(rows * columns * cell, 16 << 20)
    }
}
