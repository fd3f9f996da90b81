import Logging
import Synchronization

/// Which log lines are written, changeable while the service runs.
final class LogSettings: Sendable {
    struct Values: Sendable, Equatable {
        var info = true
        var warnings = true
        var errors = true
        /// 1 adds debug, 2 and more add trace.
        var verboseLevel = 0

        init(_ level: Logger.Level) {
            info = level <= .notice
            warnings = level <= .warning
            errors = level <= .error
            verboseLevel = level == .trace ? 2 : level == .debug ? 1 : 0
        }
    }

    private let values: Mutex<Values>
    // Read for every line that might be written.
    private let bits: Atomic<UInt8>

    init(_ level: Logger.Level) {
        let initial = Values(level)
        values = Mutex(initial)
        bits = Atomic(initial.bits)
    }

    var current: Values { values.withLock { $0 } }

    /// Applies a change that may be refused.
    func change(_ body: (inout Values) throws(InferenceError) -> Void) throws(InferenceError) -> Values {
        try values.withLock { (values) throws(InferenceError) in
            var changed = values
            try body(&changed)
            values = changed
            bits.store(changed.bits, ordering: .relaxed)
            return changed
        }
    }

    func allows(_ level: Logger.Level) -> Bool {
        level == .critical || bits.load(ordering: .relaxed) & level.bit != 0
    }

    /// The least severe level of which anything is written.
    var level: Logger.Level {
        Logger.Level.allCases.first { allows($0) } ?? .critical
    }
}

extension LogSettings.Values {
    fileprivate var bits: UInt8 {
        var levels: [Logger.Level] = []
        if errors { levels.append(.error) }
        if warnings { levels.append(.warning) }
        if info { levels += [.info, .notice] }
        if verboseLevel >= 1 { levels.append(.debug) }
        if verboseLevel >= 2 { levels.append(.trace) }
        return levels.reduce(0) { $0 | $1.bit }
    }
}

extension Logger.Level {
    fileprivate var bit: UInt8 {
        switch self {
        case .trace: 1
        case .debug: 2
        case .info: 4
        case .notice: 8
        case .warning: 16
        case .error: 32
        case .critical: 64
        }
    }
}

/// A log handler that lets pass what the settings of the moment allow.
struct SettableLogHandler: LogHandler {
    private var base: any LogHandler
    private let settings: LogSettings

    init(_ base: any LogHandler, settings: LogSettings) {
        self.base = base
        self.base.logLevel = .trace
        self.settings = settings
    }

    var logLevel: Logger.Level {
        get { settings.level }
        // The settings are the service's, not one logger's.
        set { _ = newValue }
    }

    var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set { base.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        if settings.allows(event.level) { base.log(event: event) }
    }
}
