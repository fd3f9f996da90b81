import Foundation
import Hummingbird
import JSONText
import NIOCore
import ServiceAPI

/// Errors as Feast's feature server sends them: a JSON string that itself contains JSON, which the Python client turns
/// into the exception of that class.
///
/// A body that does not fit is FastAPI's 422 instead. Whatever the caller did wrong is 4xx, because the client tries
/// every 5xx again three times and then hides the message.
enum FeastError {
    @Sendable static func response(for error: APIError) -> Response {
        var json = JSONWriter()
        if let name = exception(for: error.code) {
            var inner = JSONWriter()
            inner.raw("{\"module\": \"feast.errors\", \"class\": ")
            inner.string(name)
            inner.raw(", \"message\": ")
            inner.string(error.message)
            inner.raw("}")
            json.string(String(buffer: inner.buffer))
        } else if error.status == 409 {
            json.raw("{\"error\":")
            json.string(error.message)
            json.raw("}")
        } else if error.status < 500 {
            json.raw("{\"detail\":[{\"type\":")
            json.string(error.code)
            json.raw(",\"loc\":[\"body\"")
            for part in (error.field ?? "").split(separator: ".") {
                json.raw(",")
                json.string(part)
            }
            json.raw("],\"msg\":")
            json.string(error.message)
            json.raw("}]}")
        } else {
            json.string(error.message)
        }
        return .json(json.buffer, status: .init(code: error.status), mediaType: "application/json")
    }

    private static func exception(for code: String) -> String? {
        switch code {
        case FeatureStoreError.Code.viewNotFound.description: "FeatureViewNotFoundException"
        case FeatureStoreError.Code.viewVersionNotFound.description: "FeatureViewVersionNotFound"
        case FeatureStoreError.Code.serviceNotFound.description: "FeatureServiceNotFoundException"
        case FeatureStoreError.Code.pushSourceNotFound.description: "PushSourceNotFoundException"
        case FeatureStoreError.Code.requestDataNotFound.description: "RequestDataNotFoundInEntityRowsException"
        case FeatureStoreError.Code.featureNameCollision.description: "FeatureNameCollisionError"
        default: nil
        }
    }
}
