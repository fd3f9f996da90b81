import Crypto
import FoundationEssentials
import Glibc

/// Where the measured times of a version outlive the process: a small file per version in a folder of the configuration.
///
/// It is a hint and no more: one that is not there, cannot be read or says what cannot be is as none.
struct CostFile: Sendable {
    private let path: String
    /// What the times were measured on; of anything else they tell nothing.
    private let subject: String

    private static let sizeLimit = 64 << 10
    private static let magic = "quinion costs 1"

    init(folder: String, _ origin: ModelOrigin) {
        let config = origin.config
        let parameters = config.parameters.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        let files = origin.files.map { "\($0.size)" }.joined(separator: ",")
        let facts = [
            origin.folder.name, String(origin.version), config.backend, config.isolation.rawValue, config.file,
            String(config.instances), String(config.pinsInstances), String(Processors.available), parameters, files,
        ]
        subject = Self.digest(facts.joined(separator: "\u{0}"))
        path = "\(folder)/\(Self.digest("\(origin.folder.name)/\(origin.version)").prefix(32)).costs"
    }

    /// The table of an earlier process; nil where there is none of this model on such a machine.
    func read() -> CostTable? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.sizeLimit + 1)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count > 0, count <= Self.sizeLimit, let text = String(validating: bytes[..<count], as: UTF8.self) else {
            return nil
        }
        let lines = text.split(separator: "\n", maxSplits: 2)
        guard lines.count == 3, lines[0] == Self.magic, lines[1] == subject else { return nil }
        return CostTable(text: lines[2])
    }

    /// Keeps a table, whole or not at all.
    ///
    /// - Throws: What the file system says.
    func write(_ table: CostTable) throws {
        let text = "\(Self.magic)\n\(subject)\n\(table.text)"
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    }

    private static func digest(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
