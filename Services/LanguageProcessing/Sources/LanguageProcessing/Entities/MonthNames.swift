/// Names of the months in the languages of Western European letters, folded (lower case, no accents).
enum MonthNames {
    static func number(_ name: String) -> Int? { numbers[name] }

    private static let numbers: [String: Int] = {
        let names = [
            "january jan januar janvier enero gennaio januari janeiro janv ene gen",
            "february feb februar fevrier febrero febbraio februari fevereiro fevr fev",
            "march mar marz mars marzo maart marco mrz mrt",
            "april apr avril abril aprile avr abr",
            "may mai mayo maggio mei maio mag",
            "june jun juni juin junio giugno junho giu",
            "july jul juli juillet julio luglio julho juil lug",
            "august aug aout agosto augustus ago",
            "september sep sept septembre septiembre settembre setembro set",
            "october oct oktober octobre octubre ottobre outubro okt ott out",
            "november nov novembre noviembre novembro",
            "december dec dezember decembre diciembre dicembre dezembro dez dic",
        ]
        var numbers: [String: Int] = [:]
        for (i, list) in names.enumerated() {
            for name in list.split(separator: " ") { numbers[String(name)] = i + 1 }
        }
        return numbers
    }()
}
