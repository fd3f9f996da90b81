import FoundationEssentials
import ServiceAPI

/// What a step hands back: all of it is written in one transaction with the step's state.
struct StepOutput: Sendable {
    /// JSON.
    var result: Data
    /// Service, engine, model and step code, each with its version.
    var versions: [String: String]
    /// What the result lacks, if anything.
    var missing: StepFailure?
    var effects: [StepEffect]

    init(
        _ result: some Encodable, versions: [String: String] = [:], missing: StepFailure? = nil,
        effects: [StepEffect] = []
    ) throws {
        self.result = try JSONEncoder().encode(result)
        self.versions = versions
        self.missing = missing
        self.effects = effects
    }
}

/// A change that a step makes besides its result.
enum StepEffect: Sendable {
    case rendition(Rendition.Kind, IncomingFile.Content, mediaType: String)
    case excerpt(String)
    case type(String?)
    case passages([Passage], whole: [Float])
    case features([String: FeatureValue.Scalar])
}
