import BackendABI
import FoundationEssentials
import Glibc

/// The OpenVINO plugin called through its C interface alone: no service, no queue, no copy beyond the plugin's own.
package final class BareEngine {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// What `quinion_execution` points to: where the one output goes.
    private final class Output {
        private(set) var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)

        func reserve(_ count: Int) -> UnsafeMutableRawPointer? {
            if buffer.count < count {
                buffer.deallocate()
                buffer = .allocate(byteCount: count, alignment: 64)
            }
            return buffer.baseAddress
        }

        deinit { buffer.deallocate() }
    }

    private let table: UnsafePointer<quinion_backend>
    private let instance: OpaquePointer
    private let output = Output()

    /// - Parameters:
    ///   - plugin: A copy of the plugin's file that nobody else has opened: a plugin keeps the table of its host.
    package init(plugin: String, model: String, processors: Int) throws {
        guard let library = dlopen(plugin, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(library, "quinion_backend_entry")
        else { throw Failure(description: String(cString: dlerror())) }
        let entry = unsafeBitCast(symbol, to: quinion_backend_entry_fn.self)
        guard let table = entry(Self.host) else { throw Failure(description: "\(plugin) gives no table") }
        self.table = table

        var state: OpaquePointer?
        try Self.check(table.pointee.initialize?(&state))
        var handle: OpaquePointer?
        let result = "benchmark".withCString { name in
            "1".withCString { version in
                model.withCString { path in
                    var spec = quinion_model_spec()
                    spec.struct_size = MemoryLayout<quinion_model_spec>.size
                    (spec.name, spec.version, spec.path) = (name, version, path)
                    (spec.instance_count, spec.cpu_count) = (1, UInt32(processors))
                    return table.pointee.model_create(state, &spec, &handle)
                }
            }
        }
        try Self.check(result)
        var instance: OpaquePointer?
        try Self.check(table.pointee.instance_create(handle, 0, &instance))
        guard let instance else { throw Failure(description: "no instance") }
        self.instance = instance
    }

    /// Runs a batch of token ids and gives the hidden states, valid until the next run.
    package func run(_ batch: TokenBatch) throws -> UnsafeBufferPointer<Float> {
        let inputNames: [String] = ["input_ids", "attention_mask", "token_type_ids"]
        let names = inputNames.map { UnsafePointer(strdup($0)) }
        defer { for name in names { free(UnsafeMutablePointer(mutating: name)) } }
        let shape = [Int64(batch.rows), Int64(batch.width)]
        let result = shape.withUnsafeBufferPointer { shape in
            batch.ids.withUnsafeBytes { ids in
                batch.mask.withUnsafeBytes { mask in
                    batch.types.withUnsafeBytes { types in
                        let inputs = zip(names, [ids, mask, types]).map { name, data in
                            quinion_tensor(
                                name: name, datatype: QUINION_INT64, rank: 2, shape: shape.baseAddress,
                                data: data.baseAddress, byte_size: UInt64(data.count),
                                memory: quinion_memory(kind: QUINION_MEMORY_CPU, device: 0))
                        }
                        let outputs: [UInt32] = [0]
                        return inputs.withUnsafeBufferPointer { inputs in
                            outputs.withUnsafeBufferPointer { outputs in
                                var request = quinion_request(
                                    struct_size: MemoryLayout<quinion_request>.size,
                                    execution: OpaquePointer(Unmanaged.passUnretained(output).toOpaque()),
                                    input_count: inputs.count, inputs: inputs.baseAddress,
                                    output_count: 1, outputs: outputs.baseAddress, output_limit: 1 << 30)
                                return table.pointee.execute(instance, &request)
                            }
                        }
                    }
                }
            }
        }
        try Self.check(result)
        return UnsafeBufferPointer(output.buffer.assumingMemoryBound(to: Float.self))
    }

    private static func check(_ error: OpaquePointer?) throws {
        guard let error else { return }
        throw Failure(description: Unmanaged<Message>.fromOpaque(UnsafeRawPointer(error)).takeRetainedValue().text)
    }

    private final class Message {
        let text: String

        init(_ text: String) { self.text = text }
    }

    // Written once before the plugin sees it, valid for the life of the process, as the interface asks.
    nonisolated(unsafe) private static let host: UnsafePointer<quinion_host> = {
        let table = UnsafeMutablePointer<quinion_host>.allocate(capacity: 1)
        table.initialize(
            to: quinion_host(
                struct_size: MemoryLayout<quinion_host>.size,
                abi_major: UInt32(QUINION_BACKEND_ABI_MAJOR),
                abi_minor: UInt32(QUINION_BACKEND_ABI_MINOR),
                error_create: { _, text in
                    let message = Message(text.map { String(cString: $0) } ?? "no message")
                    return OpaquePointer(Unmanaged.passRetained(message).toOpaque())
                },
                error_release: { error in
                    guard let error else { return }
                    Unmanaged<Message>.fromOpaque(UnsafeRawPointer(error)).release()
                },
                log: { _, _, _ in },
                counter_add: { _, _, _ in },
                gauge_set: { _, _, _ in },
                output_allocate: { execution, _, _, _, _, buffer in
                    guard let execution, let buffer else { return nil }
                    let output = Unmanaged<Output>.fromOpaque(UnsafeRawPointer(execution)).takeUnretainedValue()
                    buffer.pointee.data = output.reserve(Int(buffer.pointee.byte_size))
                    return nil
                },
                execution_phase: { _, _ in },
                execution_cancelled: { _ in 0 }
            ))
        return UnsafePointer(table)
    }()
}
