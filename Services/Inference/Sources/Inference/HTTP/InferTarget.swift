/// The model that the path of an `infer` request names, for paths that need no decoding.
struct InferTarget {
    let model: String
    let version: VersionChoice
    /// The template of the path.
    let route: String

    private static let start = "/v2/models/"
    private static let versions = "/versions/"
    private static let end = "/infer"

    /// Nil for other paths.
    init?(_ path: String) {
        var path = path
        guard let target = path.withUTF8({ Self(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = target
    }

    private init?(_ path: UnsafeRawBufferPointer) {
        guard path.count > Self.start.utf8.count + Self.end.utf8.count, path.starts(with: Self.start.utf8),
            path.suffix(Self.end.utf8.count).elementsEqual(Self.end.utf8)
        else { return nil }
        let middle = path[Self.start.utf8.count..<(path.count - Self.end.utf8.count)]
        guard !middle.contains(UInt8(ascii: "%")), !middle.contains(UInt8(ascii: "?")) else { return nil }
        guard let slash = middle.firstIndex(of: UInt8(ascii: "/")) else {
            (model, version) = (String(decoding: middle, as: UTF8.self), .highest)
            route = "/v2/models/{model}/infer"
            return
        }
        let number = middle[slash...].dropFirst(Self.versions.utf8.count)
        guard middle[slash...].starts(with: Self.versions.utf8),
            number.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            let version = Int(String(decoding: number, as: UTF8.self))
        else { return nil }
        model = String(decoding: middle[..<slash], as: UTF8.self)
        self.version = .number(version)
        route = "/v2/models/{model}/versions/{version}/infer"
    }
}
