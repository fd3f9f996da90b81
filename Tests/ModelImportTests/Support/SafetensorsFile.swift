import FoundationEssentials

/// A safetensors file made by hand, sound or not.
struct SafetensorsFile {
    struct Tensor {
        var name: String
        var type: String
        var shape: [Int]
        var bytes: [UInt8]
    }

    var tensors: [Tensor]

    /// The tensors of a sound file.
    static func parse(_ bytes: [UInt8]) throws -> SafetensorsFile {
        struct Entry: Decodable {
            var dtype: String
            var shape: [Int]
            var data_offsets: [Int]
        }
        let count = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = Array(bytes[8..<8 + count])
        var entries: [String: Entry] = [:]
        let root = try JSONDecoder().decode([String: Either<Entry>].self, from: Data(header))
        for (name, value) in root where name != "__metadata__" { entries[name] = value.value }
        let buffer = Array(bytes[(8 + count)...])
        return SafetensorsFile(
            tensors: entries.sorted { $0.value.data_offsets[0] < $1.value.data_offsets[0] }.map { name, entry in
                Tensor(
                    name: name,
                    type: entry.dtype,
                    shape: entry.shape,
                    bytes: Array(buffer[entry.data_offsets[0]..<entry.data_offsets[1]])
                )
            }
        )
    }

    private struct Either<Value: Decodable>: Decodable {
        let value: Value?
        init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
    }

    var bytes: [UInt8] {
        var entries: [String] = []
        var buffer: [UInt8] = []
        for tensor in tensors {
            let end = buffer.count + tensor.bytes.count
            entries.append(
                #""\#(tensor.name)":{"dtype":"\#(tensor.type)","shape":\#(tensor.shape),"data_offsets":[\#(buffer.count),\#(end)]}"#
            )
            buffer += tensor.bytes
        }
        return Self.bytes(header: "{\(entries.joined(separator: ","))}", buffer: buffer)
    }

    /// A file with any header.
    static func bytes(header: String, length: UInt64? = nil, buffer: [UInt8] = []) -> [UInt8] {
        let header = Array(header.utf8)
        let length = length ?? UInt64(header.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + header + buffer
    }

    /// The same weights in another type.
    func mapped(to type: String, _ convert: (Float) -> [UInt8]) -> SafetensorsFile {
        SafetensorsFile(
            tensors: tensors.map { tensor in
                var tensor = tensor
                tensor.type = type
                tensor.bytes = floats(tensor.bytes).flatMap(convert)
                return tensor
            }
        )
    }
}

/// Little-endian binary32 numbers.
func floats(_ bytes: [UInt8]) -> [Float] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
        Float(bitPattern: bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
}
