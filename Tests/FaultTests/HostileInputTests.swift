import Foundation
import ServiceTesting
import Testing

/// The hostile inputs are what they claim to be, by independent programs where this machine has them.
@Suite struct HostileInputTests {
    private func withFile<Value>(_ bytes: [UInt8], _ name: String = "input", _ body: (String) throws -> Value) throws
        -> Value
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hostile-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: name)
        try Data(bytes).write(to: file)
        return try body(file.path)
    }

    private static var hasPoppler: Bool { Command.exists("pdfinfo") && Command.exists("pdftotext") }

    @Test func checksumsAreTheKnownOnes() {
        var checksum = CRC32()
        checksum.update(Array("123456789".utf8))
        #expect(checksum.value == 0xCBF4_3926)
        var oneByOne = CRC32()
        oneByOne.update([UInt8](repeating: 65, count: 100_003))
        var atOnce = CRC32()
        atOnce.update(repeating: 65, count: 100_003)
        #expect(atOnce.value == oneByOne.value)
    }

    /// gzip inflates and compares length and checksum.
    @Test(arguments: [1, 2, 258, 259, 260, 517, 1000, 5_000_000])
    func gzipInflatesARun(count: Int) throws {
        var stream = DeflateStream()
        stream.plain(Array("before".utf8))
        stream.run(of: 32, count: count)
        stream.run(of: 0, count: count)
        stream.plain(Array("after".utf8))
        let compressed = stream.finished()
        #expect(compressed.count < 200 + 2 * count / 1000)
        let gzip =
            [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + compressed
            + withUnsafeBytes(of: stream.checksum.value.littleEndian) { Array($0) }
            + withUnsafeBytes(of: UInt32(stream.count).littleEndian) { Array($0) }
        let sizes = try withFile(gzip, "input.gz") { try Command.run("sh", "-c", "gzip -dc '\($0)' | wc -c") }
        #expect(sizes.trimmingCharacters(in: .whitespacesAndNewlines) == String(11 + 2 * count))
        try withFile(gzip, "input.gz") { _ = try Command.run("gzip", "-t", $0) }
    }

    @Test(.enabled(if: hasPoppler)) func theSoundPDFHasOnePageAndOneWord() throws {
        try withFile(HostileInput.soundPDF.bytes) { (file: String) throws -> Void in
            #expect(try Command.run("pdfinfo", file).contains(/Pages: +1\n/))
            #expect(try Command.run("pdftotext", file, "-").hasPrefix("Hello"))
        }
    }

    @Test(.enabled(if: hasPoppler)) func thePDFOfTenThousandPagesHasThem() throws {
        let input = HostileInput.manyPages(10_000)
        #expect(input.bytes.count < 2 << 20)
        try withFile(input.bytes) { (file: String) throws -> Void in
            #expect(try Command.run("pdfinfo", file).contains(/Pages: +10000\n/))
            #expect(
                try Command.run("pdftotext", "-f", "9999", "-l", "10000", file, "-") == "Hello\n\n\u{C}Hello\n\n\u{C}")
        }
    }

    @Test(.enabled(if: hasPoppler)) func theEncryptedPDFOpensWithItsPasswordOnly() throws {
        try withFile(HostileInput.encryptedPDF.bytes) { (file: String) throws -> Void in
            let refusal = #expect(throws: Command.Failure.self) { try Command.run("pdfinfo", file) }
            #expect(refusal?.output.contains("Incorrect password") == true)
            #expect(try Command.run("pdfinfo", "-upw", HostileInput.password, file).contains("Encrypted:       yes"))
            #expect(try Command.run("pdftotext", "-upw", HostileInput.password, file, "-").hasPrefix("Hello"))
        }
    }

    @Test func pngHeadersPromiseWhatTheirNamesSay() {
        func size(_ input: HostileInput) -> [Int] {
            [16, 20].map { start in input.bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
        }
        #expect(size(.soundPNG) == [64, 64])
        #expect(size(.hugePNG) == [100_000, 100_000])
        #expect(size(.bombPNG) == [20_000, 20_000])
        #expect(HostileInput.hugePNG.bytes.count < 200)
        #expect(HostileInput.bombPNG.bytes.count < 20_000 * 20_001 / 1000)
    }

    @Test func tiffDirectoriesLeadWhereTheirNamesSay() {
        func chain(_ input: HostileInput) -> [Int] {
            func number(_ at: Int, _ width: Int) -> Int {
                input.bytes[at..<at + width].reversed().reduce(0) { $0 << 8 | Int($1) }
            }
            var offsets = [number(4, 4)]
            while let last = offsets.last, last != 0, offsets.dropLast().contains(last) == false {
                offsets.append(number(last + 2 + 12 * number(last, 2), 4))
            }
            return offsets
        }
        #expect(chain(.soundTIFF) == [16, 130, 0])
        #expect(chain(.cyclicTIFF) == [16, 16])
        #expect(chain(.twoDirectoryCycleTIFF) == [16, 130, 16])
    }

    @Test func theZipBombGrowsAThousandfold() {
        let bytes = HostileInput.bombDOCX.bytes
        #expect(bytes.starts(with: [0x50, 0x4B, 3, 4]))
        #expect(bytes.count < 1_100_000)
        // The size of the third entry when inflated, in the central directory.
        let end = bytes.count - 22
        let directory = bytes[end + 16..<end + 20].reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect(Array(bytes[directory..<directory + 4]) == [0x50, 0x4B, 1, 2])
        let name = Array("word/document.xml".utf8)
        let last = end - 46 - name.count
        #expect(Array(bytes[end - name.count..<end]) == name)
        #expect(bytes[last + 24..<last + 28].reversed().reduce(0) { $0 << 8 | Int($1) } > 1_000_000_000)
    }

    @Test(.enabled(if: Command.exists("unzip"))) func unzipAcceptsTheArchive() throws {
        try withFile(HostileInput.soundDOCX.bytes) { (file: String) throws -> Void in
            _ = try Command.run("unzip", "-tq", file)
            #expect(try Command.run("unzip", "-p", file, "word/document.xml").contains("<w:t>Hello</w:t>"))
        }
    }

    @Test func deepJSONIsAsDeepAsItSaysAndNoDeeper() {
        #expect(HostileInput.deepArrays(3).bytes == Array("[[[]]]".utf8))
        #expect(HostileInput.deepObjects(2).bytes == Array(#"{"text":{"text":0}}"#.utf8))
        #expect(HostileInput.deepArrays(100_000).bytes.count == 200_000)
    }

    @Test func textsHoldTheBytesTheyName() {
        #expect(String(validating: HostileInput.loneSurrogateBytes.bytes, as: UTF8.self) == nil)
        #expect(String(validating: HostileInput.invalidUTF8.bytes, as: UTF8.self) == nil)
        #expect(String(decoding: HostileInput.loneSurrogate.bytes, as: UTF8.self).contains(#"\ud800"#))
        #expect(String(decoding: HostileInput.nulInText.bytes, as: UTF8.self).contains(#"\u0000"#))
    }

    @Test func noiseIsTheSameForASeedAndBeginsAsNamed() {
        let noise = HostileInput.randomWithMagic(seed: 7)
        #expect(noise.map(\.bytes) == HostileInput.randomWithMagic(seed: 7).map(\.bytes))
        #expect(noise.map(\.bytes) != HostileInput.randomWithMagic(seed: 8).map(\.bytes))
        #expect(noise.allSatisfy { $0.bytes.count > 4096 })
        #expect(noise.first?.bytes.starts(with: Array("%PDF-".utf8)) == true)
        #expect(
            HostileInput.truncatedPNG.bytes
                == Array(HostileInput.soundPNG.bytes.prefix(HostileInput.soundPNG.bytes.count / 2)))
    }
}
