import RapportCore

/// An address as it stands in a list, taken apart.
struct MailAddress: Sendable {
    var syntax: MailSyntax
    /// Folded.
    var name: String
    /// Folded, in the form of DNS.
    var domain: String

    /// `nil` where the text is no address. Spaces at the ends, `mailto:` and `Ann <ann@example.com>` are understood, as importing
    /// understands them.
    init?(_ text: String) {
        let bare = Self.bare(text)
        syntax = MailSyntax.judge(bare)
        guard syntax.isAddress else { return nil }
        let folded = Folding.small(bare)
        guard let at = folded.utf8.lastIndex(of: 0x40) else { return nil }
        name = String(folded[..<at])
        domain = String(folded[folded.utf8.index(after: at)...])
        if domain.utf8.contains(where: { $0 >= 0x80 }) {
            // Core knows the rules of international domains.
            guard let made = try? Identifier.normalised(kind: "email", value: "a@\(domain)") else {
                syntax = .malformed(.domain)
                return nil
            }
            domain = String(made.value.dropFirst(2))
        }
    }

    /// Without what mail programs put around an address.
    static func bare(_ text: String) -> String {
        guard let first = text.utf8.first, let last = text.utf8.last else { return text }
        var bare = Substring(text)
        if last == 0x3E, let open = bare.lastIndex(of: "<") { bare = bare[bare.index(after: open)...].dropLast() }
        if first | 0x20 == 0x6D, text.utf8.contains(0x3A), bare.lowercased().hasPrefix("mailto:") { bare = bare.dropFirst(7) }
        return String(bare)
    }

    /// By which two addresses are the same mailbox: no provider tells capitals apart.
    var hash: UInt64 { Folding.mix(Folding.hash(name) ^ Folding.hash(domain) &* 31) }

    /// What its name alone tells.
    var nameFinding: Finding? {
        if isNoReply { return .noReply }
        if Placeholders.isFiller(name) || Self.fillers.contains(name) || name.utf8.count >= 4 && Keyboard.isRun(name) {
            return .placeholderAddress
        }
        // ann+shop@ is ann; sales-de@ is a role still.
        let plus = name.utf8.firstIndex(of: 0x2B)
        if Self.roles.contains(plus.map { String(name[..<$0]) } ?? name) { return .role }
        if case .quoted = syntax { return .unusual }
        return nil
    }

    /// Dots and dashes may part the words.
    private var isNoReply: Bool {
        guard name.utf8.count >= 7 else { return false }
        let bare = name.utf8.filter { $0 != 0x2D && $0 != 0x5F && $0 != 0x2E }
        return Self.noReply.contains(String(decoding: bare, as: UTF8.self))
    }

    private static let noReply: Set<String> = [
        "noreply", "donotreply", "nichtantworten", "noresponder", "nepasrepondre", "noreplies",
    ]
    private static let fillers = Placeholders.words(
        "none|noemail|no-email|no.email|no_email|nomail|no-mail|nobody|noone|unknown|test|test1|test2|test123|testing|tester|fake|"
            + "asdf|xxx|xx|x|aaa|abc|email|mail|name|notgiven|na|n.a|keine|keinemail|keineemail|dummy|example|sample|anonymous|invalid|123|1234"
    )

    /// RFC 2142 and the boxes that firms have beside those.
    private static let roles = Placeholders.words(
        """
        info|information|infos|marketing|sales|support|abuse|noc|security|postmaster|hostmaster|usenet|news|webmaster|www|uucp|ftp|
        office|admin|administrator|administration|contact|contacts|contactus|contact-us|kontakt|contacto|contato|contatti|hello|hallo|
        team|mail|email|enquiries|enquiry|inquiries|inquiry|help|helpdesk|service|services|customerservice|customer-service|
        customer.service|customercare|kundenservice|kundendienst|billing|accounts|accounting|accountspayable|accounts.payable|
        buchhaltung|rechnung|rechnungen|invoice|invoices|finance|finances|comptabilite|compta|contabilidad|orders|order|bestellung|
        bestellungen|shop|store|verkauf|vertrieb|ventas|vendas|vendite|commercial|jobs|job|careers|career|hr|humanresources|recruiting|
        recruitment|bewerbung|karriere|press|presse|media|pr|publicity|legal|privacy|datenschutz|dpo|gdpr|compliance|reception|
        empfang|rezeption|frontdesk|reservations|reservation|booking|bookings|buchung|secretary|secretariat|sekretariat|zentrale|
        poststelle|mailbox|all|everyone|staff|management|it|root|sysadmin|hostinfo|feedback|partners|partner|purchasing|einkauf|
        procurement|logistics|warehouse|events|event|membership|members|newsletter|newsletters|subscribe|unsubscribe|webshop|
        """)
}
