import JSONText

extension ModelConfig {
    /// Which versions in the folder are served.
    package enum VersionPolicy: Sendable, Equatable {
        /// The so many highest.
        case latest(Int)
        case all
        case specific(Set<Int>)

        /// The served ones of the versions that exist, ascending.
        package func select(from versions: [Int]) -> [Int] {
            switch self {
            case .latest(let count): Array(versions.sorted().suffix(count))
            case .all: versions.sorted()
            case .specific(let wanted): versions.filter(wanted.contains).sorted()
            }
        }
    }
}

extension ModelConfig.VersionPolicy {
    private static let allowed =
        "\"latest\", {\"latest\": 2}, \"all\" or an array of positive integers"

    /// Reads the value of `versions`.
    init(_ value: JSONValue, _ reader: JSONObjectReader) throws(InferenceError) {
        switch value {
        case .string("latest"):
            self = .latest(1)
        case .string("all"):
            self = .all
        case .object(let members):
            guard members.count == 1, case .integer(let count)? = members["latest"], 1...1_000_000 ~= count else {
                throw reader.mismatch("versions", value, Self.allowed)
            }
            self = .latest(Int(count))
        case .array(let elements) where !elements.isEmpty:
            var versions: Set<Int> = []
            for element in elements {
                guard case .integer(let number) = element, number > 0, let version = Int(exactly: number) else {
                    throw reader.mismatch("versions", element, Self.allowed)
                }
                versions.insert(version)
            }
            self = .specific(versions)
        default:
            throw reader.mismatch("versions", value, Self.allowed)
        }
    }
}
