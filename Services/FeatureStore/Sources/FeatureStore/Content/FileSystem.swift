import Glibc
import NIOCore

/// The few file operations that durability is made of.
///
/// They block.
enum FileSystem {
    static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o750) == 0 || errno == EEXIST else { throw error("cannot make folder \(path)") }
    }

    /// Makes a folder and those above it.
    static func makeFolders(_ path: String) throws {
        var current = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            current += "/" + part
            try makeFolder(current)
        }
    }

    /// Writes a folder's entries to the disk; a rename is durable only after it.
    static func sync(folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw error("cannot open folder \(folder)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw error("cannot sync folder \(folder)") }
    }

    static func move(_ from: String, to: String) throws {
        guard rename(from, to) == 0 else { throw error("cannot move a file to \(to)") }
    }

    /// Removes a file; one that is not there is no error.
    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw error("cannot remove \(path)") }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func names(in folder: String) throws -> [String] {
        guard let stream = opendir(folder) else { throw error("cannot list \(folder)") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a folder and all below it, without following links.
    static func removeTree(_ path: String) throws {
        // `stat` is a type of two C modules in a static build, so the kind of file is learnt from `unlink`.
        if unlink(path) == 0 || errno == ENOENT { return }
        guard errno == EISDIR else { throw error("cannot remove \(path)") }
        for name in try names(in: path) { try removeTree(path + "/" + name) }
        guard rmdir(path) == 0 || errno == ENOENT else { throw error("cannot remove folder \(path)") }
    }

    static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
        var rest = bytes
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written >= 0 else { throw error("cannot write") }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        }
    }

    static func write(_ bytes: ByteBuffer, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw error("cannot make \(path)") }
        defer { close(descriptor) }
        try bytes.withUnsafeReadableBytes { try writeAll($0, to: descriptor) }
    }

    static func readAll(_ path: String, limit: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw error("cannot open \(path)") }
        defer { close(descriptor) }
        // Fails on what is no file: a pipe has no end, a folder's is past every limit.
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw error("cannot read \(path)") }
        guard size <= limit else {
            throw FeatureStoreError(.storageFailed, "\(path) has \(size) bytes, more than \(limit)")
        }
        return try ByteSource(fileDescriptor: descriptor, count: size).first(size)
    }

    static func error(_ what: String) -> FeatureStoreError {
        let code: FeatureStoreError.Code = errno == ENOSPC || errno == EDQUOT ? .storageFull : .storageFailed
        return FeatureStoreError(code, "\(what): \(String(cString: strerror(errno)))")
    }
}
