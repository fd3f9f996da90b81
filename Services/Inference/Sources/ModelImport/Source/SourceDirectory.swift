import Crypto

/// The Hugging Face directory a model comes from, and the digests of what was read from it.
struct SourceDirectory {
    /// Bounds of `config.json` and its like; real ones are below 50 kB.
    private static let documentLimit = 1 << 20
    /// Bound of `tokenizer.json`; that of XLM-R with 250,000 pieces is 17 MB.
    private static let tokenizerLimit = 128 << 20

    let root: String

    func path(_ name: String) -> String { "\(root)/\(name)" }

    func holds(_ name: String) -> Bool { InputFile.exists(path(name)) }

    func contents(_ name: String) throws(ModelImportError) -> [UInt8] {
        try InputFile(path(name)).contents(limit: Self.documentLimit)
    }

    func document(_ name: String) throws(ModelImportError) -> JSONDocument {
        try JSONDocument(contents(name), file: path(name))
    }

    func tokenizer() throws(ModelImportError) -> [UInt8] {
        let file = try InputFile(path("tokenizer.json"))
        let bytes = try file.contents(limit: Self.tokenizerLimit)
        guard bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") else {
            throw ModelImportError(.sourceInvalid, "is not a JSON object", file: file.path)
        }
        return bytes
    }

    /// The checkpoint's file.
    func weights() throws(ModelImportError) -> InputFile {
        let name = "model.safetensors"
        if !holds(name) {
            for (other, reason) in [
                ("model.safetensors.index.json", "a checkpoint in several files is not supported"),
                ("pytorch_model.bin", "a pickle is not read, since reading one runs its code; save it as safetensors"),
            ] where holds(other) {
                throw ModelImportError(.unsupported, reason, file: path(other))
            }
        }
        return try InputFile(path(name))
    }

    /// The `license` in the front matter of the model card (`README.md`), if there is one.
    func licence() -> String? {
        guard let card = try? contents("README.md") else { return nil }
        var lines = String(decoding: card, as: UTF8.self).split(
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        ).makeIterator()
        guard lines.next() == "---" else { return nil }
        while let line = lines.next(), line != "---" {
            guard line.hasPrefix("license:") else { continue }
            let value = line.dropFirst("license:".count).filter { !" \t\"'".contains($0) }
            return value.isEmpty ? nil : String(value.prefix(64))
        }
        return nil
    }
}

extension SHA256.Digest {
    /// Lower-case hexadecimal digits.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension InputFile {
    /// SHA-256 of the whole file.
    func digest(progress: (Int) throws -> Void) throws -> String {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var hash = SHA256()
        var done = 0
        while done < byteCount {
            let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, byteCount - done)])
            try read(at: done, into: chunk)
            hash.update(bufferPointer: UnsafeRawBufferPointer(chunk))
            done += chunk.count
            try progress(done)
        }
        return hash.finalize().hexadecimal
    }
}
