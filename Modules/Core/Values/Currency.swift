/// ISO 4217.
public enum Currency {
    /// How many decimals separate the unit from the minor unit: 2 where ISO 4217's list one does not say otherwise, and for
    /// a code that is missing.
    public static func exponent(of code: String?) -> Int {
        guard let code else { return 2 }
        // Asked of every amount: the currencies of most are told without a look at the list.
        switch code {
        case "EUR", "USD", "GBP", "CHF": return 2
        default: return exceptions[code.uppercased()] ?? 2
        }
    }

    private static let exceptions: [String: Int] = [
        "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
        "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3,
        "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
    ]
}
