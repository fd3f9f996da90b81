// swift-tools-version: 6.2

import PackageDescription

/// `make fuzz` builds with this set: the code under test then tells libFuzzer which way it goes.
let isFuzzing = Context.environment["QUINION_FUZZ"] != nil

let swiftSettings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ] + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address"])] : [])

// Products of other packages, named once.
extension Target.Dependency {
    static let hummingbird: Self = .product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore: Self = .product(name: "HummingbirdCore", package: "hummingbird")
    static let hummingbirdTesting: Self = .product(name: "HummingbirdTesting", package: "hummingbird")
    static let httpClient: Self = .product(name: "AsyncHTTPClient", package: "async-http-client")
    static let httpTypes: Self = .product(name: "HTTPTypes", package: "swift-http-types")
    static let nioCore: Self = .product(name: "NIOCore", package: "swift-nio")
    static let nioPosix: Self = .product(name: "NIOPosix", package: "swift-nio")
    static let nioHTTP1: Self = .product(name: "NIOHTTP1", package: "swift-nio")
    static let nioHTTPTypesHTTP1: Self = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
    static let nioFoundationCompat: Self = .product(name: "NIOFoundationEssentialsCompat", package: "swift-nio")
    static let nioConcurrencyHelpers: Self = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
    static let logging: Self = .product(name: "Logging", package: "swift-log")
    static let serviceLifecycle: Self = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals: Self = .product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let configuration: Self = .product(name: "Configuration", package: "swift-configuration")
    static let argumentParser: Self = .product(name: "ArgumentParser", package: "swift-argument-parser")
    static let crypto: Self = .product(name: "Crypto", package: "swift-crypto")
    static let mustache: Self = .product(name: "Mustache", package: "swift-mustache")
    static let grdb: Self = .product(name: "GRDB", package: "GRDB.swift")
    static let sqlite: Self = .product(name: "GRDBSQLite", package: "GRDB.swift")
    static let yams: Self = .product(name: "Yams", package: "Yams")
    static let deque: Self = .product(name: "DequeModule", package: "swift-collections")
    static let heap: Self = .product(name: "HeapModule", package: "swift-collections")
}

/// What every service library is built on.
let house: [Target.Dependency] = [
    "SuiteConfig", "ServiceHost", "Telemetry", "ServiceAPI",
    .hummingbird, .httpTypes, .nioCore, .nioFoundationCompat, .logging, .serviceLifecycle,
]

/// Nothing looks for symbols in an executable: without their names it is a tenth smaller.
let executableLinking: [LinkerSetting] = [
    .unsafeFlags(
        ["-Xlinker", "--no-export-dynamic", "-Xlinker", "--gc-sections", "-Xlinker", "--icf=safe"],
        .when(platforms: [.linux], configuration: .release))
]

/// Not gold, which ends with an internal error over the two `main`s: libFuzzer's is not used.
let fuzzing: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]

/// A service: a library that builds the application, and an executable of one file that starts it.
func service(
    _ folder: String, executable: String, dependencies: [Target.Dependency],
    executableDependencies: [Target.Dependency] = []
) -> [Target] {
    [
        .target(
            name: folder,
            dependencies: house + dependencies,
            path: "Services/\(folder)/Sources/\(folder)",
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: executable,
            dependencies: [.target(name: folder), "ServiceHost", "SuiteConfig"] + executableDependencies,
            path: "Services/\(folder)/Sources/\(executable)",
            swiftSettings: swiftSettings,
            linkerSettings: executableLinking
        ),
    ]
}

func shared(_ name: String, dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Shared/\(name)", swiftSettings: swiftSettings)
}

func tests(_ name: String, dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies + ["ServiceTesting"],
        path: "Tests/\(name)",
        exclude: exclude,
        swiftSettings: swiftSettings
    )
}

let package = Package(
    name: "quinion",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "feature-store", targets: ["feature-store"]),
        .executable(name: "document-recognition", targets: ["document-recognition"]),
        .executable(name: "nlp", targets: ["nlp"]),
        .executable(name: "inference", targets: ["inference"]),
        .executable(name: "reporting", targets: ["reporting"]),
        .executable(name: "quinion", targets: ["quinion"]),
        .executable(name: "quinion-sandbox", targets: ["quinion-sandbox"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-configuration.git", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections.git", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", exact: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
    ],
    targets: [
        // MARK: Shared
        shared("SuiteConfig", dependencies: [.configuration]),
        shared("Telemetry", dependencies: [.logging]),
        shared("JSONText", dependencies: [.nioCore]),
        shared(
            "ServiceAPI", dependencies: ["Telemetry", .httpClient, .nioCore, .nioHTTP1, .nioFoundationCompat, .logging]),
        shared(
            "ServiceHost",
            dependencies: [
                "SuiteConfig", "Telemetry", "ServiceAPI", .hummingbird, .hummingbirdCore, .httpClient, .httpTypes,
                .nioCore, .nioPosix, .nioHTTP1, .nioHTTPTypesHTTP1, .deque, .logging, .serviceLifecycle,
                .unixSignals,
            ]
        ),
        shared("Sandbox", dependencies: [.logging, .nioPosix, .deque]),
        // Plain C and linked whole: it starts in a millisecond and runs in any image.
        .executableTarget(
            name: "quinion-sandbox", path: "Shared/SandboxLauncher", exclude: ["README.md"],
            linkerSettings: [.unsafeFlags(["-nostartfiles", "-static-executable"])]),
        shared(
            "ServiceTesting",
            dependencies: [
                "SuiteConfig", "ServiceHost", "ServiceAPI", "Telemetry", .hummingbird, .httpClient, .nioCore, .nioPosix,
                .logging, .crypto,
            ]
        ),

        // MARK: Benchmarks
        .executableTarget(
            name: "benchmark-middleware",
            dependencies: ["ServiceHost", "SuiteConfig", "Telemetry", .hummingbird, .logging],
            path: "Tests/Benchmarks/MiddlewareThroughput",
            swiftSettings: swiftSettings
        ),

        // MARK: C libraries, each owned by one service
        .systemLibrary(
            name: "CPostgreSQL", path: "Services/FeatureStore/Sources/CPostgreSQL", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CTesseract", path: "Services/DocumentRecognition/Sources/CTesseract", pkgConfig: "tesseract",
            providers: [.apt(["libtesseract-dev"])]),
        .systemLibrary(
            name: "CLeptonica", path: "Services/DocumentRecognition/Sources/CLeptonica", pkgConfig: "lept",
            providers: [.apt(["libleptonica-dev"])]),
        .systemLibrary(
            name: "CPDFium", path: "Services/DocumentRecognition/Sources/CPDFium", pkgConfig: "pdfium"),
        .systemLibrary(
            name: "CICU", path: "Services/LanguageProcessing/Sources/CICU", pkgConfig: "icu-uc",
            providers: [.apt(["libicu-dev"])]),
        .target(
            name: "CLD2", path: "Services/LanguageProcessing/Sources/CLD2",
            linkerSettings: [.linkedLibrary("cld2")]),
        .target(name: "BackendABI", path: "Services/Inference/Sources/BackendABI"),
        .target(
            name: "BackendProcess", dependencies: ["BackendABI"], path: "Services/Inference/Sources/BackendProcess"),
        .target(
            name: "BodyCompression", path: "Services/Inference/Sources/BodyCompression",
            linkerSettings: [.linkedLibrary("z")]),

        // MARK: Tests
        tests("HouseTests", dependencies: []),
        tests("SuiteConfigTests", dependencies: ["SuiteConfig"]),
        tests("TelemetryTests", dependencies: ["Telemetry", .logging]),
        tests(
            "ServiceAPITests",
            dependencies: [
                "ServiceAPI", "ServiceHost", "SuiteConfig", "Telemetry", .hummingbird, .httpClient, .nioCore, .nioHTTP1,
            ]),
        tests(
            "ServiceHostTests",
            dependencies: [
                "ServiceHost", "ServiceAPI", "SuiteConfig", "Telemetry", "benchmark-middleware", .hummingbird,
                .httpClient,
                .nioCore, .nioHTTP1, .logging,
            ]),
        tests("SandboxTests", dependencies: ["Sandbox", .logging], exclude: ["limits.sh", "container.sh"]),
        tests(
            "FaultTests",
            dependencies: [
                "feature-store", "document-recognition", "nlp", "inference", "reporting", .httpClient, .nioCore,
                .nioHTTP1,
            ]),
        .executableTarget(
            name: "sandbox-probe", path: "Tests/SandboxProbe",
            linkerSettings: [.unsafeFlags(["-nostartfiles", "-static-executable"])]),
        .executableTarget(
            name: "sandbox-worker-probe", dependencies: ["Sandbox"], path: "Tests/SandboxWorkerProbe",
            swiftSettings: swiftSettings),
        tests(
            "FeatureStoreTests",
            dependencies: [
                "FeatureStore", "feature-store", "FeatureStoreFuzzing", "JSONText", "ServiceAPI", "SuiteConfig",
                "ServiceHost",
                "Telemetry", .crypto, .grdb, .hummingbird, .httpClient, .httpTypes, .nioCore, .nioHTTP1,
            ],
            exclude: ["Fixtures"]),
        tests(
            "DocumentRecognitionTests",
            dependencies: [
                "DocumentRecognition", "Sandbox", "ServiceAPI", "SuiteConfig", "ServiceHost", .httpClient, .nioCore,
                .nioFoundationCompat, .nioHTTP1,
            ],
            exclude: ["Fixtures"]),
        tests(
            "LanguageProcessingTests",
            dependencies: [
                "LanguageProcessing", "ServiceAPI", "SuiteConfig", "ServiceHost", .httpClient, .nioCore, .nioHTTP1,
            ],
            exclude: ["Fixtures"]),
        // Apart, since its simulation fills every core and would starve tests that run engines.
        tests("SchedulingTests", dependencies: ["Inference"]),
        tests(
            "InferenceTests",
            dependencies: [
                "Inference", "inference", "InferenceFuzzing", "ModelImport", "JSONText", "ServiceAPI", "SuiteConfig",
                "ServiceHost", "Telemetry", .httpClient, .nioCore, .nioHTTP1, .logging,
            ],
            exclude: ["Fixtures"]),
        tests(
            "ModelImportTests",
            dependencies: [
                "ModelImport", "Inference", "ServiceAPI", "SuiteConfig", "ServiceHost", .httpClient, .nioCore,
                .nioHTTP1,
            ],
            exclude: ["Fixtures"]),
        .target(
            name: "InferenceFuzzing", dependencies: ["Inference", "ServiceAPI", .nioCore], path: "Tests/Fuzz/Targets",
            swiftSettings: swiftSettings),
        .target(
            name: "FeatureStoreFuzzing", dependencies: ["FeatureStore", "ServiceAPI", "Suite", .nioCore],
            path: "Tests/Fuzz/FeatureStore/Targets", swiftSettings: swiftSettings),
        // Side by side with a peer, printing ratios; started by `make bench`.
        .target(
            name: "BenchmarkEngine", dependencies: ["BackendABI"], path: "Tests/Benchmarks/Engine",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "benchmark-batching",
            dependencies: [
                "BenchmarkEngine", "Inference", "ModelImport", "ServiceAPI", "ServiceHost", "ServiceTesting",
                "SuiteConfig", .httpClient, .nioCore, .nioHTTP1,
            ],
            path: "Tests/Benchmarks/Batching", swiftSettings: swiftSettings),
        .executableTarget(
            name: "benchmark-reloads",
            dependencies: [
                "inference", "ModelImport", "ServiceAPI", "ServiceTesting", .httpClient, .nioCore, .nioHTTP1,
            ],
            path: "Tests/Benchmarks/Reloads", swiftSettings: swiftSettings),
        .executableTarget(
            name: "benchmark-tensor-json", dependencies: ["Inference", "JSONText", .nioCore],
            path: "Tests/Benchmarks/TensorJSON",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "benchmark-embeddings",
            dependencies: [
                "BenchmarkEngine", "Inference", "LanguageProcessing", "ModelImport", "ServiceAPI", "ServiceHost",
                "ServiceTesting", "SuiteConfig", .httpClient, .nioCore, .nioHTTP1,
            ],
            path: "Tests/Benchmarks/Embeddings", swiftSettings: swiftSettings),
        tests(
            "ReportingTests",
            dependencies: [
                "Reporting", "ServiceAPI", "SuiteConfig", "ServiceHost", "Sandbox", "Telemetry", .hummingbird,
                .httpClient, .httpTypes, .nioCore, .nioHTTP1, .logging,
            ]),
        tests(
            "SuiteTests",
            dependencies: ["Suite", "quinion", "inference", "ServiceAPI", "SuiteConfig", "ServiceHost", .nioCore]),
    ]
        + service(
            "FeatureStore", executable: "feature-store",
            dependencies: [
                "CPostgreSQL", "JSONText", "Sandbox", .grdb, .sqlite, .crypto, .httpClient, .nioPosix, .nioHTTP1,
            ])
        + service(
            "DocumentRecognition", executable: "document-recognition",
            dependencies: ["Sandbox", "CTesseract", "CLeptonica", "CPDFium", .nioPosix])
        + service(
            "Inference", executable: "inference",
            dependencies: [
                "BackendABI", "BackendProcess", "BodyCompression", "JSONText", .crypto, .nioPosix, .deque, .heap,
            ],
            executableDependencies: ["ModelImport"])
        + service("LanguageProcessing", executable: "nlp", dependencies: ["CICU", "CLD2"])
        + service("Reporting", executable: "reporting", dependencies: ["Sandbox", .mustache, .crypto, .httpClient])
        + [
            .target(
                name: "ModelImport", dependencies: [.crypto], path: "Services/Inference/Sources/ModelImport",
                swiftSettings: swiftSettings),
            .target(
                name: "Suite",
                dependencies: [
                    "SuiteConfig", "ServiceHost", "ServiceAPI", "Telemetry", "FeatureStore", "DocumentRecognition",
                    "LanguageProcessing", "Inference", "ModelImport", "Reporting", .argumentParser, .httpClient, .yams,
                    .logging,
                    .nioCore, .nioHTTP1, .unixSignals,
                ],
                path: "Services/Suite/Sources/Suite",
                swiftSettings: swiftSettings
            ),
            .executableTarget(
                name: "benchmark-recognition",
                dependencies: [
                    "DocumentRecognition", "Sandbox", "ServiceAPI", "ServiceHost", "ServiceTesting", "SuiteConfig",
                    .httpClient, .nioCore, .nioPosix, .nioFoundationCompat, .nioHTTP1,
                ],
                path: "Tests/Benchmarks/Recognition",
                swiftSettings: swiftSettings
            ),
            .executableTarget(
                name: "quinion", dependencies: ["Suite"], path: "Services/Suite/Sources/quinion",
                swiftSettings: swiftSettings, linkerSettings: executableLinking),
        ]
        + (isFuzzing
            ? [
                .executableTarget(
                    name: "fuzz-inference", dependencies: ["InferenceFuzzing"], path: "Tests/Fuzz/Runner",
                    swiftSettings: swiftSettings, linkerSettings: fuzzing),
                .executableTarget(
                    name: "fuzz-feature-store", dependencies: ["FeatureStore", "FeatureStoreFuzzing"],
                    path: "Tests/Fuzz/FeatureStore/Runner", swiftSettings: swiftSettings, linkerSettings: fuzzing),
            ] : []),
    swiftLanguageModes: [.v6]
)
