package import ServiceAPI

/// A step of a document view.
package enum StepName: String, CaseIterable, Codable, Sendable {
    /// Any other format becomes PDF.
    case convert
    /// Pages, words and layout.
    case recognize
    /// Language, sentences, entities.
    case analyze
    /// Passages and their vectors.
    case embed
    /// What kind of document it is.
    case type
    /// The row of features that all of it comes to.
    case features
}

/// A declared graph of steps that turns a document's bytes into a row of features.
package struct DocumentView: Sendable {
    package struct Step: Sendable {
        package var name: StepName
        /// Grows when the step's code computes something else from the same input.
        package var version: Int
        /// Steps whose results this one cannot do without: if one fails, this one is skipped.
        package var needs: Set<StepName>
        /// Steps whose results this one uses where they succeeded; it waits until they are settled.
        package var uses: Set<StepName>

        package init(_ name: StepName, version: Int, needs: Set<StepName> = [], uses: Set<StepName> = []) {
            self.name = name
            self.version = version
            self.needs = needs
            self.uses = uses
        }
    }

    package var name: String
    package var steps: [Step]
    /// Where its rows go.
    package var features: ViewVersion

    package init(name: String, steps: [Step], features: ViewVersion) {
        self.name = name
        self.steps = steps
        self.features = features
    }

    package subscript(_ name: StepName) -> Step? { steps.first { $0.name == name } }
}

extension DocumentView {
    /// What document features are about.
    package static let entity = EntityDefinition(
        name: "document", joinKeys: [.init(name: "document_id", type: .string)],
        description: "A document, named by the SHA-256 of its bytes")

    /// The features of the view every document goes through.
    package static let featureView = FeatureViewDefinition(
        name: "document", entities: [entity.name], features: DocumentFeature.allCases.map(\.declaration),
        description: "What the steps of the document view find")

    /// The view every document goes through.
    /// - Parameter features: ``featureView`` as the registry holds it.
    package static func document(features: ViewVersion) -> DocumentView {
        DocumentView(
            name: "document",
            steps: [
                Step(.convert, version: 1),
                Step(.recognize, version: 1, needs: [.convert]),
                Step(.analyze, version: 1, needs: [.recognize]),
                Step(.embed, version: 1, needs: [.analyze]),
                Step(.type, version: 1, needs: [.analyze]),
                Step(.features, version: 1, needs: [.recognize], uses: [.analyze, .embed, .type]),
            ],
            features: features)
    }
}
