import FoundationEssentials
import NIOCore
package import ServiceAPI

extension DocumentSource {
    /// The feature store over REST.
    package init(_ client: FeatureStoreClient) {
        self.init(
            page: { query, limit, cursor in
                try await client.documents(
                    limit: limit, cursor: cursor, status: query.status, type: query.type,
                    metadata: query.metadata ?? [:], include: ["analysis", "excerpt"])
            },
            picture: { id in
                do {
                    return Data(try await client.preview(id).readableBytesView)
                } catch let error as ServiceError where error.status == 404 {
                    return nil
                }
            })
    }
}
