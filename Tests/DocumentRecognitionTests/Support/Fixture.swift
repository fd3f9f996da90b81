import FoundationEssentials
import NIOCore
import NIOFoundationEssentialsCompat
import ServiceTesting

/// The files under `Fixtures`; `NOTICE` there names their sources and licences.
enum Fixture {
    static func bytes(_ name: String) throws -> ByteBuffer {
        ByteBuffer(
            data: try Data(
                contentsOf: URL(filePath: Repository.fixture("DocumentRecognitionTests", name))))
    }

    static func text(_ name: String) throws -> String { String(buffer: try bytes(name)) }
}
