import JSONText
import NIOCore
import ServiceAPI

/// Reads one input of a request.
///
/// Members may come in any order; `data` needs `datatype` and `shape`, and is read when both are known.
struct TensorReader {
    private(set) var binarySize: Int?
    private var name: String?
    private var datatype: TensorDatatype?
    private var shape: [Int]?
    /// Where `data` starts when it came before `datatype` and `shape`.
    private var postponed: JSONCursor?
    private var data: ByteBuffer?
    private var hasData = false

    private static let rankLimit = 64

    mutating func readMember(_ key: String, _ cursor: inout JSONCursor) throws(JSONError) {
        switch key {
        case "name":
            name = try cursor.readString()
        case "datatype":
            let text = try cursor.readString()
            guard let known = TensorDatatype(rawValue: text) else {
                throw cursor.error("unknown datatype '\(text.prefix(40))'")
            }
            datatype = known
        case "shape":
            try readShape(&cursor)
        case "parameters":
            try readParameters(&cursor)
        case "data":
            hasData = true
            if let datatype, let shape {
                data = try TensorDataReader.read(&cursor, datatype, shape, name ?? "?")
            } else {
                postponed = cursor
                try cursor.skipValue()
            }
        default:
            try cursor.skipValue()
        }
    }

    /// The tensor; without bytes when they follow the JSON.
    mutating func finish(_ cursor: JSONCursor) throws(JSONError) -> Tensor {
        guard let name else { throw cursor.error("an input has no 'name'") }
        guard let datatype else { throw cursor.error("input '\(name)' has no 'datatype'") }
        guard let shape else { throw cursor.error("input '\(name)' has no 'shape'") }
        guard hasData != (binarySize != nil) else {
            throw cursor.error(
                hasData
                    ? "input '\(name)' has both 'data' and 'binary_data_size'"
                    : "input '\(name)' has neither 'data' nor 'binary_data_size'")
        }
        if var postponed { data = try TensorDataReader.read(&postponed, datatype, shape, name) }
        return Tensor(name: name, datatype: datatype, shape: shape, data: data ?? ByteBuffer())
    }

    private mutating func readShape(_ cursor: inout JSONCursor) throws(JSONError) {
        var dimensions: [Int] = []
        try cursor.readArray { (cursor) throws(JSONError) in
            let number = try cursor.readNumber()
            guard let dimension = number.integer(Int.self), dimension >= 0 else {
                throw cursor.error(
                    "a dimension of a shape is \(cursor.text(of: number)), expected an integer of at least 0")
            }
            guard dimensions.count < Self.rankLimit else {
                throw cursor.error("a shape has more than \(Self.rankLimit) dimensions")
            }
            dimensions.append(dimension)
        }
        shape = dimensions
    }

    private mutating func readParameters(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.readObject { (cursor, key) throws(JSONError) in
            let value = try RequestParameter.read(&cursor, key)
            if key == "binary_data_size" {
                guard case .integer(let number) = value, number >= 0, let size = Int(exactly: number) else {
                    throw cursor.error("'binary_data_size' is \(value.kind), expected an integer of at least 0")
                }
                binarySize = size
            } else if let fault = RequestParameter.fault(key) {
                throw cursor.error(fault)
            }
        }
    }
}
