import ServiceAPI

/// International bank account numbers (ISO 13616) whose length and check digits are right.
struct IBANRule {
    let text: ScalarText

    func match(at start: Int) -> EntityMatch? {
        guard text.isUpper(start), text.isUpper(start + 1), text.isDigit(start + 2), text.isDigit(start + 3),
            let length = Self.lengths[text.string(start..<start + 2)]
        else { return nil }
        var value: [UInt32] = []
        var position = start
        while value.count < length {
            if text.isUpper(position) || text.isDigit(position) {
                value.append(text[position])
                position += 1
            } else if text.isSpace(position) || text[position] == .ascii("-"), !value.isEmpty,
                text.isUpper(position + 1) || text.isDigit(position + 1)
            {
                position += 1
            } else {
                return nil
            }
        }
        guard !text.isAlphanumeric(position), Self.remainder(value) == 1 else { return nil }
        return EntityMatch(
            kind: .iban, range: start..<position,
            value: String(String.UnicodeScalarView(value.compactMap(Unicode.Scalar.init))))
    }

    /// The remainder modulo 97 with the first four characters moved to the end and letters as 10...35 (ISO 7064).
    static func remainder(_ characters: [UInt32]) -> Int {
        (characters.dropFirst(4) + characters.prefix(4)).reduce(0) { remainder, scalar in
            scalar < 0x3A
                ? (remainder * 10 + Int(scalar) - 0x30) % 97 : (remainder * 100 + Int(scalar) - 0x41 + 10) % 97
        }
    }

    /// Length by country, from SWIFT's IBAN registry.
    private static let lengths: [String: Int] = [
        "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
        "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
        "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
        "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
        "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20,
        "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25,
        "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
        "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
    ]
}
