import LanguageProcessing
import ServiceAPI
import Testing

/// Entities as `kind text=value`, with currency, label and `?` for ambiguous ones.
private func found(_ text: String, _ options: EntityScanner.Options = .init()) -> [String] {
    EntityScanner(options).entities(in: text).map { entity in
        "\(entity.kind) \(entity.text)=\(entity.value ?? "")"
            + (entity.currency.map { " \($0)" } ?? "") + (entity.label.map { " \($0)" } ?? "")
            + (entity.ambiguous == true ? "?" : "")
    }
}

@Suite struct EntityTests {
    @Test(arguments: [
        ("2021-03-12", "date 2021-03-12=2021-03-12"),
        ("at 2021-03-12T10:20:30Z.", "date 2021-03-12T10:20:30Z=2021-03-12T10:20:30Z"),
        ("25/12/2018 8:13:39 PM", "date 25/12/2018=2018-12-25"),
        ("12/25/2018", "date 12/25/2018=2018-12-25"),
        ("03/04/2021", "date 03/04/2021=2021-04-03?"),
        ("19-10-18", "date 19-10-18=2018-10-19"),
        ("12.03.2021,", "date 12.03.2021=2021-03-12?"),
        ("the 12th of March, 2021", "date 12th of March, 2021=2021-03-12"),
        ("12-MAR-2018", "date 12-MAR-2018=2018-03-12"),
        ("March 12, 2021", "date March 12, 2021=2021-03-12"),
        ("12. März 2021", "date 12. März 2021=2021-03-12"),
        ("le 1er août 2021", "date 1er août 2021=2021-08-01"),
        ("12 de marzo de 2021", "date 12 de marzo de 2021=2021-03-12"),
        ("since March 2021", "date March 2021=2021-03"),
        ("2021年3月12日", "date 2021年3月12日=2021-03-12"),
        ("29/02/2020", "date 29/02/2020=2020-02-29"),
    ])
    func datesOfReceiptsLettersAndISO(text: String, expected: String) {
        #expect(found(text) == [expected])
    }

    @Test(arguments: [
        "29/02/2021", "31/04/2020", "2021-13-01", "1.2.10", "192.168.1.1", "12/2021", "may 15 people", "99/99/9999",
        "12345/12/2018", "2018-12-123",
    ])
    func whatOnlyLooksLikeADateIsNone(text: String) {
        #expect(found(text).isEmpty)
    }

    @Test func theOrderOfDayAndMonthIsTheCallers() {
        #expect(found("03/04/2021", .init(dateOrder: .monthFirst)) == ["date 03/04/2021=2021-03-04?"])
    }

    @Test(arguments: [
        ("$1,234.56", "amount $1,234.56=1234.56 USD"),
        ("€1.234,56", "amount €1.234,56=1234.56 EUR"),
        ("1 234,56 EUR", "amount 1 234,56 EUR=1234.56 EUR"),
        ("12.50€", "amount 12.50€=12.50 EUR"),
        ("RM9.00", "amount RM9.00=9.00 MYR"),
        ("CHF 1'234.50", "amount CHF 1'234.50=1234.50 CHF"),
        ("£5", "amount £5=5 GBP"),
        ("A$ 7.20", "amount A$ 7.20=7.20 AUD"),
        ("-$5.00", "amount -$5.00=-5.00 USD"),
        ("($5.00)", "amount ($5.00)=-5.00 USD"),
        ("1,00,000.00 INR", "amount 1,00,000.00 INR=100000.00 INR"),
        ("¥1,200", "amount ¥1,200=1200 JPY?"),
        ("TOTAL 9.00", "amount 9.00=9.00 total"),
        ("Total (RM): 80.90", "amount 80.90=80.90 total"),
        ("SUB TOTAL\n 33.90", "amount 33.90=33.90 subtotal"),
        ("GST @6% 4.58", "amount 4.58=4.58 tax"),
        ("CASH 50.00", "amount 50.00=50.00 paid"),
        ("150 kr", "amount 150 kr=150"),
    ])
    func amountsBecomeDecimalsWithTheirCurrency(text: String, expected: String) {
        #expect(found(text) == [expected])
    }

    @Test(arguments: ["9.00", "3 x 4.50", "version 1.25", "USD", "the total was fine", "100%"])
    func numbersWithoutCurrencyOrLabelAreNoAmounts(text: String) {
        #expect(found(text).isEmpty)
    }

    @Test(arguments: [
        ("Mail Bob.X+a@Example.COM.", "email Bob.X+a@Example.COM=Bob.X+a@example.com"),
        ("see https://Example.com/a_(b)?q=1).", "url https://Example.com/a_(b)?q=1=https://example.com/a_(b)?q=1"),
        ("www.example.org,", "url www.example.org=http://www.example.org"),
        ("<http://a.de>", "url http://a.de=http://a.de"),
        ("Tel: 03-1234 5678", "phone 03-1234 5678=0312345678 phone"),
        ("Fax No. : +49 (30) 123456", "phone +49 (30) 123456=+4930123456 fax"),
        ("call (555) 123-4567 now", "phone (555) 123-4567=5551234567 phone"),
        ("+33 1 23 45 67 89", "phone +33 1 23 45 67 89=+33123456789"),
        ("DE89 3704 0044 0532 0130 00", "iban DE89 3704 0044 0532 0130 00=DE89370400440532013000"),
        ("GB82WEST12345698765432", "iban GB82WEST12345698765432=GB82WEST12345698765432"),
        ("NO93 8601 1117 947", "iban NO93 8601 1117 947=NO9386011117947"),
        ("Invoice No: INV-2021-001", "identifier INV-2021-001=INV-2021-001 invoice"),
        ("INVOICE #4711", "identifier 4711=4711 invoice"),
        ("Rechnungsnummer: R2021/17", "identifier R2021/17=R2021/17 invoice"),
        ("Order number 66-A1", "identifier 66-A1=66-A1 order"),
        ("GST ID : 000306020352", "identifier 000306020352=000306020352 vat"),
        ("VAT Reg. No. GB 123 4567 89", "identifier GB 123 4567 89=GB123456789 vat"),
        ("(Co. Reg No: 123456-A)", "identifier 123456-A=123456-A registration"),
    ])
    func addressesNumbersAndIdentifiers(text: String, expected: String) {
        #expect(found(text) == [expected])
    }

    @Test(arguments: [
        "DE89 3704 0044 0532 0130 01", "DE00370400440532013000", "GB82 WEST 1234", "@example.com", "a@b", "http://",
        "order no longer available", "invoice date", "555-1234", "tel: 12",
    ])
    func whatFailsItsCheckIsNone(text: String) {
        #expect(found(text).isEmpty)
    }

    @Test func offsetsCountCodePoints() throws {
        // A family emoji is seven code points, "é" here is two.
        let text = "👨‍👩‍👧‍👦 e\u{301} £5.00"
        let entity = try #require(EntityScanner().entities(in: text).first)
        #expect(entity.start == 11)
        #expect(entity.end == 16)
        let scalars = Array(text.unicodeScalars)[entity.start..<entity.end]
        #expect(String(String.UnicodeScalarView(scalars)) == entity.text)
    }

    /// Each of these makes a backtracking matcher quadratic or worse; a hundred thousand characters must pass.
    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            "a", "1", "1,", "1.", "a@", "@", "http://", "www.", "+1 ", "(1", "DE89 ", "tel ", "tel:1-", "total ", "$",
            "$1", "12/", "12/12/", "invoice no ", "vat ", "\n", " ", "\u{301}", "\0", "é", "你",
        ])
    func hostileRepetitionTakesLinearTime(unit: String) {
        let text = String(repeating: unit, count: 100_000 / unit.unicodeScalars.count)
        let entities = EntityScanner().entities(in: text)
        #expect(entities.allSatisfy { $0.start < $0.end })
    }

    @Test
    func randomTextYieldsEntitiesThatAreWhereTheySay() {
        var random = SplitMix(seed: 42)
        let alphabet = Array("0123456789.,/-:#@$€ \nabTOTALtelDE+()éüMarch".unicodeScalars)
        for _ in 0..<300 {
            let scalars = (0..<200).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
            let text = String(String.UnicodeScalarView(scalars))
            var end = 0
            for entity in EntityScanner().entities(in: text) {
                #expect(entity.start >= end, "overlap, seed 42")
                #expect(String(String.UnicodeScalarView(scalars[entity.start..<entity.end])) == entity.text)
                end = entity.end
            }
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): repeatable random numbers.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
