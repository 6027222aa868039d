import RapportCore

/// Tells from names of columns and first values what each column is for. Values decide where they can, names where they must.
struct ColumnGuess {
    private var columns: [CheckedColumn]

    /// - Parameters:
    ///   - rows: the first rows, some thousands at most.
    ///   - stated: roles that somebody knows better, by name of column.
    static func columns(_ names: [String], rows: [[String]], stated: [String: ColumnRole] = [:]) -> [CheckedColumn] {
        var guess = ColumnGuess(columns: [])
        let ready = KnownExport.of(names)?.roles ?? [:]
        for (index, name) in names.enumerated() {
            let values = rows.lazy.map { index < $0.count ? $0[index] : "" }
            let sample = ColumnSample(values)
            let role = stated[name] ?? ready[KnownExport.key(name)] ?? role(ColumnName(name), sample)
            var column = CheckedColumn(index: index, name: name, role: role)
            if role.isDate || role.isPermission { column.order = order(values) }
            if role.isName { column.isLoud = isLoud(values) }
            column.isTelling = sample.filled >= 50 && sample.variety > 0.3
            guess.columns.append(column)
        }
        guess.settle(stated)
        // What a known export's column holds is no proof of anything else.
        let known = names.compactMap { name in ready[KnownExport.key(name)].map { (name, $0) } }
        guess.settleProof(stated.merging(known) { said, _ in said })
        return guess.columns
    }

    /// A person has one first name and one id; a column of permission by another channel says nothing of mail.
    private mutating func settle(_ stated: [String: ColumnRole]) {
        for role in [ColumnRole.firstName, .lastName, .name, .birthday, .country, .id, .age] {
            let having = columns.indices.filter { columns[$0].role == role }
            for index in having.dropFirst() where stated[columns[index].name] == nil {
                columns[index].role = role == .birthday ? .date : role == .id ? .text : .text
            }
        }
        // `name` beside a first name is a last name.
        if let first = columns.firstIndex(where: { $0.role == .firstName }), !columns.contains(where: { $0.role == .lastName }),
            let name = columns.firstIndex(where: { $0.role == .name }), stated[columns[name].name] == nil
        {
            let isWhole = ["full", "display", "voll", "complet"].contains { ColumnName(columns[name].name).key.contains($0) }
            if !isWhole, abs(first - name) <= 2 { columns[name].role = .lastName }
        }
    }

    /// In a list that tells of permission, dates and places of signing up are proof of it.
    private mutating func settleProof(_ stated: [String: ColumnRole]) {
        guard columns.contains(where: { $0.role.isPermission }) else { return }
        func give(_ role: ColumnRole, _ fits: (CheckedColumn, ColumnName) -> Bool) {
            guard !columns.contains(where: { $0.role == role }) else { return }
            let found = columns.indices.first { index in
                stated[columns[index].name] == nil && fits(columns[index], ColumnName(columns[index].name))
            }
            if let found { columns[found].role = role }
        }
        give(.consentAt) { column, name in
            column.role == .date
                && name.holds("signup", "signedup", "subscrib", "joined", "registered", "registration", "anmeld", "inscription")
        }
        give(.consentAt) { column, name in
            column.role == .date
                && (name.key.hasPrefix("marketing") || name.has("added") || name.key == "since" || name.key == "date")
        }
        give(.consentSource) { column, name in
            (column.role == .text || column.role == .category)
                && (name.holds("signupsource", "signupform", "leadsource", "originalsource", "acquisition", "herkunft", "quelle")
                    || ["form", "source", "where", "formname", "medium"].contains(name.key))
        }
        give(.consentWording) { column, name in
            (column.role == .text || column.role == .category)
                && ["wording", "wortlaut", "terms", "termsversion"].contains(name.key)
        }
    }

    private static func order(_ values: some Sequence<String>) -> DateOrder {
        let votes = values.reduce(0) { $0 + (DateParts(Cell($1).text)?.vote ?? 0) }
        return votes < 0 ? .monthFirst : .dayFirst
    }

    private static func isLoud(_ values: some Sequence<String>) -> Bool {
        var (loud, all) = (0, 0)
        for value in values {
            let cell = Cell(value)
            guard cell.text.utf8.count > 3 else { continue }
            all += 1
            if NameJudge.isLoud(cell.text) { loud += 1 }
        }
        return loud >= 3 && loud * 10 > all * 4
    }

    // MARK: One column

    private static func role(_ name: ColumnName, _ sample: ColumnSample) -> ColumnRole {
        if sample.share(.strongStanding) > 0.6 { return isOtherChannel(name) ? .category : .status }
        if sample.filled >= 3, sample.share(.address) > 0.5 { return .email }
        if let role = permission(name, sample) { return role }
        let isDate = sample.filled > 0 && sample.share(.date) > 0.8 && sample.share(.number) < 0.9
        if let role = named(name, sample, isDate: isDate) { return role }
        if isDate { return coming(name) ? .comingDate : .date }
        if sample.filled >= 3, sample.share(.international) > 0.5 { return .phone }
        if sample.share(.number) > 0.8 { return .number }
        return sample.filled >= 20 && sample.variety < 0.05 || sample.share(.flag) > 0.9 ? .category : .text
    }

    private static func coming(_ name: ColumnName) -> Bool {
        name.holds(
            "expir", "renew", "until", "due", "next", "valid", "end", "appointment", "event", "deadline", "ablauf", "bis",
            "fällig",
            "termin", "naechste", "nachste", "echeance", "prochain", "planned", "delivery", "start", "departure", "arrival",
            "checkin",
            "checkout", "followup", "reminder", "scheduled")
    }

    private static func isOtherChannel(_ name: ColumnName) -> Bool {
        name.has("sms", "whatsapp", "fax", "postal", "post", "call", "calls", "push", "telefon", "web", "app")
            && !name.has("email", "mail")
    }

    private static func permission(_ name: ColumnName, _ sample: ColumnSample) -> ColumnRole? {
        let isCount = sample.filled > 0 && sample.share(.number) > 0.8 && sample.share(.flag) < 0.8 && sample.share(.date) < 0.5
        let isAside = name.has("campaign", "title", "count", "rate", "number", "sends", "type") || name.holds("campaign")
        if isCount || isAside || isOtherChannel(name) { return nil }
        if name.holds(
            "unsub", "optout", "optedout", "abgemeldet", "abmeld", "desabonn", "desinscri", "disiscri", "dadodebaja",
            "uitgeschreven", "afgemeld", "iscrizioneannullata", "noparticiparencorreo", "cancelouainscricao", "descadastrad",
            "avregistrerad", "avprenumerera", "afmeldt", "wypisan")
        {
            return name.has("campaign", "id") ? nil : .unsubscribed
        }
        if name.holds("hardbounce", "bounced", "clean", "unzustellbar") || name.has("bounce", "bounces") && !name.holds("soft") {
            return name.holds("soft") ? nil : .bounced
        }
        if name.holds("complain", "spamreport", "markedasspam") || name.key == "spam" || name.key == "abuse" {
            return .complained
        }
        if name.holds(
            "donotcontact", "donotemail", "donotmail", "donotsend", "suppress", "blacklist", "blocklist", "blocked", "werbesperre"
        )
            || name.key == "dnc" || name.key == "emaildnc" || name.key == "neverlog" || name.key == "quarantined"
        {
            return .doNotContact
        }
        let isStatus = name.has("status", "state", "subscribe", "subscription") || name.key == "emailsubscribe"
        if isStatus, sample.share(.standing) > 0.6 { return .status }
        let agrees =
            name.holds(
                "optin", "optedin", "consent", "einwillig", "zustimm", "permission", "consentement", "consentimiento", "gdpr",
                "dsgvo",
                "rgpd", "subscribed", "subscribe", "acceptsmarketing", "emailmarketing", "newsletter", "mailinglist", "agreed",
                "optind")
            || name.has("consent", "agreed") || name.key == "marketing" || name.key == "marketingok"
            || name.key == "allowmarketing"
        if name.holds("confirm", "doubleopt", "doi", "bestaetig", "bestatig"), !name.holds("ip"), sample.share(.date) > 0.6 {
            return .confirmedAt
        }
        guard agrees else { return nil }
        if name.holds("wording", "text", "version", "statement", "wortlaut", "clause") { return .consentWording }
        if name.holds(
            "source", "origin", "where", "place", "form", "quelle", "herkunft", "url", "page", "method", "process", "basis",
            "evidence")
            || name.has("ip", "via", "by", "from")
        {
            return .consentSource
        }
        if sample.filled > 0, sample.share(.date) > 0.6 { return .consentAt }
        if sample.filled > 0, sample.share(.flag) > 0.6 || sample.share(.standing) > 0.6 { return .consent }
        return nil
    }
}
