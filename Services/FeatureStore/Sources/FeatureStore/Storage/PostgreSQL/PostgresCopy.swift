import CPostgreSQL

/// Rows in the binary format of COPY: a signature, then each row as a count of fields and each field behind its length
/// (PostgreSQL's manual, "COPY", "Binary Format").
struct PostgresCopy {
    private(set) var bytes: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)

    /// Begins a row of so many fields.
    mutating func row(_ fields: Int16) { append(fields) }

    mutating func field(_ number: Int64) {
        append(Int32(8))
        append(number)
    }

    mutating func field(_ flag: Bool) {
        append(Int32(1))
        bytes.append(flag ? 1 : 0)
    }

    /// Bytes, or a text's UTF-8.
    mutating func field(_ content: some Collection<UInt8>) {
        append(Int32(content.count))
        bytes.append(contentsOf: content)
    }

    /// Ends the rows.
    mutating func end() { append(Int16(-1)) }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

extension PostgresSession {
    /// What libpq is handed at once: its buffer grows to hold it.
    private static let block = 1 << 20

    /// Writes rows by `COPY table (columns) FROM STDIN`; they are ended.
    func copy(_ table: String, _ rows: PostgresCopy) throws {
        try withHandle { handle in
            try Self.expect(PGRES_COPY_IN, PQexec(handle.pointer, "COPY \(table) FROM STDIN (FORMAT binary)"))
            try rows.bytes.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: Self.block) {
                    let part = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + Self.block, bytes.count)])
                    let text = part.bindMemory(to: CChar.self).baseAddress
                    guard PQputCopyData(handle.pointer, text, Int32(part.count)) == 1 else {
                        throw Self.failure(state: nil, "")
                    }
                }
            }
            guard PQputCopyEnd(handle.pointer, nil) == 1 else { throw Self.failure(state: nil, "") }
            defer { while let rest = PQgetResult(handle.pointer) { PQclear(rest) } }
            try Self.expect(PGRES_COMMAND_OK, PQgetResult(handle.pointer))
        }
    }

    private static func expect(_ status: ExecStatusType, _ result: OpaquePointer?) throws {
        defer { PQclear(result) }
        guard PQresultStatus(result) == status else {
            // PG_DIAG_SQLSTATE is a macro of a character, which Swift does not see.
            let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
            throw failure(state: state, String(cString: PQresultErrorMessage(result)))
        }
    }
}
