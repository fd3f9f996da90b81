import Foundation

/// What `quinion bench` found: a table for a person, JSON for a machine.
struct BenchResult: Encodable, Sendable {
    struct Input: Encodable, Sendable {
        var name: String
        var datatype: String
        var shape: [Int]
    }

    /// Times in milliseconds.
    struct Load: Encodable, Sendable {
        var requests: Int
        var failures: [String: Int]
        var requestsPerSecond: Double
        var latency: LatencySummary?

        init(_ sample: Sample) {
            requests = sample.times.count
            failures = sample.failures
            requestsPerSecond = sample.seconds > 0 ? Double(sample.times.count) / sample.seconds : 0
            latency = LatencySummary(seconds: sample.times)
        }
    }

    /// Means per request, by the server's statistics; milliseconds.
    struct Server: Encodable, Sendable {
        var requests: Int
        var executions: Int
        /// Rows that an execution had on average.
        var batch: Double
        var queue: Double
        var input: Double
        var compute: Double
        var output: Double

        init?(_ account: ServerAccount) {
            guard account.requests > 0 else { return nil }
            func mean(_ nanoseconds: Int) -> Double { Double(nanoseconds) / Double(account.requests) / 1e6 }
            requests = account.requests
            executions = account.executions
            batch = account.executions > 0 ? Double(account.inferences) / Double(account.executions) : 0
            (queue, input, compute, output) = (
                mean(account.queue), mean(account.input), mean(account.compute), mean(account.output)
            )
        }
    }

    struct Row: Encodable, Sendable {
        var concurrency: Int?
        var rate: Double?
        var served: Load
        var server: Server?
        var engine: Load?
        /// Throughput as a share of the engine's.
        var ofEngine: Double?

        init(load: BenchLoad, served: Sample, account: ServerAccount, engine: Sample?) {
            switch load {
            case .concurrency(let count): concurrency = count
            case .rate(let value): rate = value
            }
            self.served = Load(served)
            server = Server(account)
            self.engine = engine.map(Load.init)
            // An open loop sends what it was told to, however fast the server is.
            if concurrency != nil, let engine = self.engine, engine.requestsPerSecond > 0 {
                ofEngine = self.served.requestsPerSecond / engine.requestsPerSecond
            }
        }

        var label: String {
            concurrency.map { BenchLoad.concurrency($0).description } ?? BenchLoad.rate(rate ?? 0).description
        }
    }

    var model: String
    var platform: String
    var url: String
    var format: String
    var duration: Double
    var inputs: [Input]
    var rows: [Row]

    func write(to file: String) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        if file == "-" {
            Terminal.standard.print(String(text.dropLast()))
            return
        }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        } catch {
            throw CommandError(ExitStatus.noInput, "\(file) cannot be written: \(error.localizedDescription)")
        }
    }

    func print(to terminal: Terminal) {
        let tensors = inputs.map { "\($0.name) \($0.datatype) \($0.shape)" }.joined(separator: ", ")
        terminal.print("\(model) (\(platform)) at \(url), \(format): \(tensors)")
        let isCompared = rows.contains { $0.engine != nil }
        let titles =
            ["LOAD", "REQ/S", "P50 MS", "P90", "P95", "P99", "MAX", "QUEUE MS", "COMPUTE MS", "BATCH", "FAILED"]
            + (isCompared ? ["ENGINE/S", "ENGINE P50", "OF ENGINE"] : [])
        var table = TextTable(titles.map { .init(title: $0, alignment: $0 == "LOAD" ? .left : .right) })
        for row in rows {
            let latency = row.served.latency
            var cells: [String] = [row.label, decimal(row.served.requestsPerSecond, 1)]
            cells += [latency?.p50, latency?.p90, latency?.p95, latency?.p99, latency?.max].map { decimal($0, 3) }
            cells += [
                decimal(row.server?.queue, 3), decimal(row.server.map { $0.input + $0.compute + $0.output }, 3),
                decimal(row.server?.batch, 2), String(row.served.failures.values.reduce(0, +)),
            ]
            if isCompared {
                cells += [
                    decimal(row.engine?.requestsPerSecond, 1), decimal(row.engine?.latency?.p50, 3),
                    decimal(row.ofEngine, 3),
                ]
            }
            table.add(cells.map { .init($0) })
        }
        table.print(to: terminal)
        for row in rows {
            for (reason, count) in row.served.failures.sorted(by: { $0.key < $1.key }) {
                terminal.print("\(row.label): \(count) × \(reason)")
            }
        }
    }

    private func decimal(_ value: Double?, _ digits: Int) -> String {
        value.map { String(format: "%.\(digits)f", $0) } ?? "–"
    }
}
