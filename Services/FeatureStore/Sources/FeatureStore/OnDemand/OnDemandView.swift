package import ServiceAPI

/// An on-demand view as the registry keeps it: all of its versions.
package struct OnDemandView: Codable, Sendable, Equatable {
    package struct Version: Codable, Sendable, Equatable {
        package var version: Int
        package var definition: OnDemandViewDefinition
        /// Which versions of views its references without one mean; the newest where there is none.
        ///
        /// Set when a newer version comes, so that this one goes on computing what it did.
        package var pins: [String: Int]

        package init(version: Int, definition: OnDemandViewDefinition, pins: [String: Int] = [:]) {
            self.version = version
            self.definition = definition
            self.pins = pins
        }
    }

    /// Oldest first; none once the view was removed.
    package var versions: [Version]
    /// The greatest version that ever was, so that no number is given twice.
    package var last: Int

    package init(versions: [Version] = [], last: Int = 0) {
        self.versions = versions
        self.last = last
    }
}

extension OnDemandView.Version {
    /// The version with each reference bound to what it means in `registry` now.
    func pinned(in registry: RegistrySnapshot) -> OnDemandView.Version {
        var pinned = self
        for feature in definition.features {
            for reference in (try? ExpressionParser.parse(feature.expression))?.references ?? []
            where reference.version == nil && pins[reference.view] == nil {
                pinned.pins[reference.view] = registry.views[reference.view]?.last?.version
            }
        }
        return pinned
    }

    /// What a reader of a declaration sees.
    package var registered: RegisteredOnDemandView { RegisteredOnDemandView(version: version, definition: definition) }
}
