/// Configuration of the feature store service.
package struct FeatureStoreConfig: HTTPServiceConfig {
    package static let service = "feature-store"

    package var http: HTTPConfig
    package var log: LogConfig
    package var recognitionURL: String
    package var nlpURL: String
    package var data: Data
    package var documents: Documents
    package var conversion: Conversion
    package var jobs: Jobs
    package var search: Search
    package var features: Features

    package init(_ settings: Settings) {
        self.http = HTTPConfig(settings.scoped("http"), port: 8081)
        self.log = LogConfig(settings.scoped("log"))
        let services = settings.scoped("services")
        self.recognitionURL = services.url(
            "document_recognition", default: "http://127.0.0.1:8082", help: "Where document-recognition answers.")
        self.nlpURL = services.url("nlp", default: "http://127.0.0.1:8083", help: "Where nlp answers.")
        self.data = Data(settings.scoped("data"))
        self.documents = Documents(settings.scoped("documents"))
        self.conversion = Conversion(settings.scoped("conversion"))
        self.jobs = Jobs(settings.scoped("jobs"))
        self.search = Search(settings.scoped("search"))
        self.features = Features(settings.scoped("features"))
    }
}

extension FeatureStoreConfig {
    /// Where documents and features are kept.
    package struct Data: Sendable {
        /// Empty until it is set; the service does not start without it.
        package var path: String

        init(_ settings: Settings) {
            self.path = settings.string(
                "path", default: "", nonEmpty: false,
                help:
                    "Folder of the documents and the embedded database; made when missing, owned by one process, or by those "
                    + "that share a PostgreSQL.")
        }
    }

    /// Limits of a document.
    package struct Documents: Sendable {
        /// In bytes.
        package var maxSize: Int
        /// Of the base64 form in JSON, which is held in memory.
        package var maxJSONSize: Int
        package var uploads: Int
        package var passageTokens: Int
        package var maxPassages: Int

        init(_ settings: Settings) {
            self.maxSize = settings.bytes(
                "max_size", default: 50_000_000, in: 1024...(4 << 30), help: "Largest document.")
            self.maxJSONSize = settings.bytes(
                "max_json_size", default: 32 << 20, in: 1024...(256 << 20),
                help: "Largest body of a document that is sent as base64 in JSON.")
            self.uploads = settings.int(
                "uploads", default: 16, in: 1...256, help: "Documents received at once; as many more wait.")
            self.passageTokens = settings.int(
                "passage_tokens", default: 200, in: 32...2000,
                help: "Length of the passages that are found by meaning, in tokens, about.")
            self.maxPassages = settings.int(
                "max_passages", default: 256, in: 1...10_000, help: "Most passages kept of one document.")
        }
    }

    /// How other formats become PDF.
    package struct Conversion: Sendable {
        package var gotenbergURL: String?
        package var libreOffice: String?
        package var timeout: Duration
        /// Resident memory in bytes.
        package var memory: Int

        init(_ settings: Settings) {
            self.gotenbergURL = settings.optionalURL(
                "gotenberg_url", help: "Where Gotenberg answers; goes before LibreOffice.")
            self.libreOffice = settings.optionalString(
                "libreoffice", help: "LibreOffice's soffice.bin; by default that of the soffice in PATH, if any.")
            self.timeout = settings.duration(
                "timeout", default: .seconds(120), in: .seconds(1)...(.seconds(1800)),
                help: "Longest time of one conversion.")
            self.memory = settings.bytes(
                "memory", default: 1 << 30, in: (256 << 20)...(16 << 30),
                help: "Most memory of one conversion by LibreOffice.")
        }
    }

    /// How the work on documents is done.
    package struct Jobs: Sendable {
        package var workers: Int
        package var conversions: Int
        package var recognitions: Int
        package var analyses: Int
        package var embeddings: Int
        package var lease: Duration
        package var timeout: Duration

        init(_ settings: Settings) {
            self.workers = settings.int(
                "workers", default: 2, in: 1...64, help: "Documents worked on at once.")
            func limit(_ key: String, _ step: String) -> Int {
                settings.int(
                    key, default: 64, in: 1...64, help: "Documents in the step \(step) at once, at most `workers`.")
            }
            self.conversions = limit("conversions", "convert")
            self.recognitions = limit("recognitions", "recognize")
            self.analyses = limit("analyses", "analyze")
            self.embeddings = limit("embeddings", "embed")
            self.lease = settings.duration(
                "lease", default: .seconds(60), in: .seconds(1)...(.seconds(3600)),
                help: "After this time without a sign of life a document's work may be taken over.")
            self.timeout = settings.duration(
                "timeout", default: .seconds(600), in: .seconds(1)...(.seconds(3600)),
                help: "Longest time of one call to another service.")
        }
    }

    /// Search by meaning.
    package struct Search: Sendable {
        package var maxRows: Int

        init(_ settings: Settings) {
            self.maxRows = settings.int(
                "max_rows", default: 100_000, in: 0...10_000_000,
                help: "Passages whose vectors are held in memory (1.5 kB each); more are read from disk at each search."
            )
        }
    }

    /// Reading and writing features.
    package struct Features: Sendable {
        package var maxBody: Int
        package var running: Int
        package var waiting: Int
        package var sources: String?
        /// libpq's connection string of the database that views' tables and queries are read from.
        package var sourceDatabase: String?
        /// libpq's connection string; the embedded engine when nil.
        package var postgres: String?
        package var connections: Int
        /// In bytes.
        package var cache: Int
        package var datasetBody: Int
        package var datasetRows: Int

        init(_ settings: Settings) {
            self.maxBody = settings.bytes(
                "max_body", default: 32 << 20, in: 1024...(1 << 30), help: "Largest body of a request for features.")
            self.running = settings.int(
                "running", default: 256, in: 1...10_000, help: "Requests for features worked on at once.")
            self.waiting = settings.int(
                "waiting", default: 1024, in: 0...100_000, help: "Requests for features that may wait; more get 503.")
            self.sources = settings.optionalString(
                "sources", help: "Folder of the files that feature views are materialized from.")
            self.sourceDatabase = settings.secret(
                "source_database",
                help:
                    "PostgreSQL that feature views with a table or query are materialized from; give it a role that can only read."
            )
            self.postgres = settings.secret(
                "postgres",
                help: "PostgreSQL for documents, jobs, features and their registry: a connection string or URL.")
            self.connections = settings.int(
                "connections", default: 8, in: 1...500, help: "Connections to PostgreSQL.")
            self.cache = settings.bytes(
                "cache", default: 64 << 20, in: 0...(2 << 30),
                help: "Memory for the latest rows that were read or written lately, of the embedded engine; 0 for none."
            )
            self.datasetBody = settings.bytes(
                "dataset_body", default: 128 << 20, in: 1024...(4 << 30), help: "Largest body of a dataset's rows.")
            self.datasetRows = settings.int(
                "dataset_rows", default: 2_000_000, in: 1...100_000_000, help: "Most rows of a dataset.")
        }
    }
}
