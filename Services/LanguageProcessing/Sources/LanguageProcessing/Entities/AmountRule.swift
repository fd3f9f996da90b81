import ServiceAPI

/// Amounts of money: a number beside a currency, or with two decimals after a word like "TOTAL".
struct AmountRule {
    let text: ScalarText
    let dollar: String

    func match(at start: Int) -> EntityMatch? {
        var position = start
        var negative = false
        if isMinus(text[position]), !text.isAlphanumeric(position - 1) {
            negative = true
            position += 1
        } else if text[position] == .ascii("(") {
            position += 1
        }
        let opened = text[start] == .ascii("(")
        guard let amount = currencyFirst(position) ?? numberFirst(position) else { return nil }
        var end = amount.end
        if opened {
            // Accountants write negative amounts in brackets.
            guard text[end] == .ascii(")") else { return nil }
            end += 1
            negative = true
        }
        let isZero = amount.value.allSatisfy { $0 == "0" || $0 == "." }
        let value = (negative || amount.negative) && !isZero ? "-" + amount.value : amount.value
        return EntityMatch(
            kind: .amount, range: start..<end, value: value, currency: amount.currency, label: label(before: start),
            ambiguous: amount.ambiguous)
    }

    private struct Amount {
        var value: String
        var currency: String?
        var end: Int
        var negative = false
        var ambiguous = false
    }

    /// `€ 1.234,56`, `RM9.00`, `USD -5`.
    private func currencyFirst(_ start: Int) -> Amount? {
        guard let currency = Currency(in: text, at: start, dollar: dollar) else { return nil }
        var position = text.skippingSpaces(from: currency.end, atMost: 2)
        let negative = isMinus(text[position])
        if negative { position += 1 }
        guard text.isDigit(position),
            let number = DecimalNumber(
                in: text, at: position, pointGroups: currency.code.map(Currency.pointGroups.contains) ?? false),
            !text.isLetter(number.end)
        else { return nil }
        return Amount(
            value: number.value, currency: currency.code, end: number.end, negative: negative,
            ambiguous: number.ambiguous)
    }

    /// `1 234,56 EUR`, `12.50€`, and a bare `12.50` where a word before it says that it is money.
    private func numberFirst(_ start: Int) -> Amount? {
        guard text.isDigit(start), !text.isDigit(start - 1), !text.isLetter(start - 1) else { return nil }
        if text.isDigit(start - 2), text[start - 1] == .ascii(".") || text[start - 1] == .ascii(",") { return nil }
        guard let plain = DecimalNumber(in: text, at: start) else { return nil }
        let after = text.skippingSpaces(from: plain.end, atMost: 1)
        if let currency = Currency(in: text, at: after, dollar: dollar), !text.isAlphanumeric(currency.end),
            !startsNextAmount(currency.end), after == plain.end || !text.isNewline(plain.end)
        {
            let number =
                currency.code.map(Currency.pointGroups.contains) == true
                ? DecimalNumber(in: text, at: start, pointGroups: true) ?? plain : plain
            return Amount(
                value: number.value, currency: currency.code, end: currency.end, ambiguous: number.ambiguous)
        }
        guard plain.decimals == 2, !text.isLetter(plain.end), text[plain.end] != .ascii("%"),
            label(before: start) != nil
        else { return nil }
        return Amount(value: plain.value, end: plain.end)
    }

    /// `5.00 $6.00`: the sign belongs to the number after it.
    private func startsNextAmount(_ position: Int) -> Bool { text.isDigit(position) }

    private func isMinus(_ scalar: UInt32) -> Bool {
        switch scalar {
        case "-", 0x2212, 0x2013: true
        default: false
        }
    }

    // MARK: Labels

    /// How far a label may stand before its amount.
    private static let reach = 48

    /// What an amount is, from the words before it on its line, or from the line before when that has no digits.
    private func label(before start: Int) -> String? {
        var lineStart = start
        while start - lineStart < Self.reach, lineStart > 0, !text.isNewline(lineStart - 1) { lineStart -= 1 }
        if let label = Self.label(in: words(lineStart..<start)) { return label }
        guard words(lineStart..<start).isEmpty, lineStart > 0, text.isNewline(lineStart - 1) else { return nil }
        var previous = lineStart - 1
        while previous > 0, text.isNewline(previous - 1), lineStart - previous < 2 { previous -= 1 }
        let end = previous
        while lineStart - previous < Self.reach, previous > 0, !text.isNewline(previous - 1) { previous -= 1 }
        guard !(previous..<end).contains(where: text.isDigit) else { return nil }
        return Self.label(in: words(previous..<end))
    }

    /// The folded words of a stretch after its last number.
    private func words(_ range: Range<Int>) -> [String] {
        var words: [String] = []
        var position = range.lowerBound
        while position < range.upperBound {
            if text.isLetter(position) {
                let end = min(range.upperBound, text.skippingLetters(from: position))
                words.append(text.foldedString(position..<end))
                position = end
            } else {
                let digits = text.skippingDigits(from: position)
                // A rate belongs to its label: "GST @6% 4.58".
                if digits > position, text[digits] != .ascii("%") { words.removeAll() }
                position = max(position + 1, digits)
            }
        }
        return words
    }

    private static func label(in words: [String]) -> String? {
        let known = words.compactMap { labels[$0] }
        // "Total tax" is a tax and "sub total" a subtotal: the more special word wins.
        for special in ["subtotal", "tax", "change", "paid", "discount", "rounding", "balance"]
        where known.contains(special) {
            return special
        }
        return known.last
    }

    private static let labels: [String: String] = [
        "total": "total", "totals": "total", "amount": "total", "summe": "total", "gesamt": "total",
        "gesamtbetrag": "total", "betrag": "total", "montant": "total", "totale": "total", "importe": "total",
        "importo": "total", "due": "total", "nett": "total", "grand": "total", "price": "price", "preis": "price",
        "prix": "price", "subtotal": "subtotal", "sub": "subtotal", "zwischensumme": "subtotal", "tax": "tax",
        "vat": "tax", "gst": "tax", "sst": "tax", "mwst": "tax", "ust": "tax", "tva": "tax", "iva": "tax", "btw": "tax",
        "cash": "paid", "paid": "paid", "tendered": "paid", "payment": "paid", "bezahlt": "paid", "change": "change",
        "ruckgeld": "change", "discount": "discount", "rabatt": "discount", "rounding": "rounding",
        "adjustment": "rounding", "balance": "balance", "saldo": "balance", "fee": "price", "charge": "price",
    ]
}
