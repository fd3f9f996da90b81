import Hummingbird
import ServiceAPI
import ServiceHost

/// What is declared, and how it changes.
struct RegistryRoutes: Sendable {
    let registry: FeatureRegistry
    let clock: @Sendable () -> Timestamp

    func add(to group: RouterGroup<ServiceContext>) {
        group.get("features/registry") { _, _ in JSONResponse(registry.snapshot.answer) }
        group.post("features/plan") { request, context in
            let plan = try registry.plan(try await request.decodeJSON(ApplyRequest.self, context))
            return JSONResponse(ApplyAnswer(generation: plan.base, changes: plan.changes))
        }
        group.post("features/apply") { request, context in
            let plan = try await registry.apply(
                try await request.decodeJSON(ApplyRequest.self, context), at: clock())
            return JSONResponse(ApplyAnswer(generation: plan.result.generation, changes: plan.changes))
        }
    }
}
