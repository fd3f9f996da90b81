/// A body that some client will send one day, for every service's table of bad input.
///
/// Each is built byte by byte, so that the same bytes come on every machine, and is what its name says and no more: apart from
/// the one thing wrong with it, it is valid.
package struct HostileInput: Sendable, CustomStringConvertible {
    package let name: String
    package let contentType: String
    package let bytes: [UInt8]

    package init(_ name: String, _ contentType: String, _ bytes: [UInt8]) {
        self.name = name
        self.contentType = contentType
        self.bytes = bytes
    }

    package var description: String { name }
}

extension HostileInput {
    /// What a service for documents must refuse or survive.
    ///
    /// Not the oversize ones, which depend on its limit.
    package static let documents: [HostileInput] =
        [
            empty, truncatedPDF, encryptedPDF, manyPages(10_000), pageTreeCycle, hugePage, hugePNG, hugeJPEG,
            truncatedPNG, bombPNG,
            cyclicTIFF, twoDirectoryCycleTIFF, bombDOCX, textAsPDF, executable,
        ] + randomWithMagic(seed: 1)

    /// What a service for JSON must refuse or survive.
    package static let json: [HostileInput] = [
        empty, truncatedJSON, deepArrays(100_000), deepObjects(100_000), nulInText, loneSurrogate, loneSurrogateBytes,
        invalidUTF8, wrongJSONType, hugeNumber, duplicateKeys,
    ]

    package static let empty = HostileInput("empty", "application/octet-stream", [])

    /// Zeros of this size, to exceed a limit by one.
    package static func oversize(_ bytes: Int, contentType: String = "application/octet-stream") -> HostileInput {
        HostileInput("\(bytes) bytes", contentType, [UInt8](repeating: 0, count: bytes))
    }

    /// The first half of a valid document.
    static func truncated(_ name: String, _ whole: HostileInput) -> HostileInput {
        HostileInput(name, whole.contentType, Array(whole.bytes.prefix(whole.bytes.count / 2)))
    }
}
