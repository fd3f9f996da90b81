import BackendABI
import ServiceAPI

extension TensorDatatype {
    init?(_ datatype: quinion_datatype) {
        guard let match = Self.allCases.first(where: { $0.abi == datatype }) else { return nil }
        self = match
    }

    var abi: quinion_datatype {
        switch self {
        case .bool: QUINION_BOOL
        case .uint8: QUINION_UINT8
        case .uint16: QUINION_UINT16
        case .uint32: QUINION_UINT32
        case .uint64: QUINION_UINT64
        case .int8: QUINION_INT8
        case .int16: QUINION_INT16
        case .int32: QUINION_INT32
        case .int64: QUINION_INT64
        case .fp16: QUINION_FP16
        case .bf16: QUINION_BF16
        case .fp32: QUINION_FP32
        case .fp64: QUINION_FP64
        case .bytes: QUINION_BYTES
        }
    }
}
