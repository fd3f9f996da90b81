import FoundationEssentials

/// The page of one document.
struct DocumentCard {
    private static let listed = 5
    private static let separator = "  ·  "

    let document: ReportDocument
    /// 1-based; names the picture's file.
    let number: Int
    let picture: Picture?

    var object: TemplateObject {
        var object: TemplateObject = [
            "name": DisplayText.clippedInMiddle(document.name, to: 72), "number": String(number),
            "state": document.outcome.word, "tone": document.outcome.tone,
            "facts": facts.map { ["caption": $0.caption, "value": $0.value] as TemplateObject },
            "failures": document.failures.prefix(3).map {
                let place = $0.step.map { "\($0): " } ?? ""
                return ["text": DisplayText.clipped(place + $0.message, to: 160)] as TemplateObject
            },
        ]
        if let best = document.types.first {
            let percent = Format.coordinate(100 * best.score.clamped(to: 0...1))
            object["best"] = [
                "label": DisplayText.clipped(best.name, to: 32), "score": Format.decimal(best.score, digits: 2),
                "percent": percent, "rest": Format.coordinate(100 - 100 * best.score.clamped(to: 0...1)),
            ]
        }
        if let picture {
            object["picture"] = [
                "file": Self.pictureFile(number: number, picture), "data": picture.dataURI,
                "width": String(picture.width), "height": String(picture.height),
            ]
        }
        return object
    }

    /// Fixed names, so that equal input makes equal bytes and no name from outside reaches TeX.
    static func pictureFile(number: Int, _ picture: Picture) -> String {
        "p\(CivilDate.padded(number, 3)).\(picture.format.fileExtension)"
    }

    private var facts: [(caption: String, value: String)] {
        var facts: [(String, String)] = []
        func add(_ caption: String, _ value: String?) {
            if let value, !value.isEmpty { facts.append((caption, value)) }
        }
        add(
            "Next best",
            list(
                document.types.dropFirst().prefix(2).map {
                    "\(clip($0.name, 24)) \(Format.decimal($0.score, digits: 2))"
                }))
        add(
            "Language",
            document.language.map { "\(clip(LanguageName.of($0.name), 24)), \(Format.decimal($0.score, digits: 2))" })
        add("Pages", pages)
        add("Sum", document.principal.map { Format.money(hundredths: $0.hundredths, currency: $0.currency) })
        add("Dated", document.date?.iso)
        add("Amounts", list(document.amounts.map { Format.money(hundredths: $0.hundredths, currency: $0.currency) }))
        add("Dates", list(document.dates.map(\.iso)))
        for (kind, caption) in Self.entityCaptions {
            add(caption, list(document.entities.filter { $0.kind == kind }.map { clip($0.text, 48) }))
        }
        add("File", "\(clip(document.mediaType, 48)), \(Format.bytes(document.bytes))")
        add("Received", Format.moment(document.received))
        add("Took", times)
        add("Begins", document.excerpt.map { DisplayText.clipped($0, to: 170) })
        return facts
    }

    private static let entityCaptions = [
        ("identifier", "Identifiers"), ("iban", "IBAN"), ("email", "E-mail"), ("phone", "Telephone"), ("url", "Web"),
    ]

    private var pages: String? {
        guard document.pages.total > 0 else { return nil }
        var words = Format.count(document.pages.total)
        if let reading = document.pages.reading { words += ", read by \(reading.words)" }
        if let confidence = document.recognitionConfidence {
            words += ", confidence \(Format.decimal(confidence, digits: 2))"
        }
        if document.pages.failed > 0 { words += ", \(Format.count(document.pages.failed)) failed" }
        return words
    }

    private var times: String? {
        let steps = document.steps.compactMap { step in step.seconds.map { (clip(step.name, 16), $0) } }
        guard !steps.isEmpty else { return nil }
        let total = Format.seconds(steps.reduce(0) { $0 + $1.1 })
        return total + " (" + steps.map { "\($0.0) \(Format.seconds($0.1))" }.joined(separator: ", ") + ")"
    }

    /// The first few different values, and how many more there are.
    private func list(_ values: [String]) -> String? {
        var seen: Set<String> = []
        let distinct = values.filter { seen.insert($0).inserted }
        guard !distinct.isEmpty else { return nil }
        let more = distinct.count - Self.listed
        return distinct.prefix(Self.listed).joined(separator: Self.separator) + (more > 0 ? "  +\(more)" : "")
    }

    private func clip(_ text: String, _ limit: Int) -> String { DisplayText.clippedInMiddle(text, to: limit) }
}
