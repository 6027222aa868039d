import RapportCore
import RapportMatching
import RapportStorage

extension MatchSubject {
    /// By what names sources say it.
    private static let synonyms: [String: [String]] = [
        "name": ["name", "legal_name", "trading_name", "company", "company_name"],
        "number": [
            "vat", "vat_number", "vat_id", "tax_id", "tax_number", "registration", "registration_number", "company_number",
            "siren",
            "siret", "duns", "ein", "abn", "lei",
        ],
        "web": ["website", "web", "url", "domain", "homepage"], "phone": ["phone", "telephone", "phone_number"],
        "postcode": ["postcode", "zip", "postal_code"], "city": ["city", "town"],
        "street": ["street", "address", "address_line_1", "street_address"], "country": ["country", "country_code"],
    ]

    /// What is compared of a company. The domain of an email address stands for a site where no site is known, unless everybody may have
    /// an address there.
    init(_ account: HouseRecord, _ settings: MatchingSettings) {
        self.init(id: account.id)
        let fields = Dictionary(account.fields.map { ($0.name, $0.value.string ?? $0.value.text) }) { first, _ in first }
        let columns = settings.accountColumns.map(\.name)
        for column in columns {
            for name in Self.synonyms[column] ?? [column] {
                guard let value = fields[name] else { continue }
                add(column == "number" ? Self.withoutCountry(value) : value, to: column)
            }
        }
        if columns.contains("name"), values["name"] == nil { add(account.name, to: "name") }
        if columns.contains("web"), values["web"] == nil, let email = fields["email"], let at = email.lastIndex(of: "@") {
            let host = email[email.index(after: at)...].lowercased()
            if !Self.freeHosts.contains(where: { host == $0 || host.hasPrefix($0 + ".") }) { add(host, to: "web") }
        }
    }

    /// `GB123456789` is 123456789.
    private static func withoutCountry(_ number: String) -> String {
        let plain = number.filter { $0.isLetter || $0.isNumber }
        let rest = plain.dropFirst(2)
        return plain.prefix(2).allSatisfy(\.isLetter) && rest.count >= 6 && rest.allSatisfy(\.isNumber) ? String(rest) : plain
    }

    private static let freeHosts = [
        "gmail", "googlemail", "yahoo", "hotmail", "outlook", "live", "msn", "icloud", "aol", "gmx", "web.de", "mail", "proton",
        "protonmail", "orange",
        "free.fr", "wanadoo", "t-online", "libero", "btinternet",
    ]
}
