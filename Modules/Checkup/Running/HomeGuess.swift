import RapportCore

/// Where a list is at home, told by its own numbers: by that country numbers without a country code are read.
enum HomeGuess {
    /// `nil` where the list does not tell clearly.
    static func region(_ columns: [CheckedColumn], _ rows: [[String]]) -> String? {
        let phones = columns.filter { $0.role == .phone }.map(\.index)
        guard !phones.isEmpty else { return nil }
        var votes: [String: Int] = [:]
        if let country = columns.first(where: { $0.role == .country })?.index {
            for row in rows { if let region = CountryNames.region(Cell(row[country]).text) { votes[region, default: 0] += 1 } }
        }
        let all = votes.values.reduce(0, +)
        if let best = votes.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), best.value * 2 > all { return best.key }
        guard votes.isEmpty else { return nil }
        let national = rows.prefix(2_000).flatMap { row in phones.map { Cell(row[$0]).text } }.filter { text in
            !text.isEmpty && !text.hasPrefix("+") && !text.hasPrefix("00") && !PhoneJudge.isPlaceholder(text)
        }
        guard national.count >= 3 else { return nil }
        // Three digits, three and four, parted: nobody but North America writes so.
        let american = national.count(where: isAmerican)
        if american * 10 >= national.count * 7 { return "US" }
        // A country whose plan nearly all of them fit, and no other's: plans differ in lengths and first digits.
        let sample = national.prefix(200)
        let fits = candidates.map { region in
            (region, sample.count { PhoneJudgement($0, region: region).standing == .valid })
        }.sorted { ($0.1, $1.0) > ($1.1, $0.0) }
        guard let best = fits.first, best.1 * 10 >= sample.count * 8, fits[1].1 * 10 <= best.1 * 6 else { return nil }
        return best.0
    }

    private static func isAmerican(_ text: String) -> Bool {
        let groups = text.split { !$0.isNumber }.map(\.count)
        return groups == [3, 3, 4] || groups == [1, 3, 3, 4] && text.hasPrefix("1")
    }

    private static let candidates = [
        "US", "GB", "DE", "FR", "ES", "IT", "NL", "BE", "AT", "CH", "AU", "IN", "BR", "MX", "IE", "SE", "NO", "DK", "FI", "PL",
        "PT", "NZ",
        "ZA", "JP",
    ]
}
