import RapportCore

/// What a text that is no address was most likely meant to be.
enum MailRepair {
    /// `nil` where nothing is likely.
    static func suggestion(_ text: String, _ spelling: DomainSpelling) -> String? {
        var made = TextJudge.visible(MailAddress.bare(Mojibake.repaired(text) ?? text))
        for word in ["(at)", "[at]", "{at}", " at ", "(a)"] where !made.contains("@") { made = made.replacing(word, with: "@") }
        for word in ["(dot)", "[dot]", " dot ", "(punkt)"] { made = made.replacing(word, with: ".") }
        // Of several the first.
        if made.count(where: { $0 == "@" }) > 1, let first = made.split(whereSeparator: { ",;|/ \n\t".contains($0) }).first,
            first.contains("@"), MailSyntax.judge(String(first)).isAddress
        {
            return right(String(first), spelling)
        }
        made.removeAll { $0.isWhitespace }
        while made.contains("@@") { made = made.replacing("@@", with: "@") }
        while let last = made.last, ",;:.>)\"'/\\]".contains(last) { made.removeLast() }
        while let first = made.first, ",;:.<(\"'/\\[".contains(first) { made.removeFirst() }
        while made.contains("..") { made = made.replacing("..", with: ".") }
        made = made.replacing("@.", with: "@").replacing(".@", with: "@")
        if let at = made.lastIndex(of: "@") {
            let domain = made[made.index(after: at)...].replacing(",", with: ".").replacing(";", with: ".").replacing(
                "..", with: ".")
            made = made[..<at] + "@" + domain
        } else if let (name, domain) = missingAt(made) {
            made = "\(name)@\(domain)"
        }
        return right(made, spelling)
    }

    /// The address if it is one, with the domain that was meant.
    private static func right(_ text: String, _ spelling: DomainSpelling) -> String? {
        var made = text
        if case .malformed(.noDot) = MailSyntax.judge(made), let at = made.lastIndex(of: "@") {
            let label = Folding.small(String(made[made.index(after: at)...]))
            guard let domain = undotted[label] else { return nil }
            made = made[...at] + domain
        }
        guard let address = MailAddress(made) else { return nil }
        let domain = spelling.meant(address.domain, count: 1) ?? address.domain
        guard MailDomains.shared.verdict(domain) == .fine else { return nil }
        let name = made[..<(made.lastIndex(of: "@") ?? made.endIndex)]
        return "\(name)@\(domain)"
    }

    /// `ann.leegmail.com`, where nothing else stands for the sign.
    private static func missingAt(_ text: String) -> (String, String)? {
        let folded = Folding.small(text)
        for domain in common where folded.hasSuffix(domain) && folded.count > domain.count + 2 {
            let name = folded.dropLast(domain.count)
            return name.last.map { $0.isLetter || $0.isNumber } == true ? (String(name), domain) : nil
        }
        return nil
    }

    private static let common = [
        "gmail.com", "hotmail.com", "yahoo.com", "outlook.com", "icloud.com", "aol.com", "gmx.de", "web.de",
    ]
    /// `gmailcom` is `gmail.com`, and so is `gmail` alone.
    private static let undotted: [String: String] = {
        var undotted: [String: String] = [:]
        for domain in MailDomains.known { undotted[domain.filter { $0 != "." }] = domain }
        for label in ["gmail", "hotmail", "outlook", "icloud", "yahoo", "googlemail"] { undotted[label] = "\(label).com" }
        return undotted
    }()
}
