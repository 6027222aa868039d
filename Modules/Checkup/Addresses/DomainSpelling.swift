import RapportCore

/// Finds domains that are most likely slips of the hand: `gmial.com`, `hotmail.con`, `yahooo.co.uk`.
///
/// A slip lies one letter (or two, in long names) from a domain that many people have their mailbox at, everywhere or in this
/// list, and is itself rare. Letters are counted as by Damerau (1964): missed, doubled, exchanged, hit beside.
struct DomainSpelling: Sendable {
    private let targets: [Target]

    private struct Target: Sendable {
        var domain: String
        var label: [UInt8]
        var ending: String
        var letters: UInt64
        /// How many addresses of the list are there.
        var count: Int
        /// A name that is no word of any language, so that one letter beside it is a slip.
        var isDistinct: Bool
        var isKnown: Bool
    }

    private static let distinct: Set<String> = [
        "gmail", "googlemail", "hotmail", "yahoo", "outlook", "icloud", "protonmail", "comcast", "verizon", "rocketmail",
        "btinternet",
        "wanadoo", "laposte", "bluewin", "virgilio", "rediffmail", "yandex", "rambler", "seznam", "interia", "telenet",
        "sbcglobal",
        "bellsouth", "earthlink", "bigpond", "optusnet", "talktalk", "ntlworld", "blueyonder", "tiscali", "virginmedia",
        "tutanota",
        "fastmail", "foxmail", "hanmail", "t-online", "freenet", "optonline", "googlemail", "sympatico",
    ]

    /// - Parameter counts: how many addresses of the list each domain has.
    init(_ counts: [String: Int]) {
        var targets: [Target] = []
        for provider in MailDomains.providers {
            for ending in provider.endings {
                let domain = "\(provider.label).\(ending)"
                targets.append(Self.target(domain, counts[domain] ?? 0, isKnown: true, Self.distinct.contains(provider.label)))
            }
        }
        let all = counts.values.reduce(0, +)
        for (domain, count) in counts where count >= max(50, all / 100) && !MailDomains.known.contains(domain) {
            guard MailDomains.shared.verdict(domain) == .fine else { continue }
            targets.append(Self.target(domain, count, isKnown: false, false))
        }
        self.targets = targets.sorted { ($0.count, $1.domain) > ($1.count, $0.domain) }
    }

    private static func target(_ domain: String, _ count: Int, isKnown: Bool, _ isDistinct: Bool) -> Target {
        let (label, ending) = split(domain)
        return Target(
            domain: domain, label: Array(label.utf8), ending: ending, letters: letters(Array(label.utf8)), count: count,
            isDistinct: isDistinct, isKnown: isKnown)
    }

    /// What was most likely meant, `nil` where the domain is as likely right.
    func meant(_ domain: String, count: Int) -> String? {
        if MailDomains.known.contains(domain) { return nil }
        let (label, ending) = Self.split(domain)
        let exists = MailDomains.shared.isTopLevel(ending.split(separator: ".").last ?? "")
        let bytes = Array(label.utf8)
        let letters = Self.letters(bytes)
        var best: (cost: Int, target: Target)?
        for target in targets {
            guard abs(target.label.count - bytes.count) <= 2, (target.letters ^ letters).nonzeroBitCount <= 4 else { continue }
            guard let cost = cost(bytes, ending, exists: exists, target, count: count) else { continue }
            if cost < best?.cost ?? .max { best = (cost, target) }
        }
        if let best { return best.target.domain }
        return exists ? nil : Self.nearEnding(label, ending)
    }

    /// How far the domain is from the target, `nil` for too far.
    private func cost(_ label: [UInt8], _ ending: String, exists: Bool, _ target: Target, count: Int) -> Int? {
        if target.isKnown {
            if label == target.label {
                // The same name elsewhere is somebody's own, but for endings that only slips have.
                if !exists {
                    return Spelling.distance(ending, target.ending) <= 2 ? Spelling.distance(ending, target.ending) : nil
                }
                return target.ending == "com" && target.isDistinct && Self.slips.contains(ending) ? 1 : nil
            }
            guard target.isDistinct || !exists else { return nil }
            let apart = Spelling.distance(String(decoding: label, as: UTF8.self), String(decoding: target.label, as: UTF8.self))
            let limit = target.label.count >= 7 && label.first == target.label.first ? 2 : 1
            guard apart <= limit else { return nil }
            if ending == target.ending { return apart * 2 }
            // Both wrong: `gmial.con`.
            guard !exists || Self.slips.contains(ending), Spelling.distance(ending, target.ending) <= 2 else { return nil }
            return apart * 2 + 1
        }
        // Domains of this list: only where one letter parts a very common one from a very rare one.
        guard exists, target.count >= 100 * count, count <= 3, ending == target.ending, target.label.count >= 6 else {
            return nil
        }
        let (a, b) = (String(decoding: label, as: UTF8.self), String(decoding: target.label, as: UTF8.self))
        guard Spelling.distance(a, b) == 1, a != b + "s", a + "s" != b else { return nil }
        guard a.filter(\.isNumber) == b.filter(\.isNumber), a.filter({ $0 == "-" }) == b.filter({ $0 == "-" }) else { return nil }
        return 4
    }

    /// The domain with the ending that was most likely meant: `acme.con`, `acme.cmo`.
    private static func nearEnding(_ label: String, _ ending: String) -> String? {
        guard !label.isEmpty else { return nil }
        for candidate in ["com", "net", "org", "de", "fr", "it", "co.uk", "com.br", "com.au", "edu", "gov", "info"]
        where Spelling.distance(ending, candidate) == 1 { return "\(label).\(candidate)" }
        return nil
    }

    /// Endings that exist, and that stand beside `com` on the keyboard.
    private static let slips: Set<String> = [
        "cm", "co", "om", "ne", "cam", "comm", "con", "vom", "xom", "cmo", "ocm", "coom", "com.com",
    ]

    /// `mail.yahoo.co.uk` is `mail.yahoo` and `co.uk`: the ending is the last label, or two where the one before is of the registry.
    private static func split(_ domain: String) -> (label: String, ending: String) {
        let labels = domain.split(separator: ".").map(String.init)
        guard labels.count > 1 else { return (domain, "") }
        let isDouble = labels.count > 2 && ["co", "com", "net", "org", "ac", "gov", "edu"].contains(labels[labels.count - 2])
        let taken = isDouble ? 2 : 1
        return (labels.dropLast(taken).joined(separator: "."), labels.suffix(taken).joined(separator: "."))
    }

    private static func letters(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0) { $0 | 1 << UInt64($1 & 63) } }
}
