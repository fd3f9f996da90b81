extension WeightFile {
    /// Source bytes read at a time.
    private static let chunk = 1 << 20

    /// Copies the weights from `source` to their places, converting them to binary32.
    ///
    /// - Parameter progress: Receives the bytes written so far, after every chunk.
    func write(
        from source: InputFile,
        to output: OutputFile,
        progress: (Int) throws -> Void
    ) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunk, alignment: Self.alignment)
        defer { buffer.deallocate() }
        let converted = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: Self.chunk / 2)
        defer { converted.deallocate() }

        for placement in placements {
            let tensor = placement.tensor
            try output.pad(to: placement.offset)
            var done = 0
            while done < tensor.byteCount {
                let count = min(Self.chunk, tensor.byteCount - done)
                let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
                try source.read(at: tensor.offset + done, into: bytes)
                if tensor.type == .f32 {
                    try output.write(UnsafeRawBufferPointer(bytes))
                } else {
                    let words = Self.float32(of: bytes, tensor.type, into: converted)
                    try output.write(UnsafeRawBufferPointer(words))
                }
                done += count
                try progress(output.byteCount)
            }
        }
    }

    private static func float32(
        of bytes: UnsafeMutableRawBufferPointer,
        _ type: StoredType,
        into words: UnsafeMutableBufferPointer<UInt32>
    ) -> UnsafeMutableBufferPointer<UInt32> {
        let halves = bytes.bindMemory(to: UInt16.self)
        let words = UnsafeMutableBufferPointer(rebasing: words[..<halves.count])
        if type == .bf16 {
            // bfloat16 is the upper half of a binary32.
            for index in halves.indices { words[index] = UInt32(halves[index]) << 16 }
        } else {
            for index in halves.indices { words[index] = Float(Float16(bitPattern: halves[index])).bitPattern }
        }
        return words
    }
}
