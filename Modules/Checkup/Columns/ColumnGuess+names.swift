extension ColumnGuess {
    /// What the name of a column says, where its values do not speak against it.
    static func named(_ name: ColumnName, _ sample: ColumnSample, isDate: Bool) -> ColumnRole? {
        let isEmpty = sample.filled == 0
        let isNumber = sample.share(.number) > 0.8
        if let role = exact[name.key] {
            switch role {
            case .email: return isEmpty || sample.share(.words) > 0.3 ? .email : nil
            case .phone: return isEmpty || sample.share(.flag) < 0.5 ? .phone : nil
            case .firstName, .lastName, .name, .company, .city, .street:
                return isEmpty || !isNumber && !isDate && sample.share(.flag) < 0.9 ? role : nil
            case .birthday: return isEmpty || isDate || sample.share(.date) > 0.4 ? .birthday : nil
            case .age: return isEmpty || isNumber ? .age : nil
            case .id: return isEmpty || sample.variety > 0.5 ? .id : nil
            default: return role
            }
        }
        if isDate || sample.share(.date) > 0.5 {
            if name.holds("birth", "geburt", "naissance", "nacimiento", "nascita", "bday", "geboorte") { return .birthday }
            if isActivity(name) { return .lastActivity }
        }
        if name.has("email", "mail") && !name.has("type", "count", "status", "format", "id"), sample.share(.address) > 0.2 {
            return .email
        }
        let isPhone = name.has(
            "phone", "mobile", "telephone", "tel", "cell", "cellphone", "telefon", "mobil", "handy", "portable", "gsm")
        if isPhone, !name.has("type", "owner", "model", "os", "country", "code"), isEmpty || sample.share(.phone) > 0.4 {
            return .phone
        }
        let isWords = isEmpty || !isNumber && !isDate && sample.share(.flag) < 0.9
        if isWords, name.has("first", "given"), name.has("name", "names") { return .firstName }
        if isWords, name.has("last", "family"), name.has("name", "names") || name.has("surname") { return .lastName }
        if name.has("postcode", "postalcode", "zip", "zipcode", "plz") || name.has("postal"), name.has("code") {
            return .postcode
        }
        if isWords, name.has("city", "town", "suburb", "locality") { return .city }
        if isWords, name.has("street", "address"), !name.has("email", "mail", "ip", "2", "3", "number") { return .street }
        if isWords, name.has("country"), !name.has("code") || sample.averageLength < 4 { return .country }
        if name.key.hasSuffix("id") || name.has("id", "uuid", "guid"), sample.variety > 0.9, sample.filled >= 3, !isDate {
            return .id
        }
        return nil
    }

    private static func isActivity(_ name: ColumnName) -> Bool {
        let isLast =
            name.has("last", "latest", "recent") || name.holds("letzte", "dernier", "ultimo", "ultima", "laatste", "lastactiv")
        let isDoing = name.holds(
            "activity", "active", "open", "click", "purchase", "order", "seen", "visit", "login", "session", "engage",
            "contacted", "bought",
            "sale", "reply", "kauf", "bestell", "besuch", "kontakt", "achat", "commande", "compra", "event", "donation", "gift",
            "used")
        return isLast && isDoing
    }

    /// Names that are nothing else, without spaces and accents.
    private static let exact: [String: ColumnRole] = {
        var exact: [String: ColumnRole] = [:]
        func add(_ role: ColumnRole, _ keys: String) { for key in keys.split(separator: " ") { exact[String(key)] = role } }
        add(
            .email,
            "email emailaddress mail emailaddr workemail courriel correo correoelectronico emailadresse mailadresse emailadress")
        add(
            .email,
            "adresseemail adressemail epost eposta emailid primaryemail personalemail contactemail customeremail email1 email2 indirizzoemail"
        )
        add(
            .phone,
            "phone phonenumber mobile mobilephone mobilenumber telephone tel cell cellphone telefon handy telephonenumber smsnumber"
        )
        add(
            .phone,
            "telefono telefone telefoon portable mobil mobilnummer telefonnummer rufnummer handynummer homephone workphone fax phone1 phone2 phonee164"
        )
        add(
            .firstName,
            "firstname first givenname given forename fname vorname prenom voornaam imie nome nombre christianname primernombre")
        add(
            .lastName,
            "lastname last surname familyname lname nachname familienname zuname nom apellido apellidos cognome achternaam sobrenome nazwisko"
        )
        add(
            .name,
            "name fullname displayname customername contactname contact personname nomcomplet kunde customer client nombrecompleto"
        )
        add(
            .company,
            "company companyname organisation organization employer firma account accountname entreprise societe empresa azienda bedrijf"
        )
        add(
            .street,
            "street address streetaddress address1 addressline1 strasse strase adresse rue direccion indirizzo straat mailingstreet billingstreet"
        )
        add(.city, "city town ort stadt ville ciudad citta plaats woonplaats mailingcity suburb locality wohnort")
        add(.postcode, "postcode zip zipcode postalcode plz postleitzahl codepostal cp cap codigopostal mailingpostalcode")
        add(.region, "state province county region bundesland departement provincia stateregion mailingstate")
        add(.country, "country countrycode land pays pais paese countryregion mailingcountry cc nation")
        add(.language, "language lang locale sprache langue idioma lingua taal preferredlanguage")
        add(
            .birthday,
            "birthday dateofbirth dob birthdate geburtsdatum geburtstag born bday datedenaissance naissance fechadenacimiento geboortedatum"
        )
        add(.age, "age alter edad leeftijd eta")
        add(
            .id,
            "id customerid customernumber userid contactid externalid personid clientid memberid kundennummer kundennr custid recid leadid"
        )
        add(.id, "recordid subscriberid euid customerno custno uuid guid brazeid accountid leid")
        return exact
    }()
}
