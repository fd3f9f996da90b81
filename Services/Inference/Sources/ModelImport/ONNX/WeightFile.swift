/// The layout of the data file beside an ONNX model, in which its weights lie as binary32.
///
/// Weights are not put into the model file because an engine maps this file into memory: half the private memory and two
/// thirds of the load time for MiniLM-L6 in OpenVINO 2026.4, and no bound of 2 GB, protocol buffers' own.
struct WeightFile {
    /// Every weight starts at a multiple of this many bytes: a cache line, and the width of AVX-512.
    static let alignment = 64

    struct Placement: Sendable {
        let tensor: StoredTensor
        let offset: Int
    }

    let name: String
    private(set) var placements: [Placement] = []
    private(set) var byteCount = 0

    init(name: String) { self.name = name }

    static func byteCount(_ tensor: StoredTensor) -> Int { tensor.elementCount * 4 }

    /// Reserves the next place and gives its offset.
    mutating func place(_ tensor: StoredTensor) -> Int {
        let offset = (byteCount + Self.alignment - 1) / Self.alignment * Self.alignment
        placements.append(Placement(tensor: tensor, offset: offset))
        byteCount = offset + Self.byteCount(tensor)
        return offset
    }
}
