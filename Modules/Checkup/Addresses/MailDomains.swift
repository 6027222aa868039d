/// Domains that many people have their mailbox at, and what a domain of a list is against them.
struct MailDomains: Sendable {
    enum Verdict: Sendable, Hashable {
        case fine
        case reserved
        case noSuchDomain
        case disposable
        case mistyped
    }

    private let topLevel: Set<String>
    private let disposable: Set<String>

    static let shared = MailDomains()

    private init() {
        func lines(_ bytes: [UInt8]) -> Set<String> {
            Set(bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) })
        }
        topLevel = lines(PackageResources.top_level_domains_txt)
        disposable = lines(PackageResources.disposable_domains_txt)
    }

    /// What a domain alone tells, before it is compared with others. It is folded.
    func verdict(_ domain: String) -> Verdict {
        if Self.known.contains(domain) { return .fine }
        let labels = domain.split(separator: ".")
        guard let last = labels.last, labels.count > 1 else { return .noSuchDomain }
        if Self.isReserved(labels) { return .reserved }
        if !topLevel.contains(String(last)) { return .noSuchDomain }
        for start in 0..<(labels.count - 1) where disposable.contains(labels[start...].joined(separator: ".")) {
            return .disposable
        }
        return .fine
    }

    func isTopLevel(_ label: some StringProtocol) -> Bool { topLevel.contains(String(label)) }

    /// RFC 2606, 6761, 6762, 7686, 8375, 9476, and `.internal`: names that will never be anybody's.
    private static func isReserved(_ labels: [Substring]) -> Bool {
        switch labels[labels.count - 1] {
        case "test", "example", "invalid", "localhost", "local", "onion", "alt", "internal", "localdomain": true
        case "com", "net", "org": labels[labels.count - 2] == "example"
        case "arpa": true
        default: false
        }
    }

    /// Where many people are, whatever the list: each line a name and the endings that are its own.
    static let providers: [(label: String, endings: [String])] = """
        gmail com|googlemail com de co.uk|hotmail com co.uk fr it es de be nl se no dk fi gr ch at hu cz com.br com.ar com.tr co.jp ca com.au
        outlook com de fr es it at co.uk com.br com.ar com.au dk be ie pt in jp cl co.th cz hu kr lv ph sa sg sk
        yahoo com co.uk fr de it es ca in co.in com.br com.ar com.mx com.au co.jp co.id ie gr se no dk pl ro nl be ch at com.ph com.sg com.hk com.tw com.vn com.tr co.nz co.za cn co.th com.co com.ve com.pe cl
        ymail com|rocketmail com|live com co.uk fr de it nl be dk no se ca com.au com.mx com.ar com.pt at ie cn jp in co.za cl ru
        msn com|icloud com|me com|mac com|aol com co.uk de fr it es ca com.au com.br nl|aim com|mail com ru de ee bg|email com it cz de|gmx de net com at ch us fr co.uk es eu org
        web de|freenet de|t-online de|arcor de|posteo de net|mailbox org|proton me|protonmail com ch|pm me|tutanota com de|tuta io com|fastmail com fm
        hey com|zoho com eu in|yandex ru com ua by kz com.tr|ya ru|inbox ru lv com lt|bk ru|list ru|rambler ru|internet ru|ukr net|i ua|meta ua
        orange fr es com|wanadoo fr es nl|free fr|sfr fr|laposte net|neuf fr|bbox fr|numericable fr|club-internet fr|aliceadsl fr
        libero it|virgilio it|alice it|tiscali it co.uk|tin it|fastwebnet it|poste it|bluewin ch|sunrise ch|hispeed ch
        ziggo nl|kpnmail nl|planet nl|home nl|xs4all nl|telenet be|skynet be|proximus be|btinternet com|btopenworld com|talktalk net|ntlworld com
        virginmedia com|blueyonder co.uk|sky com|comcast net|verizon net|att net|sbcglobal net|bellsouth net|cox net|charter net|earthlink net|optonline net
        shaw ca|rogers com|sympatico ca|telus net|bigpond com net.au|optusnet com.au|iinet net.au|xtra co.nz|terra com.br|uol com.br|bol com.br|ig com.br
        wp pl|o2 pl|onet pl eu|interia pl eu|op pl|vp pl|poczta fm|gazeta pl|seznam cz|centrum cz sk|email cz|volny cz|azet sk|freemail hu|citromail hu
        abv bg|telefonica net|sapo pt|telia com|online no de fr|otenet gr|qq com|163 com|126 com|sina com|foxmail com|naver com|hanmail net|daum net
        rediffmail com|vodafone de it es|cloud com|juno com|netzero net|windstream net|frontier com|duck com|mozmail com|hushmail com|runbox com
        """.split(whereSeparator: { $0 == "|" || $0.isNewline }).compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            return words.count > 1 ? (words[0], Array(words.dropFirst())) : nil
        }

    /// All of them in full.
    static let known: Set<String> = Set(providers.flatMap { provider in provider.endings.map { "\(provider.label).\($0)" } })
}
