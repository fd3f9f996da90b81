/// Configuration of `quinion`: the five services' keys, each below its service's name.
///
/// The services find each other by themselves, so the `services.*` addresses of the parts have no effect here.
package struct QuinionConfig: ServiceConfig {
    package static let service = "quinion"

    package var log: LogConfig
    /// Folder of documents, models and reports; `nil` takes the user's data folder.
    package var dataFolder: String?
    package var featureStore: FeatureStoreConfig
    package var documentRecognition: DocumentRecognitionConfig
    package var nlp: NLPConfig
    package var inference: InferenceConfig
    package var reporting: ReportingConfig

    package init(_ settings: Settings) {
        self.log = LogConfig(settings.scoped("log"))
        self.dataFolder = settings.optionalString(
            "data.path", help: "Folder of documents, models and reports; without it quinion in $XDG_DATA_HOME.")
        self.featureStore = FeatureStoreConfig(settings.scoped("feature_store"))
        self.documentRecognition = DocumentRecognitionConfig(settings.scoped("document_recognition"))
        self.nlp = NLPConfig(settings.scoped("nlp"))
        self.inference = InferenceConfig(settings.scoped("inference"))
        self.reporting = ReportingConfig(settings.scoped("reporting"))
    }
}
