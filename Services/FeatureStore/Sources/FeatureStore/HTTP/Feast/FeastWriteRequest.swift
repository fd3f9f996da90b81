import JSONText
import NIOCore

/// Body of Feast's `POST /push` and `POST /write-to-online-store`.
struct FeastWriteRequest {
    enum Target: String {
        case online, offline
        case both = "online_and_offline"
    }

    /// A push source's or a view's name.
    var name: String
    var frame: FeatureFrame
    var target = Target.online

    /// - Parameter key: the member that holds the name.
    init(_ body: ByteBuffer, name key: String) throws {
        var name: String?
        var frame: FeatureFrame?
        var target = "online"
        try JSONRequest.read(body, allowsNonFinite: true) { (cursor, member) throws(JSONError) in
            switch member {
            case key: name = try cursor.readString()
            case "df": frame = try FeatureFrame(&cursor)
            case "to": target = try cursor.readString()
            default: try cursor.skipValue()
            }
        }
        guard let name else { throw FeatureStoreError(.invalidField, "\(key) is missing", field: key) }
        guard let frame else { throw FeatureStoreError(.invalidField, "df is missing", field: "df") }
        guard let target = Target(rawValue: target) else {
            throw FeatureStoreError(
                .invalidField, "to is online, offline or online_and_offline, not '\(target.prefix(40))'", field: "to")
        }
        self.name = name
        self.frame = frame
        self.target = target
    }
}
