import SuiteConfig
import Synchronization

/// The effective configuration that `GET /v1/config` answers with, secrets already redacted.
package final class SettingsReport: Sendable {
    private let settings = Mutex<[EffectiveSetting]>([])

    init() {}

    var current: [EffectiveSetting] {
        get { settings.withLock { $0 } }
        set { settings.withLock { $0 = newValue } }
    }
}
