import ServiceAPI

/// Numbers that a word before them names: invoice, order, VAT registration and the like.
struct IdentifierRule {
    let text: ScalarText

    /// Longest identifier taken.
    private static let longest = 40

    func match(at start: Int) -> EntityMatch? {
        guard text.isLetter(start), !text.isAlphanumeric(start - 1) else { return nil }
        var words: [String] = []
        var position = start
        var label: String?
        var named = false
        // A name has at most four words: "VAT registration number", "P.O. no".
        while words.count < 4 {
            let end = text.skippingLetters(from: position, atMost: 24)
            guard end > position, !text.isLetter(end) else { break }
            let word = text.foldedString(position..<end)
            if let subject = Self.subjects[word] {
                // "Tax invoice": the last subject counts, but a VAT number stays one.
                if label != "vat" || subject == "invoice" || subject == "receipt" { label = subject }
                named = Self.complete.contains(word)
            } else if Self.numberWords.contains(word), label != nil {
                named = true
            } else if !Self.fillers.contains(word) {
                break
            }
            words.append(word)
            position = end
            if text[position] == .ascii(".") { position += 1 }
            if text[position] == 0xB0 || text[position] == 0xBA { position += 1 }
            if named, Self.numberWords.contains(word) { break }
            let next = text.skippingSpaces(from: position, atMost: 2)
            guard text.isLetter(next) || text[next] == .ascii("/") && text.isLetter(next + 1) else { break }
            position = text[next] == .ascii("/") ? next + 1 : next
        }
        guard let label, let joint = joint(from: position, named: named) else { return nil }
        return identifier(at: joint.end, label: label, isNamed: joint.isNamed)
    }

    /// Skips `: # -` and spaces between name and identifier; nil when nothing says that a number follows.
    private func joint(from start: Int, named: Bool) -> (end: Int, isNamed: Bool)? {
        var position = start
        var named = named
        var colon = false
        while position - start < 12 {
            switch text[position] {
            case "#":
                named = true
                position += 1
            case ":", 0xFF1A, "=":
                colon = true
                position += 1
            case ".", "-", ")", "(":
                position += 1
            default:
                guard text.isSpace(position) else { return named || colon ? (position, named) : nil }
                position += 1
            }
        }
        return nil
    }

    private func identifier(at start: Int, label: String, isNamed: Bool) -> EntityMatch? {
        guard text.isAlphanumeric(start) else { return nil }
        var end = start
        var digits = 0
        while end - start < Self.longest {
            if text.isDigit(end) {
                digits += 1
                end += 1
            } else if text.isUpper(end) || (text.isLetter(end) && text[end] < 0x80) {
                end += 1
            } else if "-/._".unicodeScalars.contains(where: { text[end] == $0.value }), text.isAlphanumeric(end + 1) {
                end += 1
            } else if label == "vat", text.isSpace(end), text.isDigit(end + 1), end - start < 20 {
                end += 1
            } else {
                break
            }
        }
        guard digits >= 2 || (digits == 1 && end - start == 1) || digits * 2 >= end - start, digits > 0,
            !text.isAlphanumeric(end)
        else { return nil }
        // "Order: 66" may say anything; "Invoice: 2041-7" does not.
        if !isNamed, digits < 4, !Self.plain.contains(label) { return nil }
        if let number = DecimalNumber(in: text, at: start), number.end == end, number.decimals > 0 { return nil }
        // What stands there may be a date: "Invoice: 12/03/2021".
        if DateRule(text: text, order: .dayFirst).match(at: start) != nil { return nil }
        var value = text.string(start..<end)
        if label == "vat" { value = value.filter { $0.isLetter || $0.isNumber }.uppercased() }
        return EntityMatch(kind: .identifier, range: start..<end, value: value, label: label)
    }

    private static let subjects: [String: String] = [
        "invoice": "invoice", "inv": "invoice", "rechnung": "invoice", "rechnungsnummer": "invoice",
        "rechnungsnr": "invoice", "facture": "invoice", "factura": "invoice", "fattura": "invoice",
        "faktuur": "invoice", "bill": "invoice", "receipt": "receipt", "rcpt": "receipt", "slip": "receipt",
        "bon": "receipt", "quittung": "receipt", "doc": "document", "document": "document", "order": "order",
        "purchase": "order", "po": "order", "bestellung": "order", "bestellnummer": "order", "auftrag": "order",
        "auftragsnummer": "order", "commande": "order", "pedido": "order", "customer": "customer", "client": "customer",
        "kunde": "customer", "kundennummer": "customer", "kundennr": "customer", "member": "customer",
        "account": "account", "acct": "account", "konto": "account", "kontonummer": "account", "ref": "reference",
        "reference": "reference", "referenz": "reference", "vat": "vat", "gst": "vat", "sst": "vat", "ust": "vat",
        "ustid": "vat", "ustidnr": "vat", "tva": "vat", "mwst": "vat", "tin": "tax", "tax": "tax",
        "steuernummer": "tax",
        "ein": "tax", "registration": "registration", "company": "registration", "reg": "registration",
        "contract": "contract", "vertrag": "contract", "policy": "policy", "tracking": "tracking", "ticket": "ticket",
        "case": "case", "isbn": "isbn", "issn": "issn", "iban": "account", "bic": "bic",
    ]

    /// Subjects that name a number by themselves.
    private static let complete: Set<String> = [
        "rechnungsnummer", "rechnungsnr", "bestellnummer", "auftragsnummer", "kundennummer", "kundennr", "kontonummer",
        "steuernummer", "isbn", "issn", "ustid", "ustidnr",
    ]

    /// Labels after which a colon is enough.
    private static let plain: Set<String> = ["invoice", "receipt", "reference", "tracking", "isbn", "issn"]

    private static let numberWords: Set<String> = [
        "no", "nos", "number", "num", "nr", "id", "idnr", "numero", "nummer", "code", "n",
    ]

    private static let fillers: Set<String> = ["o", "p", "reg", "de", "cash", "sales", "simplified", "id"]
}
