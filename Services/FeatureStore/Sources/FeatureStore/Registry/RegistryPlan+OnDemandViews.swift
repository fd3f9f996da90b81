import ServiceAPI

extension RegistryPlan {
    /// - Parameter before: The registry without this plan.
    mutating func plan(_ view: OnDemandViewDefinition, before: RegistrySnapshot) {
        var kept = result.onDemandViews[view.name] ?? OnDemandView()
        guard let known = kept.versions.last else {
            kept.last += 1
            kept.versions.append(OnDemandView.Version(version: kept.last, definition: view))
            return put(.onDemandView, view.name, .create, .onDemandView(view.name, kept), version: kept.last) {
                $0.onDemandViews[view.name] = kept
            }
        }
        guard known.definition != view else { return }
        let (breaking, removed, details) = Self.difference(known.definition, view)
        if breaking {
            // The version that was goes on computing from what it was made for.
            kept.versions[kept.versions.count - 1] = known.pinned(in: before)
            kept.last += 1
            kept.versions.append(OnDemandView.Version(version: kept.last, definition: view))
        } else {
            kept.versions[kept.versions.count - 1].definition = view
        }
        put(
            .onDemandView, view.name, breaking ? .newVersion : .update, .onDemandView(view.name, kept),
            version: kept.versions.last?.version, destructive: removed, details: details
        ) { $0.onDemandViews[view.name] = kept }
    }

    /// Another request, type or expression makes a new version: what was computed so far would be computed otherwise.
    private static func difference(
        _ known: OnDemandViewDefinition, _ view: OnDemandViewDefinition
    ) -> (breaking: Bool, removed: Bool, details: [String]) {
        var details: [String] = []
        if known.request != view.request {
            func text(_ fields: [OnDemandViewDefinition.Field]) -> String {
                fields.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
            }
            details.append("request: \(text(known.request)) → \(text(view.request))")
        }
        for feature in view.features {
            guard let old = known.features.first(where: { $0.name == feature.name }) else { continue }
            if old.type != feature.type { details.append("\(feature.name): \(old.type) → \(feature.type)") }
            if old.expression != feature.expression {
                details.append("\(feature.name): \(old.expression) → \(feature.expression)")
            }
        }
        let isBreaking = !details.isEmpty
        let (old, new) = (Set(known.features.map(\.name)), Set(view.features.map(\.name)))
        let removed = known.features.filter { !new.contains($0.name) }.map { "- \($0.name) \($0.type)" }
        details += removed + view.features.filter { !old.contains($0.name) }.map { "+ \($0.name) \($0.type)" }
        details += metadata(known.description, view.description, known.tags, view.tags, known.owner, view.owner)
        return (isBreaking, !removed.isEmpty, details)
    }

    /// Every version of every on-demand view has to be computable afterwards.
    func checkOnDemandViews(_ declared: [String]) throws {
        for (name, view) in result.onDemandViews.sorted(by: { $0.key < $1.key }) {
            guard view.versions.isEmpty || result.views[name] == nil else {
                throw DefinitionRules.refused(
                    "\(name) is the name of a feature view", "on_demand_views.\(name)")
            }
            for version in view.versions {
                let path =
                    declared.firstIndex(of: name).map { "on_demand_views[\($0)]" }
                    ?? "on_demand_views.\(name)@v\(version.version)"
                _ = try OnDemandPrograms(version, version.definition.features, registry: result) { feature in
                    let index = version.definition.features.firstIndex { $0.name == feature } ?? 0
                    return "\(path).features[\(index)].expression"
                }
            }
        }
    }
}
