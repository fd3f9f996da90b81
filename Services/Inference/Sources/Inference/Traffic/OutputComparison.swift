import ServiceAPI

/// Whether two versions have answered a request alike.
enum OutputComparison {
    /// Numbers agree within a tolerance, relative to the first where that is beyond 1; NaN agrees with NaN; whole numbers,
    /// booleans and strings agree when they are equal.
    static func agrees(_ first: [OutputTensor], _ second: [OutputTensor], tolerance: Double) -> Bool {
        guard first.count == second.count else { return false }
        let others = Dictionary(second.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one })
        return first.allSatisfy { tensor in
            guard let other = others[tensor.name] else { return false }
            return agrees(tensor, other, tolerance)
        }
    }

    private static func agrees(_ first: OutputTensor, _ second: OutputTensor, _ tolerance: Double) -> Bool {
        guard first.datatype == second.datatype, first.shape == second.shape, first.bytes.count == second.bytes.count
        else { return false }
        return switch first.datatype {
        case .fp32: agrees(first, second, tolerance, as: Float.self) { Double($0) }
        case .fp64: agrees(first, second, tolerance, as: Double.self) { $0 }
        case .fp16: agrees(first, second, tolerance, as: UInt16.self) { Double(Float16(bitPattern: $0)) }
        case .bf16: agrees(first, second, tolerance, as: UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
        default: first.bytes.elementsEqual(second.bytes)
        }
    }

    private static func agrees<Element: BitwiseCopyable>(
        _ first: OutputTensor, _ second: OutputTensor, _ tolerance: Double, as type: Element.Type,
        _ number: (Element) -> Double
    ) -> Bool {
        stride(from: 0, to: first.bytes.count, by: MemoryLayout<Element>.size).allSatisfy { offset in
            let one = number(first.bytes.loadUnaligned(fromByteOffset: offset, as: Element.self))
            let other = number(second.bytes.loadUnaligned(fromByteOffset: offset, as: Element.self))
            // Equal infinities have no difference that is a number.
            if one == other || one.isNaN && other.isNaN { return true }
            return abs(one - other) <= tolerance * max(1, abs(one))
        }
    }
}
