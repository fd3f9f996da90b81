import FoundationEssentials

/// What `/proc` says of processes and their threads.
enum ProcessFile {
    static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: "/proc/\(path)").map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The processors that each thread of a process may use (proc(5), `Cpus_allowed_list`: "0-2,5").
    static func processorsOfThreads(_ process: String) -> [[Int]] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        return threads.compactMap { thread in
            let lines = text("\(process)/task/\(thread)/status").split(separator: "\n")
            guard let line = lines.first(where: { $0.hasPrefix("Cpus_allowed_list:") }) else { return nil }
            return line.split(separator: "\t").last?.split(separator: ",").flatMap { range -> [Int] in
                let ends = range.split(separator: "-").compactMap { Int($0) }
                return ends.count == 2 ? Array(ends[0]...ends[1]) : ends
            }
        }
    }
}
