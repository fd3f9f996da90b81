/// What a sandboxed program may use.
///
/// Network, new privileges, other processes and files outside the named paths are never allowed.
package struct SandboxPolicy: Sendable, Hashable {
    /// Resident memory of all its processes together, in bytes; looked at 20 times a second.
    package var memory: Int
    /// Address space of one process, in bytes: what a single large allocation runs into.
    package var addressSpace: Int
    /// Processor time of all its processes together; for a worker, of one request.
    package var cpu: Duration
    /// Time from start to end; for a worker, of one request.
    package var wall: Duration
    /// Size of a file it writes, in bytes.
    package var fileSize: Int
    /// Processes beside the program itself.
    ///
    /// With more, the program is ended.
    package var processes: Int
    /// Threads of all processes together.
    ///
    /// With more, the program is ended.
    package var tasks: Int
    /// Open descriptors of one process.
    package var openFiles: Int
    /// The one folder it may write to, and its current folder.
    package var workFolder: String?
    /// Files and folders it may read and execute, beside the system's programs and libraries.
    package var readable: [String]
    /// Its whole environment.
    package var environment: [String: String]
    /// A folder where it may listen on local sockets.
    ///
    /// LibreOffice insists on one in `/tmp`. It can never connect.
    package var socketFolder: String?

    package init(
        memory: Int = 512 << 20,
        addressSpace: Int? = nil,
        cpu: Duration = .seconds(60),
        wall: Duration = .seconds(120),
        fileSize: Int = 256 << 20,
        processes: Int = 0,
        tasks: Int = 256,
        openFiles: Int = 256,
        workFolder: String? = nil,
        readable: [String] = [],
        environment: [String: String] = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"],
        socketFolder: String? = nil
    ) {
        self.memory = memory
        // Threads' stacks, mapped files and allocators reserve much that they never touch.
        self.addressSpace = addressSpace ?? memory + (4 << 30)
        self.cpu = cpu
        self.wall = wall
        self.fileSize = fileSize
        self.processes = processes
        self.tasks = tasks
        self.openFiles = openFiles
        self.workFolder = workFolder
        self.readable = readable
        self.environment = environment
        self.socketFolder = socketFolder
    }
}

extension SandboxPolicy {
    /// The launcher's options; `timed` for a program that runs once, not for a worker, whose times are per request.
    func options(timed: Bool) -> [String] {
        var options = [
            "--memory", String(memory), "--address-space", String(addressSpace), "--file-size", String(fileSize),
            "--processes", String(processes), "--tasks", String(tasks), "--open-files", String(openFiles),
        ]
        if timed { options += ["--cpu", String(cpu.inSeconds), "--wall", String(wall.inSeconds)] }
        if let workFolder { options += ["--work", workFolder] }
        if let socketFolder { options += ["--sockets", socketFolder] }
        for path in readable { options += ["--read", path] }
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) { options += ["--env", "\(name)=\(value)"] }
        return options
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
