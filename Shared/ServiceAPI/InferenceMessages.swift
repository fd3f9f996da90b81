import FoundationEssentials
package import NIOCore
import NIOFoundationEssentialsCompat

/// Metadata of a model: `GET /v2/models/{model}`.
package struct ModelMetadata: Codable, Sendable, Equatable {
    package struct TensorDescription: Codable, Sendable, Equatable {
        package var name: String
        package var datatype: TensorDatatype
        /// -1 stands for a free dimension.
        package var shape: [Int]

        package init(name: String, datatype: TensorDatatype, shape: [Int]) {
            self.name = name
            self.datatype = datatype
            self.shape = shape
        }
    }

    package var name: String
    package var versions: [String]
    package var platform: String
    package var inputs: [TensorDescription]
    package var outputs: [TensorDescription]

    package init(
        name: String,
        versions: [String],
        platform: String,
        inputs: [TensorDescription],
        outputs: [TensorDescription]
    ) {
        self.name = name
        self.versions = versions
        self.platform = platform
        self.inputs = inputs
        self.outputs = outputs
    }
}

/// The header that says how many bytes of a body are JSON; the rest are the tensors' bytes, in order.
package let inferenceHeaderContentLength = "Inference-Header-Content-Length"

/// A request of the Open Inference Protocol with all tensors in binary form.
package struct InferenceRequestMessage: Sendable {
    package var id: String?
    package var inputs: [Tensor]
    /// Which outputs to answer with; empty means all.
    package var outputs: [String]

    package init(id: String? = nil, inputs: [Tensor], outputs: [String] = []) {
        self.id = id
        self.inputs = inputs
        self.outputs = outputs
    }

    /// The body, and how many bytes of it are JSON.
    package func encoded() throws -> (body: ByteBuffer, headerLength: Int) {
        let header = Header(
            id: id,
            parameters: outputs.isEmpty ? Header.Parameters(binaryDataOutput: true) : nil,
            inputs: inputs.map {
                BinaryTensorHeader(
                    name: $0.name,
                    datatype: $0.datatype,
                    shape: $0.shape,
                    parameters: .init(binaryDataSize: $0.data.readableBytes)
                )
            },
            outputs: outputs.isEmpty
                ? nil : outputs.map { Header.Output(name: $0, parameters: .init(binaryData: true)) }
        )
        let json = try JSONEncoder().encode(header)
        var body = ByteBuffer()
        body.reserveCapacity(json.count + inputs.reduce(0) { $0 + $1.data.readableBytes })
        body.writeBytes(json)
        for input in inputs {
            body.writeImmutableBuffer(input.data)
        }
        return (body, json.count)
    }

    private struct Header: Encodable {
        struct Parameters: Encodable {
            var binaryDataOutput: Bool

            enum CodingKeys: String, CodingKey {
                case binaryDataOutput = "binary_data_output"
            }
        }

        struct Output: Encodable {
            struct Parameters: Encodable {
                var binaryData: Bool

                enum CodingKeys: String, CodingKey {
                    case binaryData = "binary_data"
                }
            }

            var name: String
            var parameters: Parameters
        }

        var id: String?
        var parameters: Parameters?
        var inputs: [BinaryTensorHeader]
        var outputs: [Output]?
    }
}

/// An answer of the Open Inference Protocol with all tensors in binary form.
package struct InferenceResponseMessage: Sendable {
    package var modelName: String
    package var modelVersion: String?
    package var id: String?
    package var outputs: [Tensor]

    /// Reads a body whose first `headerLength` bytes are JSON; tensors are slices of `body`.
    package init(body: ByteBuffer, headerLength: Int) throws {
        var body = body
        guard headerLength > 0, let json = body.readSlice(length: headerLength) else {
            throw InferenceMessageError(
                "\(inferenceHeaderContentLength) is \(headerLength) in an answer of \(body.readableBytes) bytes"
            )
        }
        let header = try JSONDecoder().decode(Header.self, from: json)
        modelName = header.modelName
        modelVersion = header.modelVersion
        id = header.id
        outputs = []
        for output in header.outputs {
            guard let size = output.parameters?.binaryDataSize else {
                throw InferenceMessageError("output '\(output.name)' is not in binary form")
            }
            guard size >= 0, let data = body.readSlice(length: size) else {
                throw InferenceMessageError(
                    "output '\(output.name)' announces \(size) bytes, \(body.readableBytes) are left"
                )
            }
            if let width = output.datatype.width {
                let count = Tensor.elementCount(of: output.shape)
                guard let count, case (let bytes, false) = count.multipliedReportingOverflow(by: width), bytes == size
                else {
                    throw InferenceMessageError(
                        "output '\(output.name)' of shape \(output.shape) has \(size) bytes of \(output.datatype.rawValue)"
                    )
                }
            }
            outputs.append(Tensor(name: output.name, datatype: output.datatype, shape: output.shape, data: data))
        }
    }

    /// The output of that name.
    package subscript(name: String) -> Tensor? {
        outputs.first { $0.name == name }
    }

    private struct Header: Decodable {
        var modelName: String
        var modelVersion: String?
        var id: String?
        var outputs: [BinaryTensorHeader]

        enum CodingKeys: String, CodingKey {
            case id, outputs
            case modelName = "model_name"
            case modelVersion = "model_version"
        }
    }
}

/// Why an answer is not a message of the protocol.
package struct InferenceMessageError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

private struct BinaryTensorHeader: Codable {
    struct Parameters: Codable {
        var binaryDataSize: Int?

        enum CodingKeys: String, CodingKey {
            case binaryDataSize = "binary_data_size"
        }
    }

    var name: String
    var datatype: TensorDatatype
    var shape: [Int]
    var parameters: Parameters?
}
