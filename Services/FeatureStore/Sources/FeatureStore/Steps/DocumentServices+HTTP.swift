import AsyncHTTPClient
import ServiceAPI
import SuiteConfig

extension DocumentServices {
    /// Pixels; wide enough to be told apart in a report.
    private static let previewWidth = 480

    /// Calls the services at the configured addresses.
    static func http(_ config: FeatureStoreConfig, _ http: HTTPClient) -> DocumentServices {
        let recognition = RecognitionClient(
            baseURL: config.recognitionURL, http: http, timeout: config.jobs.timeout)
        let language = LanguageClient(baseURL: config.nlpURL, http: http, timeout: config.jobs.timeout)
        return DocumentServices(
            recognize: { document, name in
                try await recognition.recognize(document, name: name, previewWidth: previewWidth)
            },
            analyze: { try await language.analyze($0) },
            embed: { texts in
                try await language.embed(EmbedRequest(inputs: texts, normalize: true, truncate: true))
            },
            languageVersions: {
                // A step does not fail for want of a version.
                guard let info = try? await language.info() else { return [:] }
                var versions = ["nlp": info.version, "model": info.modelID]
                versions["model_sha"] = info.modelSHA
                return versions
            })
    }
}
