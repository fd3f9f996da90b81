import FoundationEssentials

/// The processors this process may use.
enum Processors {
    /// The affinity mask's, or fewer when a control group limits processor time; at least 1.
    static let available: Int = {
        let visible = max(1, ProcessInfo.processInfo.activeProcessorCount)
        guard let quota = controlGroupQuota() else { return visible }
        return max(1, min(visible, Int(quota.rounded(.up))))
    }()

    /// Processors' worth of time per period (cgroup v2, `cpu.max`: "QUOTA PERIOD" in µs, or "max PERIOD").
    private static func controlGroupQuota() -> Double? {
        guard let bytes = FileManager.default.contents(atPath: "/sys/fs/cgroup/cpu.max") else { return nil }
        let fields = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]), period > 0 else {
            return nil
        }
        return quota / period
    }
}
