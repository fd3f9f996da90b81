import ServiceAPI

extension FeatureSelection {
    /// What is asked for of one version of an on-demand view.
    struct OnDemandRequest: Sendable {
        var view: OnDemandView.Version
        var features: [OnDemandViewDefinition.Feature] = []
    }

    /// Adds features of an on-demand view; nil where there is no such view.
    mutating func addOnDemand(_ reference: FeatureReference, _ registry: RegistrySnapshot, _ field: String) throws
        -> Bool
    {
        guard let view = try registry.onDemandView(reference.view, version: reference.version, field: field) else {
            return false
        }
        let place =
            onDemand.firstIndex { $0.view.definition.name == reference.view && $0.view.version == view.version }
            ?? onDemand.count
        if place == onDemand.count { onDemand.append(OnDemandRequest(view: view)) }
        for feature in view.definition.features where reference.feature ?? feature.name == feature.name {
            guard !onDemand[place].features.contains(where: { $0.name == feature.name }) else { continue }
            // Behind the stored views, whose number is not known yet; `compile` moves it there.
            outputs.append(Output(name: feature.name, view: -1 - place, column: onDemand[place].features.count))
            onDemand[place].features.append(feature)
        }
        if let name = reference.feature, !view.definition.features.contains(where: { $0.name == name }) {
            throw FeatureStoreError(
                .featureNotFound, "On-demand view \(reference.view) has no feature \(name.prefix(100))", field: field)
        }
        return true
    }

    /// Compiles what is asked for of on-demand views, and reads what that needs.
    mutating func compile(_ registry: RegistrySnapshot) throws {
        for request in onDemand {
            let name = request.view.definition.name
            let compiled = try OnDemandPrograms(
                request.view, request.features, registry: registry,
                field: { "on_demand_views.\(name)@v\(request.view.version).\($0)" })
            var fields: [OnDemandViewDefinition.Field] = []
            var slots: [DerivedRead.Slot] = []
            for input in compiled.inputs {
                switch input {
                case .field(let field):
                    slots.append(.field(fields.count))
                    fields.append(field)
                case .feature(let view, let column):
                    let (view, place) = place(of: column, view)
                    slots.append(.cell(view: view, column: place))
                }
            }
            let view = ViewVersion(
                id: 0, version: request.view.version,
                definition: FeatureViewDefinition(
                    name: name, entities: [], features: request.features.map { .init($0.name, $0.type) }),
                joinKeys: [])
            derived.append(DerivedRead(view: view, fields: fields, slots: slots, programs: compiled.programs))
        }
        for index in outputs.indices where outputs[index].view < 0 {
            outputs[index].view = views.count - 1 - outputs[index].view
        }
    }

    /// The fields that on-demand views compute with, each once.
    var fields: [OnDemandViewDefinition.Field] {
        var fields: [OnDemandViewDefinition.Field] = []
        for field in derived.flatMap(\.fields) where !fields.contains(field) { fields.append(field) }
        return fields
    }

    /// The view that an output's index means.
    func version(at index: Int) -> ViewVersion {
        index < views.count ? views[index].view : derived[index - views.count].view
    }
}
