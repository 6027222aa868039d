extension NumberFormat {
    /// The currency (ISO 4217) that the text of an amount names: `EUR 12`, `12 €`, `US$5`; `nil` where it names none, or only a sign
    /// that several currencies have.
    public static func currency(of text: String) -> String? {
        guard text.utf8.contains(where: { $0 > 0x40 }) else { return nil }
        if let sign = text.first(where: \.isCurrencySymbol), let code = signs[sign] { return code }
        var letters: [Character] = []
        for character in text {
            if character.isASCII, character.isUppercase {
                letters.append(character)
            } else if character.isLetter {
                return nil
            }
        }
        let code = String(letters)
        return letters.count == 3 && codes.contains(code) ? code : nil
    }

    private static let signs: [Character: String] = [
        "€": "EUR", "£": "GBP", "₹": "INR", "₺": "TRY", "₽": "RUB", "₩": "KRW", "₪": "ILS",
    ]

    /// The currencies that are written as codes beside amounts; a word of three letters that is none of them is none.
    private static let codes: Set<String> = [
        "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP", "HKD", "HUF",
        "IDR",
        "ILS", "INR", "ISK", "JPY", "KES", "KRW", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "RON",
        "RSD",
        "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
    ]
}
