import FoundationEssentials
import Reporting
import ServiceTesting
import Testing

@Suite struct RenderingTests {
    @Test func aMixedCollectionBecomesPDFAndHTML() async throws {
        let input = SampleCollection.mixed()
        let output = try await render(input, as: "mixed")
        #expect(output.pdf.starts(with: Data("%PDF-1.5".utf8)))
    }
}
