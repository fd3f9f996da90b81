import Hummingbird
import ServiceAPI
import ServiceHost

/// The routes of our own interface.
struct AnalysisRoutes: Sendable {
    let analyzer: TextAnalyzer

    func add(to router: RouterGroup<ServiceContext>) {
        router.post("analyze") { request, context in
            JSONResponse(try await analyzer.analyze(try await request.decodeJSON(AnalyzeRequest.self, context)))
        }
    }
}
