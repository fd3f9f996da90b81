/// What a fuzzer runs: code that takes bytes from strangers, and what must hold of whatever it lets through.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// An `infer` request's body, with the header that says where its JSON ends, down to the tensors a plugin reads.
    case request
    /// A model's `config.json`, and the same text as Triton's.
    case configuration
    /// A model's `config.pbtxt`.
    case pbtxt

    /// Runs the input; ends the process where an invariant does not hold.
    package func run(_ input: UnsafeBufferPointer<UInt8>) {
        switch self {
        case .request: RequestFuzzing.run(input)
        case .configuration: ConfigurationFuzzing.run(input)
        case .pbtxt: ConfigurationFuzzing.runText(input)
        }
    }
}
