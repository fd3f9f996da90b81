import ServiceAPI

extension TextEmbedder {
    /// Answers `POST /tokenize`.
    func tokenize(_ request: TokenizeRequest) throws -> [[TokenizedPiece]] {
        let directory = try model.directory()
        let texts = request.inputs.all
        guard !texts.isEmpty else {
            throw LanguageProcessingError(.empty, "`inputs` cannot be empty", field: "inputs")
        }
        guard texts.count <= limits.clientBatchSize else {
            throw LanguageProcessingError(
                .invalid, "batch size \(texts.count) > maximum allowed batch size \(limits.clientBatchSize)",
                field: "inputs")
        }
        return texts.map { text in
            let encoding = directory.tokenizer.encode(
                text, addSpecialTokens: request.addSpecialTokens ?? true, plainSpecialTokens: limits.plainSpecialTokens)
            return Self.pieces(encoding, of: text, directory.tokenizer)
        }
    }

    /// Places in UTF-8 bytes, as text-embeddings-inference gives them.
    private static func pieces(_ encoding: Encoding, of text: String, _ tokenizer: Tokenizer) -> [TokenizedPiece] {
        var starts: [Int] = [0]
        for scalar in text.unicodeScalars { starts.append(starts[starts.count - 1] + UTF8.width(scalar)) }
        let bytes = Array(text.utf8)
        return encoding.ids.indices.map { i in
            let id = encoding.ids[i]
            if encoding.special[i] {
                return TokenizedPiece(id: id, text: tokenizer.vocabulary.piece(id) ?? "", special: true)
            }
            let range = starts[Int(encoding.starts[i])]..<starts[Int(encoding.ends[i])]
            return TokenizedPiece(
                id: id, text: String(decoding: bytes[range], as: UTF8.self), special: false, start: range.lowerBound,
                stop: range.upperBound)
        }
    }
}
