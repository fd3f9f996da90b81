/// The name of a model: a folder's name and a part of URLs.
enum ModelName {
    private static let limit = 128

    /// 1 to 128 letters, digits, `.`, `_` and `-` of ASCII, the first a letter or digit.
    static func validate(_ name: String) throws(ModelImportError) {
        let valid =
            (1...limit).contains(name.utf8.count)
            && name.utf8.allSatisfy(isAllowed)
            && name.utf8.first.map { !"._-".utf8.contains($0) } == true
        guard valid else {
            throw ModelImportError(
                .nameInvalid,
                "\"\(name.prefix(64))\" cannot name a model: 1 to \(limit) letters, digits, '.', '_' and '-' can, "
                    + "the first a letter or digit"
            )
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._-".utf8.contains(byte)
        }
    }
}
