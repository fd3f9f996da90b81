import ServiceAPI

/// Which features a request asks for, resolved against the registry: what to read of each view, and the columns of the
/// answer in the order of the request.
package struct FeatureSelection: Sendable {
    /// What is read of one version of a view.
    package struct ViewRead: Sendable {
        package var view: ViewVersion
        package var columns: [ViewVersion.Column]
    }

    package struct Output: Sendable {
        /// As it stands in the answer: the feature's name, or `view__feature`.
        package var name: String
        /// Index into `views`, then into `derived`.
        package var view: Int
        /// Index into the view's `columns`.
        package var column: Int
    }

    package private(set) var views: [ViewRead] = []
    /// What is computed of other views' cells, after these are read.
    package internal(set) var derived: [DerivedRead] = []
    package internal(set) var outputs: [Output] = []
    var onDemand: [OnDemandRequest] = []
    private var viewIndices: [Int64: Int] = [:]
    private var known: Set<FeatureReference> = []

    /// - Parameters:
    ///   - features: `view:feature`, `view@v2:feature`, or `view` for all.
    ///   - services: Names of feature services, after the features.
    ///   - fullNames: Whether names are `view__feature`.
    /// - Throws: what does not exist, and names that occur twice.
    package init(
        features: [String], services: [String], fullNames: Bool, registry: RegistrySnapshot, field: String = "features"
    ) throws {
        for (index, text) in features.enumerated() {
            try add(text, registry, "\(field)[\(index)]")
        }
        for name in services {
            for text in try registry.service(name, field: "services").features {
                try add(text, registry, "services")
            }
        }
        try compile(registry)
        try nameOutputs(fullNames)
    }

    private mutating func add(_ text: String, _ registry: RegistrySnapshot, _ field: String) throws {
        guard let reference = FeatureReference(text) else {
            throw FeatureStoreError(
                .invalidField,
                "\(field): '\(text.prefix(100))' is none of view:feature, view@v2:feature and view", field: field)
        }
        if try addOnDemand(reference, registry, field) { return }
        let view = try registry.view(reference.view, version: reference.version, field: field)
        guard let feature = reference.feature else {
            for column in view.presentColumns { add(column, view) }
            return
        }
        guard let column = view[feature] else {
            throw FeatureStoreError(
                .featureNotFound, "Feature view \(view.name) has no feature \(feature.prefix(100))", field: field)
        }
        add(column, view)
    }

    private mutating func add(_ column: ViewVersion.Column, _ view: ViewVersion) {
        guard known.insert(.init(view: view.name, version: view.version, feature: column.name)).inserted else { return }
        let index = index(of: view)
        outputs.append(Output(name: column.name, view: index, column: views[index].columns.count))
        views[index].columns.append(column)
    }

    private mutating func index(of view: ViewVersion) -> Int {
        if let known = viewIndices[view.id] { return known }
        views.append(ViewRead(view: view, columns: []))
        viewIndices[view.id] = views.count - 1
        return views.count - 1
    }

    /// Where a column is read, which it is from now on if it was not.
    mutating func place(of column: ViewVersion.Column, _ view: ViewVersion) -> (view: Int, column: Int) {
        let index = index(of: view)
        if let known = views[index].columns.firstIndex(of: column) { return (index, known) }
        views[index].columns.append(column)
        return (index, views[index].columns.count - 1)
    }

    private mutating func nameOutputs(_ fullNames: Bool) throws {
        var seen: [String: Int] = [:]
        for index in outputs.indices {
            let view = version(at: outputs[index].view)
            if fullNames { outputs[index].name = "\(view.name)__\(outputs[index].name)" }
            let name = outputs[index].name
            if let other = seen.updateValue(index, forKey: name) {
                let first = version(at: outputs[other].view)
                throw FeatureStoreError(
                    .featureNameCollision,
                    "the name \(name) is that of features of \(first.name)@v\(first.version) and "
                        + "\(view.name)@v\(view.version); ask for full_feature_names, or for one version",
                    field: "features")
            }
        }
    }
}

extension FeatureReference {
    fileprivate init(view: String, version: Int?, feature: String?) {
        self.view = view
        self.version = version
        self.feature = feature
    }
}
