import RapportCore
import RapportPluginKit

extension Mapping {
    /// A mapping for people guessed from the names of columns alone; `nil` where no column identifies anybody.
    ///
    /// - Parameters:
    ///   - source: names the identifiers of this source: a column `id` becomes `external.SOURCE`.
    ///   - house: where phone numbers without a country code are dialled.
    public static func guess(_ columns: [String], source: String, house: MappingDefaults = MappingDefaults()) -> Mapping? {
        guard let text = try? MappingGuess(columns: columns, rows: [], source: source).yaml(.people) else { return nil }
        return try? Mapping(YAMLNode(parsing: text), house: house)
    }

    /// What becomes of which columns: `email ← "E-Mail"`.
    public var summary: [String] { records.flatMap(\.summary) }

    static let identifierNames: [String: String] = {
        var names: [String: String] = [:]
        for name in ["email", "emailaddress", "mail", "e-mail", "emailaddr", "workemail", "courriel", "correo", "emailadresse"] {
            names[ColumnIndex.key(name)] = "email"
        }
        for name in [
            "phone", "phonenumber", "mobile", "mobilephone", "mobilenumber", "telephone", "tel", "cell", "cellphone", "telefon",
            "handy", "telephonenumber", "smsnumber",
        ] { names[name] = "phone" }
        for name in [
            "id", "customerid", "customernumber", "customerno", "userid", "contactid", "externalid", "personid", "clientid",
            "clientnumber", "clientno", "memberid", "membernumber", "memberno", "kundennummer", "kundennr", "kundenid", "custid",
            "custno", "householdkey", "recordid", "euid", "brazeid",
        ] { names[name] = "external" }
        for name in ["loyalty", "loyaltycard", "cardnumber", "loyaltynumber", "loyaltyid"] { names[name] = "loyalty" }
        return names
    }()

    /// Names of columns that hold a number of the person, or the name: what the values are tells.
    static let numberOrName: Set<String> = ["customer", "client", "user", "member", "buyer", "kunde", "shopper", "subscriber"]

    static let fieldNames: [String: String] = [
        "first": "first_name", "last": "last_name", "firstname": "first_name", "givenname": "first_name",
        "forename": "first_name", "fname": "first_name",
        "vorname": "first_name",
        "prenom": "first_name", "prénom": "first_name", "lastname": "last_name", "surname": "last_name",
        "familyname": "last_name",
        "lname": "last_name", "nachname": "last_name", "nom": "last_name", "name": "name", "fullname": "name",
        "displayname": "name",
        "company": "company", "companyname": "company", "organisation": "company", "organization": "company",
        "employer": "company",
        "firma": "company", "language": "language", "lang": "language", "locale": "language", "sprache": "language",
        "country": "country", "countrycode": "country", "land": "country", "pays": "country", "city": "city", "town": "city",
        "ort": "city", "stadt": "city", "ville": "city", "postcode": "postcode", "zip": "postcode", "zipcode": "postcode",
        "postalcode": "postcode", "plz": "postcode", "street": "street", "address": "street", "streetaddress": "street",
        "address1": "street", "strasse": "street", "straße": "street", "birthday": "birthday", "dateofbirth": "birthday",
        "dob": "birthday", "birthdate": "birthday", "geburtsdatum": "birthday", "timezone": "time_zone", "tz": "time_zone",
        "household": "household",
    ]
}

extension RecordRule {
    /// What is made of columns; what is stated needs none.
    fileprivate var summary: [String] {
        var named: [Named] = []
        if let key { named.append(Named("key", key)) }
        if let at { named.append(Named("at", at)) }
        named += identifiers + others + parts + values
        named += line.map { Named("line.\($0.name)", $0.rule) }
        return named.compactMap { one in
            let columns = one.rule.columns.map { "\"\($0)\"" }
            return columns.isEmpty ? nil : "\(one.name) ← \(columns.joined(separator: ", "))"
        }
    }
}

extension MappingGuess {
    /// The mapping for `target`, or of people unless the table is a known export; one without rules where there is not a single
    /// row to map.
    ///
    /// - Throws: `Problem` `import.no_mapping` where columns are missing without which there is none.
    public func mapping(_ target: RecordRule.Target?, house: MappingDefaults = MappingDefaults()) throws -> Mapping {
        guard hasRows else { return Mapping(records: []) }
        let proposal = try proposal(target, otherwise: .people)
        let name = "the guessed mapping of \(proposal.target.rawValue)"
        return try Mapping(YAMLNode(parsing: proposal.yaml, name: name), house: house)
    }
}

extension Mapping {
    /// A name for the source of a file: `people-2024.csv.gz` is `people_2024`.
    public static func sourceName(of file: String) -> String {
        let stem = EventMaker.snake(file.split(separator: ".").first.map(String.init) ?? file)
        return stem.isEmpty ? "file" : stem
    }
}
