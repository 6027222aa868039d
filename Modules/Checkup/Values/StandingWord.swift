/// Yes or no, as lists write it.
enum Flag {
    case yes, no

    /// `nil` for anything else. The text is folded.
    init?(_ folded: String) {
        switch folded {
        case "1", "1.0", "true", "t", "yes", "y", "ja", "j", "oui", "o", "si", "sí", "sì", "sim", "x", "on", "wahr", "vrai",
            "verdadero",
            "verdadeiro", "vero", "waar", "sant", "prawda", "checked",
            "✓", "✔", "opted in", "opted-in", "opted_in", "opt-in", "optin", "granted", "given", "tak", "da", "evet", "да":
            self = .yes
        case "0", "0.0", "false", "f", "no", "n", "nein", "non", "nee", "nao", "não", "off", "falsch", "faux", "falso", "onwaar",
            "falskt", "fałsz", "unchecked", "nie",
            "ne", "нет", "opted out", "opted-out", "opted_out", "-":
            self = .no
        default: return nil
        }
    }
}

/// A word for how somebody stands to being written to.
enum StandingWord: Sendable, Hashable {
    case subscribed, confirmed, unsubscribed, bounced, complained, blocked, pending, never

    /// `nil` for any other word. The text is folded.
    init?(_ folded: String) {
        guard folded.utf8.count <= 40 else { return nil }
        let key = String(folded.unicodeScalars.filter { !" _-.()".unicodeScalars.contains($0) })
        guard let word = Self.words[key] else { return nil }
        self = word
    }

    /// Means nothing else anywhere.
    var isStrong: Bool { self != .pending && self != .never && self != .confirmed }

    private static let words: [String: StandingWord] = {
        var words: [String: StandingWord] = [:]
        func add(_ word: StandingWord, _ keys: String) { for key in keys.split(separator: " ") { words[String(key)] = word } }
        add(
            .subscribed,
            "subscribed subscriber optedin optin abonniert angemeldet abonne abonné inscrit suscrito iscritto ingeschreven subscribe"
        )
        add(.confirmed, "confirmed doubleoptin doi confirmedoptin bestätigt bestaetigt")
        add(
            .unsubscribed,
            "unsubscribed unsubscribe unsub optedout optout abgemeldet desabonne désabonné desinscrit désinscrit disiscritto withdrawn"
        )
        add(.unsubscribed, "globallyunsubscribed unsubscribedfromall cancelledsubscription uitgeschreven optedoutofemail")
        add(.bounced, "cleaned bounced hardbounce hardbounced bounce undeliverable invalidemail emailinvalid bouncedemail")
        add(.complained, "complained complaint spam markedasspam spamcomplaint abuse reportedspam spamreport")
        add(
            .blocked,
            "donotcontact dnc blocked suppressed blacklisted donotemail donotmail gesperrt neverlog nevercontact blocklisted quarantined"
        )
        add(
            .pending,
            "pending doubleoptinpending unconfirmed notconfirmed awaitingconfirmation pendingconfirmation unbestätigt unbestaetigt unverified"
        )
        add(.never, "nonsubscribed notsubscribed nonsubscriber transactional neversubscribed noconsent notoptedin")
        return words
    }()
}
