// A worker that misbehaves on request, for the tests of worker pools. A request is a word and perhaps a number.
import Glibc
import Sandbox

let channel = try WorkerChannel()
print("what a library prints must not spoil a frame")
try channel.serve { request, send in
    let words = String(decoding: request, as: UTF8.self).split(separator: " ")
    let number = words.count > 1 ? Int(words[1]) ?? 0 : 0
    switch words.first {
    case "process": try send(Array(String(getpid()).utf8))
    case "parts": for part in 0..<number { try send(Array(String(part).utf8)) }
    case "bytes": try send([UInt8](repeating: 7, count: number))
    case "length": try send(Array(String(request.count).utf8))
    case "refuse": throw WorkerFailure(code: "encrypted", message: "the document needs a password")
    case "throw": throw CancelledByProbe()
    case "crash": raise(SIGSEGV)
    case "exit": exit(Int32(number))
    case "complain":
        _ = write(2, "about to give up\n", 17)
        abort()
    case "spin": while true {}
    case "sleep": while true { pause() }
    case "grow":
        while true {
            let memory = malloc(1 << 20)!
            memset(memory, 1, 1 << 20)
        }
    case "keep":
        let memory = malloc(number)!
        memset(memory, 1, number)
    case "garbage":
        var bytes = [UInt8](repeating: 0xFF, count: 64)
        // The channel's own descriptor is the lowest after the standard ones and the requests'.
        _ = write(4, &bytes, bytes.count)
        while true { pause() }
    case "flood": while true { try send([UInt8](repeating: 0, count: 1 << 20)) }
    default: throw WorkerFailure(code: "unknown", message: "no such request")
    }
}

struct CancelledByProbe: Error {}
