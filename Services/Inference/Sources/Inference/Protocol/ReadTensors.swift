import NIOCore
package import ServiceAPI

extension ModelSignature {
    /// What a plugin would be given for a request, and which outputs it would be asked for.
    ///
    /// - Throws: `invalidRequest`, naming what contradicts the model.
    package func read(_ request: InferenceRequest) throws(InferenceError) -> (inputs: [Tensor], outputs: [Int]) {
        let given = try ModelRequest(request, to: self, endBy: nil)
        var inputs: [Tensor] = []
        for tensor in try arrange(given.inputs) {
            guard case .received(let data) = tensor.bytes else { continue }
            inputs.append(Tensor(name: tensor.name, datatype: tensor.datatype, shape: tensor.shape, data: data))
        }
        return (inputs, try select(given.outputs))
    }
}
