import Synchronization
import Telemetry

/// The `Date` header's value, made once a second.
final class HTTPDate: Sendable {
    private let cached = Mutex<(seconds: Int, text: String)>((0, ""))

    var now: String {
        let time = WallTime.now()
        return cached.withLock { cached in
            if cached.seconds != time.seconds { cached = (time.seconds, time.httpDate) }
            return cached.text
        }
    }
}
