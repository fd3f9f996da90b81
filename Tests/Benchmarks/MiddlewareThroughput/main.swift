// benchmark-middleware [ROUNDS] [SECONDS]: requests per second of the full middleware stack and of a bare Hummingbird
// route, in turns, and their ratio.
// benchmark-middleware serve [OPTIONS]: runs the full server alone, for a load generator of your own.

import Foundation
import Logging
import ServiceHost
import SuiteConfig
import Telemetry

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "serve" {
    await ServiceMain.main(FullServer.Config.self, arguments: Array(arguments.dropFirst())) { config, environment in
        try FullServer.application(config, telemetry: environment.telemetry, logger: environment.logger)
    }
}

let rounds = arguments.first.flatMap { Int($0) } ?? 5
let load = LoadGenerator(connections: 32, seconds: arguments.dropFirst().first.flatMap { Int($0) } ?? 3)
let telemetry = Telemetry(service: "echo", version: suiteVersion, logs: .discarding)
let config = try Loaded<FullServer.Config>.load(arguments: [], environment: [:]).config
let application = try FullServer.application(
    config, telemetry: telemetry, logger: telemetry.logger(label: "echo", level: .info))

func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
}

let (bare, full) = try await withBareServer { bareURL in
    try await withRunningService(application) { fullURL in
        // A short round for each to warm up.
        let warmUp = LoadGenerator(connections: load.connections, seconds: 1)
        _ = try await warmUp.measure(bareURL + "/echo")
        _ = try await warmUp.measure(fullURL + "/echo")
        var bare: [Double] = []
        var full: [Double] = []
        for round in 1...rounds {
            bare.append(try await load.measure(bareURL + "/echo"))
            full.append(try await load.measure(fullURL + "/echo"))
            print("round \(round): bare \(Int(bare[round - 1])) req/s, full \(Int(full[round - 1])) req/s")
        }
        return (bare, full)
    }
}
let ratio = median(zip(full, bare).map { $0 / $1 })
print("bare Hummingbird: \(Int(median(bare))) req/s; full stack: \(Int(median(full))) req/s (medians)")
print("ratio (median of the rounds'): \((ratio * 100).rounded() / 100)")
