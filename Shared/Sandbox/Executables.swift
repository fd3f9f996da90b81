import Glibc

/// Finding the suite's own executables and what they need to be read.
package enum Executables {
    /// An executable that lies beside the running one (or, in tests, beside the test bundle).
    package static func sibling(named name: String) -> String? {
        for folder in [folder(of: running), folder(of: image)].compactMap({ $0 }) {
            let path = "\(folder)/\(name)"
            if access(path, X_OK) == 0 { return path }
        }
        return nil
    }

    /// The path of the running executable.
    package static var running: String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = buffer.withUnsafeMutableBytes {
            readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return length > 0 ? String(decoding: buffer[..<length], as: UTF8.self) : nil
    }

    /// The file this code was loaded from, which is the test bundle in tests.
    private static var image: String? {
        let address = UInt(bitPattern: #dsohandle)
        return mappings().first { $0.addresses.contains(address) }?.file
    }

    private static func folder(of path: String?) -> String? {
        guard let path, let slash = path.lastIndex(of: "/") else { return nil }
        return String(path[..<slash])
    }

    /// The folders of the shared libraries this process has loaded, beside the system's own.
    static func libraryFolders() -> Set<String> {
        let system = ["/usr/", "/lib/", "/lib64/"]
        return Set(
            mappings().filter { $0.file.contains(".so") }.compactMap { folder(of: $0.file) }
                .filter { folder in !system.contains { "\(folder)/".hasPrefix($0) } && access(folder, R_OK) == 0 }
        )
    }

    /// The files mapped into this process.
    private static func mappings() -> [(addresses: Range<UInt>, file: String)] {
        guard let file = fopen("/proc/self/maps", "r") else { return [] }
        defer { fclose(file) }
        var mappings: [(Range<UInt>, String)] = []
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0 {
            let text = String(cString: line!)
            let bounds = text.prefix { $0 != " " }.split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard bounds.count == 2, bounds[0] < bounds[1], let slash = text.firstIndex(of: "/") else { continue }
            mappings.append((bounds[0]..<bounds[1], String(text[slash...].prefix { $0 != "\n" })))
        }
        return mappings
    }
}

extension SandboxPolicy {
    /// Lets a program of the suite load what the running process has loaded.
    ///
    /// That is the Swift runtime where it is not linked in, and the engines' libraries. `LD_LIBRARY_PATH` passes on.
    package mutating func admitOwnLibraries() {
        var folders = Executables.libraryFolders()
        if let path = getenv("LD_LIBRARY_PATH").map({ String(cString: $0) }), !path.isEmpty {
            environment["LD_LIBRARY_PATH"] = path
            for folder in path.split(separator: ":").map(String.init) where access(folder, R_OK) == 0 {
                folders.insert(folder)
            }
        }
        readable += folders.sorted()
        // The runtime's crash reporter is a process of its own, which the sandbox does not allow.
        environment["SWIFT_BACKTRACE"] = "enable=no"
    }
}
