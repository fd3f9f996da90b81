import Hummingbird
import ServiceAPI
import ServiceHost

/// `POST /v1/search`: the documents whose passages mean what the query means.
struct SearchRoute: Sendable {
    let documents: DocumentStore
    let passages: PassageStore
    let index: VectorIndex
    let embed: @Sendable ([String]) async throws -> [[Float]]

    func handle(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<SearchAnswer> {
        let search = try await request.decodeJSON(SearchRequest.self, context)
        guard search.query.contains(where: { !$0.isWhitespace }), search.query.utf8.count <= 8192 else {
            throw FeatureStoreError(.invalidRequest, "query has 1 to 8192 bytes of text", field: "query")
        }
        let limit = search.limit ?? 10
        guard (1...100).contains(limit) else {
            throw FeatureStoreError(.invalidRequest, "limit is from 1 to 100", field: "limit")
        }
        let vectors = try await embed([search.query])
        guard vectors.count == 1, let vector = vectors.first else {
            throw FeatureStoreError(.invalidAnswer, "nlp answered \(vectors.count) vectors to one text")
        }
        let filter = DocumentFilter(search.filters)
        let allowed = filter.isEmpty ? nil : try await documents.identifiers(filter)
        // Some may have been deleted since the index saw them, by another process.
        let hits = try await index.search(Vector.normalized(vector), limit: limit + 20, allowed: allowed)
        let found = try await passages.passages(hits)
        return JSONResponse(
            SearchAnswer(
                hits: hits.filter { found[$0.document] != nil }.prefix(limit).compactMap { hit in
                    guard let passage = found[hit.document] else { return nil }
                    return SearchAnswer.Hit(
                        documentID: hit.document, name: passage.name, score: Double(hit.score), passage: passage.text,
                        page: passage.page, type: passage.type)
                }))
    }
}

extension DocumentFilter {
    init(_ filters: SearchRequest.Filters?) {
        self.init(status: filters?.status, type: filters?.type, metadata: filters?.metadata ?? [:])
    }
}
