import Foundation
import RapportCore

/// Countries as lists write them: `DE`, `DEU`, `Germany`, `Deutschland`, `Allemagne`.
enum CountryNames {
    /// ISO 3166-1 alpha-2; `nil` for what is no country that is known here.
    static func region(_ text: String) -> String? {
        let folded = Folding.small(text)
        if folded.utf8.count == 2 { return names["=" + folded] ?? (folded == "uk" ? "GB" : nil) }
        return names[folded] ?? names[folded.filter { $0 != "." }]
    }

    private static let names: [String: String] = {
        var names: [String: String] = [:]
        let regions = Locale.Region.isoRegions.map(\.identifier).filter { $0.count == 2 && $0.allSatisfy(\.isLetter) }
        for language in ["en", "de", "fr", "es", "it", "nl", "pt", "pl"] {
            let locale = Locale(identifier: language)
            for region in regions {
                guard let name = locale.localizedString(forRegionCode: region) else { continue }
                let folded = Folding.small(name)
                if names[folded] == nil { names[folded] = region }
            }
        }
        for region in regions { names["=" + region.lowercased()] = region }
        for (name, region) in [
            ("usa", "US"), ("united states of america", "US"), ("u.s.a.", "US"), ("u.s.", "US"), ("america", "US"),
            ("great britain", "GB"),
            ("england", "GB"), ("scotland", "GB"), ("wales", "GB"), ("northern ireland", "GB"), ("uk", "GB"), ("gbr", "GB"),
            ("deu", "DE"), ("ger", "DE"), ("fra", "FR"), ("esp", "ES"), ("ita", "IT"), ("aut", "AT"), ("che", "CH"),
            ("nld", "NL"),
            ("bel", "BE"), ("irl", "IE"), ("can", "CA"), ("aus", "AU"), ("nzl", "NZ"), ("holland", "NL"),
            ("the netherlands", "NL"),
            ("swe", "SE"), ("nor", "NO"), ("dnk", "DK"), ("fin", "FI"), ("pol", "PL"), ("prt", "PT"), ("bra", "BR"),
            ("mex", "MX"),
            ("ind", "IN"), ("chn", "CN"), ("jpn", "JP"), ("uae", "AE"), ("korea", "KR"), ("south korea", "KR"), ("russia", "RU"),
            ("czech republic", "CZ"), ("turkey", "TR"), ("österreich", "AT"), ("schweiz", "CH"), ("brd", "DE"), ("suisse", "CH"),
        ] { names[name] = region }
        return names
    }()
}
