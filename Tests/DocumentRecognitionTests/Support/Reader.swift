import DocumentRecognition
import NIOCore
import Sandbox
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig

/// A recognizer with its reading processes, without HTTP.
struct Reader {
    let processes: ReadingProcesses
    let recognizer: DocumentRecognizer

    /// Runs `body` and ends the processes.
    static func run<Value>(_ flags: [String] = [], _ body: (Reader) async throws -> Value) async throws -> Value {
        let config = try testConfiguration(
            DocumentRecognitionConfig.self, ["--workers-count", "2"] + flags)
        let environment = testEnvironment()
        let processes = try ReadingProcesses(
            config, command: .standard(), sandbox: Sandbox(logger: environment.logger))
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await body(
                    Reader(processes: processes, recognizer: DocumentRecognizer(config, processes: processes))))
        } catch {
            result = .failure(error)
        }
        await processes.shutdown()
        return try result.get()
    }

    func read(
        _ content: ByteBuffer, pages: String? = nil, method: RecognitionRequest.MethodChoice? = nil,
        password: String? = nil, languages: String? = nil, previewWidth: Int? = nil
    ) async throws -> RecognizedDocument {
        try await recognizer.recognize(
            RecognitionOrder(
                content: content, password: password, pages: pages, method: method, languages: languages,
                previewWidth: previewWidth))
    }
}
