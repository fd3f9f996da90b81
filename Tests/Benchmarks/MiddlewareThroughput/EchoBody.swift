import Hummingbird

/// The body that both servers decode and encode.
struct EchoBody: Codable, Sendable, ResponseEncodable {
    var name: String
    var page: Int
    var scores: [Double]
    var tags: [String: String]

    /// Valid JSON of this shape, about 150 bytes.
    static let sample =
        #"{"name":"receipt-0042.pdf","page":3,"scores":[0.25,0.5,0.125,0.75],"tags":{"language":"en","type":"receipt"}}"#
}
