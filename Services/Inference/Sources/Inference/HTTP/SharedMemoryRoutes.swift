import Hummingbird
import ServiceHost

/// Triton's shared memory extensions, which this server refuses in so many words.
///
/// A client's memory mapped into the server is how others got from an error message to running foreign code
/// (CVE-2025-23319 and its successors); binary tensors need no more than one copy.
enum SharedMemoryRoutes {
    static func add(to v2: RouterGroup<ServiceContext>) {
        for kind in ["systemsharedmemory", "cudasharedmemory"] as [RouterPath] {
            let memory = v2.group(kind)
            memory.get("status") { _, _ in try refuse() }
            memory.post("unregister") { _, _ in try refuse() }
            memory.get("region/:region/status") { _, _ in try refuse() }
            memory.post("region/:region/register") { _, _ in try refuse() }
            memory.post("region/:region/unregister") { _, _ in try refuse() }
        }
    }

    private static func refuse() throws -> Response {
        throw InferenceError(.unsupported, "shared memory is not supported: send tensors in binary form")
    }
}
