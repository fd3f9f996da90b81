import Glibc

extension MetricsRegistry {
    /// Registers `build_info`, whose labels say what runs.
    func registerBuildInfo(service: String, version: String) {
        gauges("build_info", help: "What runs here; always 1.", labels: ["service", "version"])
            .series(service, version).set(1)
    }

    /// Registers the process metrics that Prometheus' own clients share, read from `/proc/self`.
    func registerProcessMetrics() {
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        let start = ProcessStatus.startTime(ticks: ticks)
        observedCounter("process_cpu_seconds_total", help: "User and system CPU time spent in seconds.") {
            ProcessStatus.read().map { ($0.userTicks + $0.systemTicks) / ticks } ?? 0
        }
        observedGauge("process_resident_memory_bytes", help: "Resident memory size in bytes.") {
            ProcessStatus.read().map { $0.residentPages * page } ?? 0
        }
        observedGauge("process_virtual_memory_bytes", help: "Virtual memory size in bytes.") {
            ProcessStatus.read()?.virtualBytes ?? 0
        }
        observedGauge("process_threads", help: "Number of operating system threads.") {
            ProcessStatus.read()?.threads ?? 0
        }
        observedGauge("process_open_fds", help: "Number of open file descriptors.") {
            Double(ProcessStatus.openDescriptors())
        }
        observedGauge("process_max_fds", help: "Maximum number of open file descriptors.") {
            ProcessStatus.descriptorLimit()
        }
        observedGauge("process_start_time_seconds", help: "Start time of the process since the Unix epoch in seconds.")
        {
            start
        }
    }
}

/// Fields of `/proc/self/stat` (proc(5)).
private struct ProcessStatus {
    let userTicks: Double
    let systemTicks: Double
    let threads: Double
    let startTicks: Double
    let virtualBytes: Double
    let residentPages: Double

    static func read() -> ProcessStatus? {
        // The second field is the command in parentheses and may contain spaces and parentheses.
        guard let text = contents("/proc/self/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].dropFirst(2).split(separator: " ")
        func field(_ number: Int) -> Double? { fields.count > number - 3 ? Double(fields[number - 3]) : nil }
        guard let user = field(14), let system = field(15), let threads = field(20), let start = field(22),
            let virtual = field(23), let resident = field(24)
        else { return nil }
        return ProcessStatus(
            userTicks: user, systemTicks: system, threads: threads, startTicks: start, virtualBytes: virtual,
            residentPages: resident)
    }

    static func startTime(ticks: Double) -> Double {
        guard let status = read(), let stat = contents("/proc/stat"),
            let line = stat.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let boot = Double(line.dropFirst("btime ".count))
        else { return 0 }
        return boot + status.startTicks / ticks
    }

    static func openDescriptors() -> Int {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return max(0, count - 3)  // without ".", ".." and the descriptor of this listing
    }

    static func descriptorLimit() -> Double {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? Double(limit.rlim_cur) : 0
    }

    private static func contents(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = readSome(descriptor, &buffer)
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func readSome(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
        buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    }
}
