/// `CharacterTables`, parsed: sets and maps by scalar value.
struct CharacterClasses: Sendable {
    static let shared = CharacterClasses()

    let dropped: ScalarSet
    let spaces: ScalarSet
    let ideographs: ScalarSet
    let marks: ScalarSet
    let punctuation: ScalarSet
    let whitespace: ScalarSet
    let combiningClass: [UInt32: UInt8]
    /// Pages of 256 scalars in which not every scalar is treated alike.
    let mixedPages: Set<UInt32>
    private let decompositions: [UInt32: [UInt32]]
    private let lowercase: [UInt32: [UInt32]]

    private init() {
        dropped = ScalarSet(CharacterTables.dropped)
        spaces = ScalarSet(CharacterTables.spaces)
        ideographs = ScalarSet(CharacterTables.ideographs)
        marks = ScalarSet(CharacterTables.marks)
        punctuation = ScalarSet(CharacterTables.punctuation)
        whitespace = ScalarSet(CharacterTables.whitespace)
        decompositions = Self.map(CharacterTables.decompositions)
        lowercase = Self.map(CharacterTables.lowercase)
        var classes: [UInt32: UInt8] = [:]
        for group in CharacterTables.combiningClasses.split(separator: ";") {
            let parts = group.split(separator: ":")
            guard parts.count == 2, let number = UInt8(parts[0].filter { $0 != " " }) else { continue }
            for range in ScalarSet(String(parts[1])).ranges {
                for scalar in range { classes[scalar] = number }
            }
        }
        combiningClass = classes
        // A range longer than a page is mixed only at its ends; Hangul begins and ends inside a page too.
        var mixed: Set<UInt32> = [0xAC, 0xD7]
        for set in [dropped, spaces, ideographs, marks, punctuation, whitespace] {
            for range in set.ranges { mixed.formUnion([range.lowerBound >> 8, range.upperBound >> 8]) }
        }
        for keys in [decompositions.keys, lowercase.keys] { mixed.formUnion(keys.map { $0 >> 8 }) }
        mixed.formUnion(classes.keys.map { $0 >> 8 })
        mixedPages = mixed
    }

    /// Full canonical decomposition; the scalar itself when it has none.
    func decomposition(_ scalar: UInt32) -> [UInt32] {
        if (0xAC00...0xD7A3).contains(scalar) {
            // Hangul syllables decompose by arithmetic (Unicode Standard, section 3.12).
            let i = scalar - 0xAC00
            let jamo = [0x1100 + i / 588, 0x1161 + i % 588 / 28]
            return i % 28 == 0 ? jamo : jamo + [0x11A7 + i % 28]
        }
        return decompositions[scalar] ?? [scalar]
    }

    func lowercased(_ scalar: UInt32) -> [UInt32] { lowercase[scalar] ?? [scalar] }

    func entry(_ scalar: UInt32, _ options: BertNormalizerOptions) -> CharacterTable.Entry {
        typealias Entry = CharacterTable.Entry
        if options.cleanText {
            if dropped.contains(scalar) { return Entry(.dropped) }
            if spaces.contains(scalar) { return Entry(.whitespace) }
        }
        var result = options.stripAccents ? decomposition(scalar) : [scalar]
        if options.handleChineseCharacters, ideographs.contains(scalar) {
            guard result.count == 1, let only = result.first else { return Entry(.general) }
            return Entry(.ideograph, replacement: only == scalar ? 0 : only)
        }
        var composed = false
        if options.stripAccents {
            if marks.contains(scalar) {
                return combiningClass[scalar].map { Entry(.mark, replacement: UInt32($0)) } ?? Entry(.strippedStarter)
            }
            if combiningClass[result[0]] != nil { return Entry(.general) }
            let rest = result.dropFirst()
            if !rest.isEmpty, rest.allSatisfy({ marks.contains($0) && combiningClass[$0] != nil }) {
                composed = true
                result = [result[0]]
            } else if result.contains(where: { marks.contains($0) || combiningClass[$0] != nil }) {
                return Entry(.general)
            }
        }
        if options.lowercase { result = result.flatMap(lowercased) }
        guard result.count == 1, let only = result.first else { return Entry(.general) }
        if composed {
            let isLetter = !whitespace.contains(only) && !punctuation.contains(only) && !marks.contains(only)
            return isLetter ? Entry(.composedLetter, replacement: only) : Entry(.general)
        }
        if whitespace.contains(only) { return Entry(.whitespace) }
        if punctuation.contains(only) { return Entry(.punctuation, replacement: only) }
        return only == scalar ? Entry(.letter) : Entry(.replacedLetter, replacement: only)
    }

    private static func map(_ text: String) -> [UInt32: [UInt32]] {
        var map: [UInt32: [UInt32]] = [:]
        for pair in text.split(separator: " ") {
            let sides = pair.split(separator: "=")
            guard sides.count == 2, let key = UInt32(sides[0], radix: 16) else { continue }
            map[key] = sides[1].split(separator: ",").compactMap { UInt32($0, radix: 16) }
        }
        return map
    }
}

/// A set of scalar values as sorted ranges.
struct ScalarSet: Sendable {
    let ranges: [ClosedRange<UInt32>]

    /// Reads hexadecimal scalars and ranges separated by spaces: `41-5A 61`.
    init(_ text: String) {
        ranges = text.split(separator: " ").compactMap { word in
            let ends = word.split(separator: "-").compactMap { UInt32($0, radix: 16) }
            guard let first = ends.first, let last = ends.last else { return nil }
            return first...last
        }
    }

    func contains(_ scalar: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(scalar)
    }
}
