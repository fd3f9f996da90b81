// Pages per second of document-recognition, over HTTP, beside those of the `tesseract` program on the same pictures
// with the same number of cores, in alternating rounds. `benchmark-recognition [PICTURE…]`; without pictures those of
// the tests' fixtures. Every picture is one page.

import AsyncHTTPClient
import DocumentRecognition
import Foundation
import NIOCore
import NIOFoundationEssentialsCompat
import NIOHTTP1
import NIOPosix
import Sandbox
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig

let cores = ProcessInfo.processInfo.activeProcessorCount
let rounds = 3
let fixtures = ["phototest.tif", "phototest.webp", "receipt-350.jpg", "receipt-409.jpg"]
let given = Array(CommandLine.arguments.dropFirst())
for path in given where !FileManager.default.isReadableFile(atPath: path) {
    FileHandle.standardError.write(Data("benchmark-recognition: cannot read \(path)\n".utf8))
    exit(66)
}
let pictures = given.isEmpty ? fixtures.map { Repository.fixture("DocumentRecognitionTests", $0) } : given

/// Runs `work` for every picture, as many at once as there are cores, and returns the seconds it took.
func timed(_ work: @escaping @Sendable (String) async throws -> Void) async throws -> Double {
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
        var rest = pictures[...]
        for picture in rest.prefix(cores) { group.addTask { try await work(picture) } }
        rest = rest.dropFirst(cores)
        while try await group.next() != nil {
            if let picture = rest.popFirst() { group.addTask { try await work(picture) } }
        }
    }
    return (ContinuousClock.now - start) / .seconds(1)
}

let threads = NIOThreadPool(numberOfThreads: cores)
threads.start()

/// The peer at its best: one thread a page, as many pages at once as there are cores.
@Sendable func tesseract(_ picture: String) async throws {
    try await threads.runIfActive {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/tesseract")
        process.arguments = [picture, "-", "--psm", "3", "tsv"]
        process.environment = ["OMP_THREAD_LIMIT": "1"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CancellationError() }
    }
}

let config = try testConfiguration(DocumentRecognitionConfig.self)
let application = try await DocumentRecognitionService.application(config, testEnvironment())
try await withRunningService(application) { address in
    @Sendable func recognize(_ picture: String) async throws {
        var request = HTTPClientRequest(url: address + "/v1/recognize")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        request.body = .bytes(ByteBuffer(data: try Data(contentsOf: URL(fileURLWithPath: picture))))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(300))
        let body = try await response.body.collect(upTo: 64 << 20)
        guard response.status == .ok else { throw HTTPClientError.cancelled }
        _ = try JSONDecoder().decode(RecognizedDocument.self, from: Data(buffer: body))
    }
    // Starts the reading processes and fills the page cache for both.
    _ = try await timed(recognize)
    _ = try await timed(tesseract)
    var ours: [Double] = []
    var theirs: [Double] = []
    for round in 1...rounds {
        ours.append(Double(pictures.count) / (try await timed(recognize)))
        theirs.append(Double(pictures.count) / (try await timed(tesseract)))
        print(
            "round \(round): document-recognition \(ours.last!.formatted2) pages/s, "
                + "tesseract \(theirs.last!.formatted2) pages/s")
    }
    let (our, their) = (ours.sorted()[rounds / 2], theirs.sorted()[rounds / 2])
    print("pages: \(pictures.count), cores: \(cores)")
    print("ratio of medians: \((our / their).formatted2)")
}
try await threads.shutdownGracefully()

extension Double {
    var formatted2: String { String(format: "%.2f", self) }
}
