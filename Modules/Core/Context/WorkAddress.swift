/// Which of a person's email addresses belonged to a job that is over.
///
/// Such an address keeps its place in the record and everything that was ever said of it: it is only not chosen while the person
/// has another one.
public enum WorkAddress {
    public struct Known: Sendable, Hashable {
        public var address: String
        public var firstSeen: Timestamp

        public init(_ address: String, firstSeen: Timestamp) {
            self.address = address
            self.firstSeen = firstSeen
        }
    }

    /// A job, and the domains of its account where those are known.
    public struct Job: Sendable, Hashable {
        public var domains: Set<String>
        public var until: Timestamp?

        public init(domains: Set<String>, until: Timestamp?) {
            self.domains = domains
            self.until = until
        }
    }

    /// The addresses that belonged to jobs that are over.
    ///
    /// An address of the account's own domain does. Where the account's domain is not known, so does an address that was known before
    /// the job ended and that a newer one, of another firm's domain, has followed. Mailboxes at public providers are nobody's job.
    public static func former(_ addresses: [Known], jobs: [Job]) -> Set<String> {
        let over = jobs.filter { $0.until != nil }
        guard !over.isEmpty, !addresses.isEmpty else { return [] }
        let present = jobs.filter { $0.until == nil }.reduce(into: Set<String>()) { $0.formUnion($1.domains) }
        let past = over.reduce(into: Set<String>()) { $0.formUnion($1.domains) }
        let lastUnknownEnd = over.filter(\.domains.isEmpty).compactMap(\.until).max()
        var former: Set<String> = []
        for known in addresses {
            guard let domain = domain(of: known.address), !isPublic(domain), !belongs(domain, to: present) else { continue }
            if belongs(domain, to: past) {
                former.insert(known.address)
            } else if let end = lastUnknownEnd, known.firstSeen < end {
                let isFollowed = addresses.contains { other in
                    guard let newer = self.domain(of: other.address) else { return false }
                    return other.firstSeen > known.firstSeen && newer != domain && !isPublic(newer) && !belongs(newer, to: past)
                }
                if isFollowed { former.insert(known.address) }
            }
        }
        return former
    }

    /// The domain of an address or of a web site, folded and without `www.`.
    public static func domain(of text: String) -> String? {
        var rest = Substring(Text.folded(text))
        for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.utf8.count) }
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != ":" && $0 != " " }
        if rest.hasPrefix("www.") { rest = rest.dropFirst(4) }
        return rest.contains(".") ? String(rest) : nil
    }

    private static func belongs(_ domain: String, to domains: Set<String>) -> Bool {
        domains.contains { domain == $0 || domain.hasSuffix("." + $0) }
    }

    /// Whether people of no firm have their mailboxes there.
    public static func isPublic(_ domain: String) -> Bool {
        publicDomains.contains(domain) || publicNames.contains { domain.hasPrefix($0 + ".") }
    }

    /// Providers with a domain in each of many countries.
    private static let publicNames: Set<String> = ["yahoo", "hotmail", "live", "outlook", "gmx"]

    private static let publicDomains: Set<String> = [
        "gmail.com", "googlemail.com", "icloud.com", "me.com", "mac.com", "msn.com", "aol.com", "ymail.com", "web.de",
        "t-online.de",
        "freenet.de", "posteo.de", "mailbox.org", "proton.me", "protonmail.com", "pm.me", "fastmail.com", "zoho.com", "hey.com",
        "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "libero.it", "virgilio.it", "tiscali.it", "seznam.cz",
        "wp.pl", "o2.pl", "onet.pl", "interia.pl", "mail.ru", "yandex.ru", "bk.ru", "qq.com", "163.com", "126.com", "naver.com",
        "comcast.net", "verizon.net", "att.net", "btinternet.com", "sky.com", "virginmedia.com", "bluewin.ch", "telenet.be",
        "skynet.be", "ziggo.nl", "kpnmail.nl", "uol.com.br", "bol.com.br", "terra.com.br", "rediffmail.com",
    ]
}
