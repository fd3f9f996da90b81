package import ServiceAPI

/// Finds entities in one pass from left to right.
///
/// Every rule looks at a bounded stretch after (and for a label before) the place it is asked about, so the time is
/// linear in the text's length whatever the text. Where a rule matches, the pass goes on behind the match.
package struct EntityScanner: Sendable {
    package struct Options: Sendable {
        /// How 03/04/2021 is read.
        package var dateOrder: DateOrder
        /// ISO 4217 code that a bare `$` stands for.
        package var dollar: String

        package init(dateOrder: DateOrder = .dayFirst, dollar: String = "USD") {
            self.dateOrder = dateOrder
            self.dollar = dollar
        }
    }

    private let options: Options

    package init(_ options: Options = Options()) { self.options = options }

    package func entities(in text: String) -> [TextEntity] {
        let text = ScalarText(text)
        let addresses = AddressRule(text: text)
        let dates = DateRule(text: text, order: options.dateOrder)
        let amounts = AmountRule(text: text, dollar: options.dollar)
        let codes = IBANRule(text: text)
        let identifiers = IdentifierRule(text: text)
        let phones = PhoneRule(text: text)
        var entities: [TextEntity] = []
        var position = 0
        while position < text.count {
            guard startsToken(text, position) else {
                position += 1
                continue
            }
            let found =
                addresses.url(at: position) ?? addresses.email(at: position) ?? codes.match(at: position)
                ?? identifiers.match(at: position) ?? dates.match(at: position) ?? phones.match(at: position)
                ?? amounts.match(at: position)
            guard let found else {
                position += 1
                continue
            }
            entities.append(
                TextEntity(
                    kind: found.kind, start: found.range.lowerBound, end: found.range.upperBound,
                    text: text.string(found.range), value: found.value, currency: found.currency, label: found.label,
                    ambiguous: found.ambiguous ? true : nil))
            // An identifier's or phone's match begins at its keyword, before the entity itself.
            position = max(position + 1, found.range.upperBound)
        }
        return entities
    }

    /// Whether an entity can begin here: not inside a word, and not at white space.
    private func startsToken(_ text: ScalarText, _ position: Int) -> Bool {
        if text.isSpace(position) || text.isNewline(position) { return false }
        return !(text.isAlphanumeric(position) && text.isAlphanumeric(position - 1))
    }
}

/// What a rule found.
struct EntityMatch {
    var kind: TextEntity.Kind
    var range: Range<Int>
    var value: String
    var currency: String?
    var label: String?
    var ambiguous = false
}
