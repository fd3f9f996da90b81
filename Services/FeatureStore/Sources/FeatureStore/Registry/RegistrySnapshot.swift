package import ServiceAPI

/// Everything that is declared, at one generation; a request works with one from beginning to end.
package struct RegistrySnapshot: Sendable, Equatable {
    package var generation: Int64
    package var entities: [String: EntityDefinition]
    /// Versions of each view, oldest first; never empty.
    package var views: [String: [ViewVersion]]
    package var services: [String: FeatureServiceDefinition]
    package var pushSources: [String: PushSourceDefinition]
    /// Removed ones included, without versions.
    package var onDemandViews: [String: OnDemandView] = [:]
    /// Greatest version of views that were removed, so that no version is given twice.
    package var retired: [String: Int]
    /// Versions of views that were removed, whose rows stay until they are erased; by id.
    package var removedViews: [ViewVersion]
    /// Greatest id of a view's version.
    package var lastID: Int64

    package static let empty = RegistrySnapshot(
        generation: 0, entities: [:], views: [:], services: [:], pushSources: [:], retired: [:], removedViews: [],
        lastID: 0)

    /// Every version of every view, removed ones too.
    var allViews: [ViewVersion] { views.values.flatMap(\.self) + removedViews }

    /// Takes a stored version in; versions of a view come in ascending order.
    mutating func add(_ view: ViewVersion, isRemoved: Bool) {
        lastID = max(lastID, view.id)
        if isRemoved {
            retired[view.name] = view.version
            removedViews.append(view)
        } else {
            views[view.name, default: []].append(view)
        }
    }

    /// - Throws: `feature_view_not_found`, or `feature_view_version_not_found`.
    package func view(_ name: String, version: Int? = nil, field: String? = nil) throws -> ViewVersion {
        guard let versions = views[name], let newest = versions.last else {
            throw FeatureStoreError(.viewNotFound, "Feature view \(name.prefix(200)) does not exist", field: field)
        }
        guard let version else { return newest }
        guard let found = versions.first(where: { $0.version == version }) else {
            throw FeatureStoreError(
                .viewVersionNotFound, "Feature view \(name) has no version \(version)", field: field)
        }
        return found
    }

    /// Nil where there is no on-demand view of that name.
    /// - Throws: `feature_view_version_not_found`.
    package func onDemandView(
        _ name: String, version: Int? = nil, field: String? = nil
    ) throws -> OnDemandView.Version? {
        guard let view = onDemandViews[name], let newest = view.versions.last else { return nil }
        guard let version else { return newest }
        guard let found = view.versions.first(where: { $0.version == version }) else {
            throw FeatureStoreError(
                .viewVersionNotFound, "On-demand view \(name) has no version \(version)", field: field)
        }
        return found
    }

    package func service(_ name: String, field: String? = nil) throws -> FeatureServiceDefinition {
        guard let service = services[name] else {
            throw FeatureStoreError(
                .serviceNotFound, "Feature service \(name.prefix(200)) does not exist", field: field)
        }
        return service
    }

    package func pushSource(_ name: String) throws -> PushSourceDefinition {
        guard let source = pushSources[name] else {
            throw FeatureStoreError(
                .pushSourceNotFound, "Unable to find push source '\(name.prefix(200))'.", field: "push_source_name")
        }
        return source
    }

    package var answer: RegistryAnswer {
        RegistryAnswer(
            generation: generation,
            entities: entities.values.sorted { $0.name < $1.name },
            featureViews: views.values.flatMap { $0 }.sorted { ($0.name, $0.version) < ($1.name, $1.version) }
                .map(\.registered),
            featureServices: services.values.sorted { $0.name < $1.name },
            pushSources: pushSources.values.sorted { $0.name < $1.name },
            onDemandViews: onDemandViews.sorted { $0.key < $1.key }.flatMap { $0.value.versions.map(\.registered) })
    }
}
