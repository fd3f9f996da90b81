import FoundationEssentials

/// The table of contents of a safetensors file, checked against the file's size.
///
/// Layout: little-endian `u64` N, N bytes of JSON `{"name": {"dtype", "shape", "data_offsets": [begin, end]}}`, then the
/// buffer. Tensors must cover the buffer without a hole or an overlap, as the format demands, so that a repeated name or a
/// second meaning of the same bytes is refused.
struct Safetensors {
    /// The format allows 100 MB; the header of a 24-layer encoder is 43 kB.
    static let headerLimit = 16 << 20

    let file: InputFile
    let tensors: [String: StoredTensor]

    init(_ file: InputFile) throws(ModelImportError) {
        self.file = file
        guard file.byteCount >= 8 else {
            throw ModelImportError(
                .sourceInvalid,
                "is \(file.byteCount) bytes long, too short for safetensors",
                file: file.path
            )
        }
        let declared = try file.read(at: 0, count: 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let limit = min(Self.headerLimit, file.byteCount - 8)
        guard declared >= 2, declared <= UInt64(limit) else {
            throw ModelImportError(
                .sourceInvalid,
                "declares a header of \(declared) bytes; from 2 to \(limit) are possible",
                file: file.path
            )
        }
        let header = try file.read(at: 8, count: Int(declared))
        let start = 8 + Int(declared)
        var tensors: [String: StoredTensor] = [:]
        for (name, entry) in try Self.entries(header, file: file.path) {
            tensors[name] = try entry.tensor(name: name, bufferStart: start, file: file)
        }
        try Self.checkCoverage(tensors.values, start: start, file: file)
        self.tensors = tensors
    }

    private static func entries(_ header: [UInt8], file: String) throws(ModelImportError) -> [String: Entry] {
        guard header.first == UInt8(ascii: "{") else {
            throw ModelImportError(.sourceInvalid, "has a header that is not a JSON object", file: file)
        }
        do {
            return try JSONDecoder().decode(Header.self, from: Data(header)).entries
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.keyNotFound(_, let context), DecodingError.dataCorrupted(let context)
        {
            throw ModelImportError(
                .sourceInvalid,
                "has an invalid header: \(context.debugDescription)",
                file: file,
                key: context.codingPath.first?.stringValue
            )
        } catch {
            throw ModelImportError(.sourceInvalid, "has an invalid header", file: file, cause: error)
        }
    }

    private static func checkCoverage(
        _ tensors: some Collection<StoredTensor>,
        start: Int,
        file: InputFile
    ) throws(ModelImportError) {
        var end = start
        for tensor in tensors.sorted(by: { ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount) }) {
            guard tensor.offset == end else {
                let fault = tensor.offset < end ? "overlaps another tensor" : "follows a hole in the buffer"
                throw ModelImportError(.sourceInvalid, fault, file: file.path, key: tensor.name)
            }
            end += tensor.byteCount
        }
        guard end == file.byteCount else {
            throw ModelImportError(
                .sourceInvalid,
                "has \(file.byteCount - end) bytes after its last tensor",
                file: file.path
            )
        }
    }
}

/// The header as it stands in the file.
private struct Header: Decodable {
    let entries: [String: Entry]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        var entries: [String: Entry] = [:]
        for name in container.allKeys where name.stringValue != "__metadata__" {
            entries[name.stringValue] = try container.decode(Entry.self, forKey: name)
        }
        self.entries = entries
    }

    struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }
}

private struct Entry: Decodable {
    let dtype: StoredType
    let shape: [Int]
    let offsets: [Int]

    enum CodingKeys: String, CodingKey {
        case dtype, shape
        case offsets = "data_offsets"
    }

    func tensor(name: String, bufferStart: Int, file: InputFile) throws(ModelImportError) -> StoredTensor {
        func invalid(_ fault: String) -> ModelImportError {
            ModelImportError(.sourceInvalid, fault, file: file.path, key: name)
        }
        let size = file.byteCount - bufferStart
        guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= size else {
            throw invalid("has data_offsets \(offsets.prefix(3)) outside a buffer of \(size) bytes")
        }
        guard shape.count <= 8, shape.allSatisfy({ $0 >= 0 }) else {
            throw invalid("has shape \(shape.prefix(9)); at most 8 dimensions, none negative, are possible")
        }
        var elementCount = 1
        for dimension in shape {
            let (product, overflow) = elementCount.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw invalid("has shape \(shape), more elements than can be counted") }
            elementCount = product
        }
        let (byteCount, overflow) = elementCount.multipliedReportingOverflow(by: dtype.width)
        guard !overflow, byteCount == offsets[1] - offsets[0] else {
            throw invalid("has \(offsets[1] - offsets[0]) bytes; \(dtype.rawValue) \(shape) needs another number")
        }
        return StoredTensor(
            name: name,
            type: dtype,
            shape: shape,
            offset: bufferStart + offsets[0],
            elementCount: elementCount
        )
    }
}
