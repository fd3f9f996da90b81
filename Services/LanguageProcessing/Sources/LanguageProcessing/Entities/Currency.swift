/// Signs, names and codes of currencies at a place of the text.
struct Currency {
    /// ISO 4217; nil when the sign is used by several (`kr`).
    var code: String?
    var end: Int

    /// Reads a currency sign, abbreviation or ISO code.
    init?(in text: ScalarText, at start: Int, dollar: String) {
        if let sign = Self.signs[text[start]] {
            self.init(code: sign, end: start + 1)
            return
        }
        if text[start] == .ascii("$") {
            self.init(code: dollar, end: start + 1)
            return
        }
        guard text.isLetter(start), !text.isLetter(start - 1) else { return nil }
        let letters = text.skippingLetters(from: start, atMost: 4)
        let word = text.string(start..<letters)
        if text[letters] == .ascii("$"), let code = Self.dollars[word] {
            self.init(code: code, end: letters + 1)
        } else if letters - start == 3, Self.codes.contains(word) {
            self.init(code: word, end: letters)
        } else if let code = Self.abbreviations[word.lowercased()] {
            self.init(code: code, end: text[letters] == .ascii(".") ? letters + 1 : letters)
        } else {
            return nil
        }
    }

    private init(code: String?, end: Int) {
        self.code = code
        self.end = end
    }

    /// Currencies whose writers group digits with points.
    static let pointGroups: Set<String> = ["EUR", "DKK", "IDR", "VND", "BRL", "TRY", "ARS", "CLP", "COP", "RSD", "ISK"]

    private static let signs: [UInt32: String] = [
        0x20AC: "EUR", 0xA3: "GBP", 0xA5: "JPY", 0x20B9: "INR", 0x20A9: "KRW", 0x20BD: "RUB", 0x20BA: "TRY",
        0x20AB: "VND", 0x0E3F: "THB", 0x20B1: "PHP", 0x20AA: "ILS", 0x20B4: "UAH", 0x20A6: "NGN", 0x20B8: "KZT",
        0xFFE5: "JPY", 0xFFE1: "GBP", 0x5186: "JPY", 0x5143: "CNY", 0xC6D0: "KRW",
    ]

    private static let dollars: [String: String] = [
        "US": "USD", "A": "AUD", "AU": "AUD", "C": "CAD", "CA": "CAD", "S": "SGD", "HK": "HKD", "NZ": "NZD",
        "NT": "TWD", "R": "BRL", "MX": "MXN",
    ]

    /// Lower case; nil where several currencies share the word.
    private static let abbreviations: [String: String?] = [
        "rm": "MYR", "rs": "INR", "rp": "IDR", "zł": "PLN", "kč": "CZK", "ft": "HUF", "kr": nil as String?,
        "sfr": "CHF",
        "euro": "EUR", "eur": "EUR", "usd": "USD", "gbp": "GBP", "myr": "MYR",
    ]

    /// Codes of ISO 4217 in wide use; a rarer code is more often another word in capitals.
    private static let codes: Set<String> = [
        "AED", "ARS", "AUD", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR",
        "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "KWD", "KZT", "MAD", "MXN", "MYR",
        "NGN", "NOK", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SEK", "SGD",
        "THB", "TND", "TRY", "TWD", "UAH", "USD", "UYU", "VND", "ZAR",
    ]
}
